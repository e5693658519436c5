"""The public data of countries, people, organizations and records, in every format."""

from django.urls import reverse

from relations.models import Mission, Office, Record, State, Visit
from sources import serializers


def _slug(row) -> str | None:
    return row.slug if row else None


def shown(record) -> str | None:
    """The slug of another record, if readers may see it."""
    return record.slug if record and record.state == State.PUBLISHED else None


def country(row) -> dict:
    return {
        "id": row.slug,
        "url": row.get_absolute_url(),
        "name": row.name_en,
        "name_az": row.name_az,
        "name_kk": row.name_kk,
        "name_ru": row.name_ru,
        "kind": row.kind,
        "iso_3166_1_alpha_2": row.iso2,
        "iso_3166_1_alpha_3": row.iso3,
        "iso_3166_1_numeric": row.iso_numeric,
        "iso_3166_3": row.iso_former,
        "from": str(row.date),
        "until": str(row.until),
        "wikidata": row.wikidata,
    }


def relation(row) -> dict:
    """A pair, with its number of published records."""
    return {
        "id": row.slug,
        "url": row.get_absolute_url(),
        "countries": [row.country_a.slug, row.country_b.slug],
        "summary": row.summary,
        "records": row.entries,
    }


def person(row) -> dict:
    return {
        "id": row.slug,
        "url": row.get_absolute_url(),
        "name": row.name,
        "other_spellings": row.aliases.splitlines(),
        "country": _slug(row.country),
        "description": row.description,
        "wikidata": row.wikidata,
    }


def organization(row) -> dict:
    return {
        "id": row.slug,
        "url": row.get_absolute_url(),
        "name": row.name,
        "acronym": row.acronym,
        "other_names": row.aliases.splitlines(),
        "kind": row.kind,
        "identified": row.identified,
        "country": _slug(row.country),
        "place": row.place,
        "description": row.description,
        "wikidata": row.wikidata,
    }


def citation(row) -> dict:
    return {"stance": row.stance, "field": row.field} | serializers.reference(row)


def disagreement(row) -> dict:
    return {
        "id": row.key,
        "url": row.get_absolute_url(),
        "rule": row.rule,
        "about": row.title,
        "relation": _slug(row.relation),
        "record": _slug(row.record),
        "values": row.members,
        "state": row.state,
        "preferred": row.choice or None if row.state == row.State.DECIDED else None,
        "reason": row.reason,
        "decisions": [
            {
                "at": decision.at.isoformat(),
                "state": decision.state,
                "preferred": decision.choice or None,
                "reason": decision.reason,
            }
            for decision in row.decisions.all()
        ],
    }


def participation(row) -> dict:
    return {
        "role": row.role,
        row.participant_kind: row.participant.slug,
        "capacity": row.capacity,
        "as_stated": row.as_stated,
    }


def record(row: Record, of_kind=None) -> dict:
    """The values that all records have, and those of the row's kind, by default its fields."""
    if of_kind is None:
        of_kind = _OF_KIND.get(type(row), kind_values)(row)
    return (
        {
            "id": row.slug,
            "url": row.get_absolute_url(),
            "kind": row.kind,
            "title": row.title,
            "title_supplied": row.title_supplied,
            "date": str(row.date),
            "date_earliest": row.date_earliest.isoformat() if row.date_earliest else None,
            "date_latest": row.date_latest.isoformat() if row.date_latest else None,
            "until": str(row.until),
            "until_latest": row.end.latest.isoformat() if row.end.latest else None,
            "relation": _slug(row.relation),
        }
        | of_kind
        | {
            "topics": [topic.slug for topic in row.topics.all()],
            "participants": [participation(part) for part in row.participations.all()],
            "summary": row.summary,
            "version": row.version,
            "citations": [citation(cited) for cited in row.citations.all()],
        }
    )


def withdrawn(row, revision=None) -> dict:
    """The data at the address of a withdrawn record."""
    return {
        "id": row.slug,
        "title": str(row),
        "withdrawn_on": revision.at.date().isoformat() if revision else None,
        "reason": revision.reason if revision else "",
        "changes": reverse("relations:change_log", args=[row.slug]),
    }


def version(row) -> dict:
    """A version that readers saw, with its changes from the previous one."""
    return {
        "version": row.number,
        "on": row.at.date().isoformat(),
        "state": row.snapshot["record"].get("state"),
        "reason": row.reason,
        "reviewed": row.reviewed_at is not None,
        "changes": [
            {name: getattr(change, name) for name in ("part", "field", "before", "after")}
            for change in row.changes
        ],
    }


def kind_values(row: Record) -> dict:
    """The values of the fields of the row's kind: other rows as slugs, its type as `type`."""
    values = {}
    for field in row.kind_fields():
        value = getattr(row, field.name)
        if field.remote_field:
            value = shown(value) if isinstance(value, Record) else _slug(value)
        values["type" if field.name == row.TYPE_FIELD else field.name] = value
    return values


def _visit(row) -> dict:
    return {"guest": row.guest.slug} | kind_values(row)


def _mission(row) -> dict:
    values = kind_values(row)
    organization = values.pop("host_organization")
    return values | {"host": values["host"] or organization}


def _office(row) -> dict:
    return {
        "person": row.person.slug,
        "of": _slug(row.country or row.organization),
        "rank": row.rank,
    }


# The kinds whose public names are not those of their fields.
_OF_KIND = {Mission: _mission, Office: _office, Visit: _visit}
