"""Public data of treaties, their actions, periods, links and texts."""

from relations import serializers
from relations.models import State
from sources.serializers import reference
from treaties.models import Treaty


def action(row) -> dict:
    return serializers.record(row, of_kind={}) | {
        "topics": row.all_topics,
        "treaty": row.treaty.slug,
        "type": row.action_type,
        "party": row.party.party.slug if row.party_id else None,
        "effective": str(row.effective),
        "status": row.status,
        "revokes": serializers.shown(row.revokes),
        "place": row.place,
        "law": row.law,
        "text": row.shown_text,
        "registration": row.registration,
        "volume": row.volume,
        "page": row.page,
        "occasion": serializers.shown(row.occasion),
    }


def party(row) -> dict:
    kind = "country" if row.country_id else "organization"
    return {kind: row.party.slug, "role": row.role, "as_stated": row.as_stated}


def period(row) -> dict:
    """A period of a treaty, or of one party, with its last day as `until`; unknown or open bounds
    are null."""
    return {
        "party": row.party.party.slug if row.party_id else None,
        "status": row.status,
        "from": str(row.start),
        "until": str(row.until),
        "certain_from": row.certain_first.isoformat() if row.certain_first else None,
        "certain_to": _day(row.certain_last),
        "possible_from": _day(row.first),
        "possible_to": _day(row.last),
        "last_known_on": str(row.known_on),
        "rule": row.rule,
        "decided_by": row.decided_by,
    }


def _day(day) -> str | None:
    return day.isoformat() if day and 1 < day.year < 9999 else None


def link(row) -> dict:
    return {"type": row.link_type, "treaty": row.target.slug} | reference(row)


def text(row) -> dict:
    return {
        "text_language": row.text_language,
        "standing": row.standing,
        "is_text": row.is_text,
    } | reference(row)


def treaty(row) -> dict:
    """A treaty fetched by `with_related` and `with_status`."""
    return serializers.record(row, of_kind={}) | {
        "instrument": row.instrument,
        "level": row.level,
        "binding": row.binding,
        "place": row.place,
        "terms": {name: getattr(row, name) for name in Treaty.TERMS},
        "parties": [party(each) for each in row.parties.all()],
        "status": row.status,
        "status_certain": row.certain,
        "status_last_known_on": str(row.known_on),
        "status_on": row.on.isoformat(),
        "status_scope": row.status_scope,
        "periods": [period(each) for each in row.periods.all()],
        "links": [link(each) for each in row.links.all() if each.target.state == State.PUBLISHED],
        "texts": [text(each) for each in row.texts.all()],
        "actions": [action(step) for step in row.life],
    }
