"""Forms of suggested records, with the few fields that a sentence can give."""

from collections.abc import Iterator

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS as ALL
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.dates import Edtf
from core.forms import ROW_KEY, fresh_slug
from desk.workbench.card_form import CardForm, InferredField, inferred_in_words
from desk.workbench.names import NameField, NamesField, NewName
from relations.duplicates import likely
from relations.models import (
    Citation,
    Country,
    Event,
    Membership,
    Mission,
    Organization,
    Participation,
    Person,
    Record,
    Relation,
    State,
    Visit,
)
from sources.texts import passage_of

# The end of a name of a field in the data of a page: "visit-120-180-accept".
ACCEPT, CARD = "accept", "card"


class RecordCard(CardForm):
    """A suggested record of one kind. `known` is the key of the existing record to which citations
    are added instead; blank for a new record."""

    # The fields with the two countries of its pair.
    PAIR = ("one", "other")
    # Whether a record needs a pair.
    NEEDS_PAIR = False

    inferred = InferredField()
    known = forms.CharField(label=_("Already recorded"), required=False, widget=forms.Select)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_bound and self.data.get(self.add_prefix("known")):
            # What is cited need not be complete.
            for name in self.fields.keys() - {"start", "end"}:
                self.fields[name].required = False
        self.candidates: list[Record] = []
        # The people whom saving the card has added.
        self.new_people: list[Person] = []

    def offer_known(self) -> None:
        """Offer the existing records that the suggestion may repeat, the likeliest as the choice of
        a card that nobody has submitted."""
        record = self.sketch()
        found = likely(record) if record else []
        self.candidates = [row for row in found if row.state != State.WITHDRAWN]
        chosen = self.data.get(self.add_prefix("known"), "") if self.is_bound else ""
        if ROW_KEY.fullmatch(chosen) and int(chosen) not in {row.pk for row in self.candidates}:
            rows = self._meta.model.objects.exclude(state=State.WITHDRAWN)
            self.candidates += rows.filter(pk=chosen)
        choices = [(str(row.pk), self._offer(row, record)) for row in self.candidates]
        self.fields["known"].widget.choices = [*choices, ("", _("a new record"))]
        if choices and not self.is_bound:
            self.initial["known"] = choices[0][0]

    def _offer(self, known: Record, sketch: Record | None) -> str:
        """The choice to cite an existing record, in words."""
        words = _("add a citation to “%(record)s”, %(date)s (%(state)s)")
        if sketch and _differ(sketch.date, known.date):
            words = _("contradict the date of “%(record)s”, %(date)s (%(state)s)")
        return words % {
            "record": known,
            "date": known.date.describe(),
            "state": known.get_state_display(),
        }

    def new_names(self) -> list[str]:
        """The names of people whom saving a new record adds."""
        named = (self.value(name) for name in ("person", "people") if name in self.fields)
        rows = (row for found in named for row in (found if isinstance(found, list) else [found]))
        return [str(row) for row in rows if isinstance(row, NewName)]

    def pair(self) -> list[Country]:
        """The two countries of its pair, as far as the fields can be read; empty if there are not
        two."""
        pair = [self.value(name) for name in self.PAIR]
        return pair if len(pair) == 2 and all(isinstance(one, Country) for one in pair) else []

    def sketch(self) -> Record | None:
        """The record as far as the fields can be read; None without a title or date."""
        record = self._meta.model()
        for name in self._meta.fields:
            if (value := self.value(name)) is not None:
                setattr(record, name, value)
        pair = self.pair()
        if pair and pair[0] != pair[1]:
            record.relation = Relation.objects.between(*pair).first()
        return record if isinstance(record.date, Edtf) and record.title else None

    def clean(self):
        values = super().clean()
        if self.known_record():
            return values
        empty = [name for name in self.PAIR if not values.get(name) and name not in self.errors]
        if empty and (self.NEEDS_PAIR or len(empty) < len(self.PAIR)):
            self.add_error(empty[0], _("Choose the two countries."))
        pair = self.pair()
        if pair and pair[0] == pair[1]:
            place = self.PAIR[-1] if self.PAIR else None
            self.add_error(place, _("Choose two different countries."))
        elif pair:
            self.instance.relation = Relation.objects.get_or_create_pair(*pair)
        return values

    def clean_known(self):
        key = self.cleaned_data["known"]
        rows = self._meta.model.objects.exclude(state=State.WITHDRAWN)
        if key and not (ROW_KEY.fullmatch(key) and rows.filter(pk=key).exists()):
            raise ValidationError(_("This record no longer exists."))
        return key

    def known_record(self) -> Record | None:
        """The existing record to which a citation is to be added; None for a new one."""
        key = self.cleaned_data.get("known")
        return self._meta.model.objects.filter(pk=key).first() if key else None

    def _post_clean(self):
        # What is cited is not changed.
        if not self.errors and not self.known_record():
            super()._post_clean()

    def add_error(self, field, error):
        """Show errors of fields that the card does not have above the others."""
        if field is None and hasattr(error, "error_dict"):
            found = error.error_dict
            others = [name for name in found if name not in self.fields and name != ALL]
            for name in others:
                found.setdefault(ALL, []).extend(found.pop(name))
        super().add_error(field, error)

    def citation(self, start: int | None = None, end: int | None = None) -> Citation:
        """An unsaved citation of the words that state it."""
        values = self.cleaned_data
        start, end = (values["start"], values["end"]) if start is None else (start, end)
        passage = passage_of(self.source, self.text[start:end], start)
        if passage.pk is None:
            passage.save()
        note = inferred_in_words(self)
        return Citation(source=self.source, passage=passage, inferred=bool(note), note=note)

    def citations(self, record: Record) -> Iterator[Citation]:
        """The unsaved citations of an existing record: if the text gives another date, it
        contradicts that date and mentions the record."""
        one = self.citation()
        if _differ(self.cleaned_data.get("date"), record.date):
            one.field, one.stance = "date", Citation.Stance.CONTRADICTS
            one.as_stated = str(self.cleaned_data["date"])
        yield one

    def save_new(self) -> Record:
        """Save the new record with its participants and its citation."""
        record = self.instance
        record.slug = fresh_slug(Record, record.title)
        record.title_supplied = self.supplies_title()
        record.save()
        for role, row, capacity in self.participants():
            if isinstance(row, NewName):
                row = self._new_person(row)
            Participation.objects.create(record=record, role=role, person=row, capacity=capacity)
        citation = self.citation()
        citation.record = record
        citation.save()
        return record

    def _new_person(self, name: NewName) -> Person:
        """A new person, or the one of this name that another card of the page has just added."""
        if before := Person.objects.filter(name=str(name)).first():
            return before
        person = Person(name=str(name), slug=fresh_slug(Person, name), country=self.nationality())
        person.full_clean()
        person.save()
        self.new_people.append(person)
        return person

    def nationality(self) -> Country | None:
        """The country of new people, if the card says it."""
        return None

    def supplies_title(self) -> bool:
        """Whether the title is ours: the sources of most records give none."""
        return True

    def participants(self) -> Iterator[tuple[str, Person | NewName, str]]:
        """The people who take part, each with role and capacity."""
        return iter(())


def _differ(one: Edtf | None, other: Edtf) -> bool:
    """Whether two dates, if both are known, are certainly not the same."""
    return bool(one and other) and (one.certainly_before(other) or other.certainly_before(one))


class VisitCard(RecordCard):
    PAIR = ("host", "guest")
    NEEDS_PAIR = True

    host = NameField(Country, label=_("Host country"))
    guest = NameField(Country, label=_("Visiting country"))
    person = NameField(Person, new=True, label=_("Visitor"), required=False)
    capacity = forms.CharField(label=_("Capacity"), max_length=200, required=False)

    class Meta:
        model = Visit
        fields = ("title", "date", "until", "host", "visit_type", "rank", "place")

    field_order = (
        *("title", "known", "person", "capacity", "rank", "host", "guest", "date", "until"),
        *("visit_type", "place"),
    )

    def nationality(self):
        return self.cleaned_data["guest"]

    def participants(self):
        if person := self.cleaned_data.get("person"):
            yield Participation.Role.VISITOR, person, self.cleaned_data["capacity"]


class EventCard(RecordCard):
    one = NameField(Country, label=_("Country"), required=False)
    other = NameField(Country, label=_("Other country"), required=False)
    people = NamesField(Person, new=True, label=_("People, separated by ;"), required=False)

    class Meta:
        model = Event
        fields = ("title", "date", "until", "event_type", "place")

    field_order = (
        *("title", "known", "event_type", "date", "until", "one", "other", "place", "people"),
    )

    def participants(self):
        for person in self.cleaned_data.get("people") or ():
            yield Participation.Role.PARTICIPANT, person, ""


class MissionCard(RecordCard):
    PAIR = ("sender", "host")
    NEEDS_PAIR = True

    sender = NameField(Country, label=_("Sending state"))
    host = NameField(Country, label=_("Receiving state"))

    class Meta:
        model = Mission
        fields = ("title", "mission_type", "sender", "host", "place", "date")

    field_order = ("title", "known", "mission_type", "sender", "host", "place", "date")


class MembershipCard(RecordCard):
    PAIR = ()

    organization = NameField(Organization, label=_("Organization"))
    member = NameField(Country, label=_("Member"))

    class Meta:
        model = Membership
        fields = ("title", "organization", "member", "membership_type", "date")

    field_order = ("title", "known", "organization", "member", "membership_type", "date")
