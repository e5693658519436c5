"""The date field and the columns kept with it: the same value wherever it is read."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.serializers.python import Deserializer
from django.db import connection, transaction

from core.dates import Edtf, Precision
from core.fields import EdtfFormField, check_span
from relations.models import Organization
from sources.models import Source
from tests.factories import CountryFactory, EventFactory, OrganizationFactory, SourceFactory

VALUES = {
    "": (None, None, 0),
    "2005": (date(2005, 1, 1), date(2005, 12, 31), date(2005, 1, 1).toordinal() * 8 + 2),
    "2020-09": (date(2020, 9, 1), date(2020, 9, 30), date(2020, 9, 1).toordinal() * 8 + 5),
    "1992-08-27": (date(1992, 8, 27), date(1992, 8, 27), date(1992, 8, 27).toordinal() * 8 + 6),
    "2023?": (date(2023, 1, 1), date(2023, 12, 31), date(2023, 1, 1).toordinal() * 8 + 2),
    "[..1995]": (None, date(1995, 12, 31), date(1995, 12, 31).toordinal() * 8 + 1),
    "[2020..]": (date(2020, 1, 1), None, date(2020, 1, 1).toordinal() * 8 + 1),
}
EACH_VALUE = pytest.mark.parametrize("text", VALUES)


def columns(source) -> tuple:
    """What the database holds, past all descriptors."""
    table = Source._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT date, date_earliest, date_latest, sort_key FROM {table} WHERE slug = %s",
            [source.slug],
        )
        text, *kept = cursor.fetchone()
    days = [date.fromisoformat(day) if isinstance(day, str) else day for day in kept[:2]]
    return text, (*days, kept[2])


def attributes(source) -> tuple:
    return str(source.date), (source.date_earliest, source.date_latest, source.sort_key)


@EACH_VALUE
def test_the_kept_columns_follow_before_anything_is_saved(text):
    source = Source(date=text)
    assert source.date == Edtf.parse(text)
    assert attributes(source) == (text, VALUES[text])
    source.date = "1900"
    assert source.date_latest == date(1900, 12, 31)


@pytest.mark.django_db
class TestInTheDatabase:
    @EACH_VALUE
    def test_after_save(self, text):
        assert columns(SourceFactory(date=text)) == (text, VALUES[text])

    @EACH_VALUE
    def test_after_a_later_save(self, text):
        source = SourceFactory(date="1900-01-01")
        source.date = text
        source.save()
        assert columns(source) == (text, VALUES[text])

    @EACH_VALUE
    def test_after_bulk_create(self, text):
        (source,) = Source.objects.bulk_create([Source(slug="s", title="S", date=text)])
        assert columns(source) == (text, VALUES[text])

    @EACH_VALUE
    def test_after_a_raw_load_of_a_fixture(self, text):
        fields = {"slug": "s", "title": "S", "kind": "news", "date": text}
        (row,) = Deserializer([{"model": "sources.source", "fields": fields}])
        row.save()
        assert columns(row.object) == (text, VALUES[text])

    @EACH_VALUE
    def test_the_same_is_read_back(self, text):
        made = SourceFactory(date=text)
        for source in (Source.objects.get(), Source.objects.filter(date=text).get()):
            assert isinstance(source.date, Edtf)
            assert attributes(source) == attributes(made) == (text, VALUES[text])
        assert Source.objects.values_list("date", flat=True).get() == Edtf.parse(text)

    def test_refresh_takes_over_what_another_has_saved(self):
        source = SourceFactory(date="2005")
        other = Source.objects.get()
        other.date = "2006-02"
        other.save()
        source.refresh_from_db()
        assert attributes(source)[1][:2] == (date(2006, 2, 1), date(2006, 2, 28))

    def test_values_can_be_compared_and_sorted_by_the_kept_columns(self):
        for text in ("2005", "1992-08-27", "", "2005-01-01", "[..1995]"):
            SourceFactory(date=text)
        in_order = Source.objects.order_by("sort_key").values_list("date", flat=True)
        assert [str(value) for value in in_order] == [
            "", "1992-08-27", "[..1995]", "2005", "2005-01-01"
        ]  # fmt: skip
        assert Source.objects.filter(date_latest__lt=date(1996, 1, 1)).count() == 2


@pytest.mark.django_db
class TestDeferred:
    def test_a_date_left_out_is_fetched_when_it_is_asked_for(self, django_assert_num_queries):
        SourceFactory(date="2020-09")
        source = Source.objects.only("title").get()
        with django_assert_num_queries(1):
            assert source.date == Edtf.parse("2020-09")
        with django_assert_num_queries(0):
            assert source.date_latest == date(2020, 9, 30)

    def test_a_kept_column_alone_needs_no_date(self, django_assert_num_queries):
        SourceFactory(date="2020-09")
        source = Source.objects.only("date_earliest", "sort_key").get()
        with django_assert_num_queries(0):
            assert source.date_earliest == date(2020, 9, 1)
            assert source.sort_key == date(2020, 9, 1).toordinal() * 8 + Precision.MONTH

    def test_a_kept_column_left_out_follows_from_the_date(self, django_assert_num_queries):
        SourceFactory(date="2020-09")
        source = Source.objects.defer("date_earliest").get()
        with django_assert_num_queries(0):
            assert source.date_earliest == date(2020, 9, 1)

    def test_saving_with_the_date_left_out_changes_nothing_of_it(self):
        SourceFactory(date="2020-09")
        source = Source.objects.defer("date").get()
        source.title = "Renamed"
        source.save()
        assert columns(source) == (
            "2020-09",
            (date(2020, 9, 1), date(2020, 9, 30), date(2020, 9, 1).toordinal() * 8 + 5),
        )


def refusal(row) -> dict:
    with pytest.raises(ValidationError) as error:
        row.full_clean()
    return error.value.message_dict


@pytest.mark.django_db
class TestRefused:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("2005-13", "There is no month 13."),
            (
                "2005/2006",
                "One date is a point: give “from” and “until” as two dates, without “/”.",
            ),
            ("..", "“..” (not ended) is an end, not a date."),
        ],
    )
    def test_no_date_is_named_at_the_field_and_cannot_be_saved(self, text, message):
        source = SourceFactory.build(date=text)
        assert refusal(source) == {"date": [message]}
        with pytest.raises(ValidationError) as error, transaction.atomic():
            source.save()
        assert error.value.messages == [message]
        assert not Source.objects.exists()

    def test_nor_by_bulk_create(self):
        with pytest.raises(ValidationError), transaction.atomic():
            Source.objects.bulk_create([SourceFactory.build(date="soon")])
        assert not Source.objects.exists()

    def test_not_ended_is_an_end_and_no_date(self):
        event = EventFactory(date="2020", until="..")
        event.full_clean()
        event.refresh_from_db()
        assert event.until.is_open
        assert (event.until_earliest, event.until_latest) == (None, None)
        event.date = ".."
        assert refusal(event) == {"date": ["“..” (not ended) is an end, not a date."]}
        with pytest.raises(ValidationError):
            event.save()

    def test_a_text_longer_than_the_column_is_refused(self):
        source = SourceFactory.build(date="[2020-01-01..2020-01-02" + " " * 20 + "]")
        assert list(refusal(source)) == ["date"]


class TestFormField:
    def test_it_gives_a_date(self):
        assert EdtfFormField().clean(" 2020-09 ") == Edtf.parse("2020-09")
        assert EdtfFormField(required=False).clean("") == Edtf.parse("")
        assert EdtfFormField(open_end=True).clean("..").is_open

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("2005-13", "There is no month 13."),
            ("..", "“..” (not ended) is an end, not a date."),
        ],
    )
    def test_it_refuses_with_the_reason_of_the_date(self, text, message):
        with pytest.raises(ValidationError) as error:
            EdtfFormField().clean(text)
        assert error.value.messages == [message]

    @pytest.mark.parametrize(
        ("initial", "data", "changed"),
        [
            (Edtf.parse("2005"), "2005", False),
            (Edtf.parse("2005"), "2006", True),
            (Edtf.parse("2005"), "", True),
            (Edtf.parse(""), "", False),
            (None, "", False),
            (None, "2005", True),
        ],
    )
    def test_it_knows_what_has_changed(self, initial, data, changed):
        assert EdtfFormField(required=False).has_changed(initial, data) is changed


@pytest.mark.parametrize(
    ("start", "until", "refused"),
    [
        ("2005", "2004", True),
        ("2005-03-02", "2005-03-01", True),
        ("2005", "2005-03", False),
        ("2005-03", "2005", False),
        ("2005-03-01", "2005-03-01", False),
        ("2005", "..", False),
        ("2005", "", False),
        ("", "2004", False),
        ("[..2005]", "1990", False),
        ("2005", "[2004..]", False),
    ],
)
def test_an_end_is_refused_only_where_it_lies_certainly_before_its_start(start, until, refused):
    span = Edtf.parse(start), Edtf.parse(until)
    if not refused:
        assert check_span(*span) is None
        return
    with pytest.raises(ValidationError) as error:
        check_span(*span)
    assert error.value.message_dict == {"until": ["The end lies before the start."]}


@pytest.mark.django_db
def test_folded_columns_follow_from_all_their_texts():
    organization = OrganizationFactory(name="Türk Dövlətləri", acronym="TDT", aliases="Один\nДва")
    organization.refresh_from_db()
    assert organization.folded == "turk dovletleri tdt один два"
    assert organization.sort_name == "turk dovletleri"
    organization.acronym = ""
    organization.save()
    assert Organization.objects.values_list("folded", flat=True).get() == (
        "turk dovletleri один два"
    )
    country = CountryFactory(name_en="Kazakhstan", name_kk="Қазақстан", iso2="KZ")
    assert country.folded == "kazakhstan казакстан kz"


@pytest.mark.django_db
class TestPartialWrites:
    """Kept columns follow their field also where only some columns are written."""

    def test_saving_one_field_saves_what_follows_from_it(self):
        source = SourceFactory(date="2024")
        source.date = "1900"
        source.save(update_fields=["date"])
        source.refresh_from_db()
        assert (str(source.date), source.date_latest) == ("1900", date(1900, 12, 31))

    def test_updating_behind_their_back_is_refused(self):
        source = SourceFactory(date="2024")
        with pytest.raises(ValueError, match="date_earliest, date_latest, sort_key must follow"):
            Source.objects.filter(pk=source.pk).update(date="1900")
