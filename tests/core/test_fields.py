"""The date field and its stored columns, bounds and sort key: consistent wherever they are read."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.serializers.python import Deserializer
from django.db import connection, transaction

from core.dates import Edtf, Precision
from core.fields import EdtfFormField, check_span, refold
from relations.models import Organization
from sources.models import Source
from tests.factories import EventFactory, OrganizationFactory, SourceFactory

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
    """The values in the database, bypassing all descriptors."""
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
def test_stored_columns_follow_the_date_before_saving(text):
    source = Source(date=text)
    assert source.date == Edtf.parse(text)
    assert attributes(source) == (text, VALUES[text])
    source.date = "1900"
    assert source.date_latest == date(1900, 12, 31)


@pytest.mark.django_db
class TestStoredValues:
    @EACH_VALUE
    def test_saving_stores_the_columns(self, text):
        assert columns(SourceFactory(date=text)) == (text, VALUES[text])

    @EACH_VALUE
    def test_saving_again_updates_the_columns(self, text):
        source = SourceFactory(date="1900-01-01")
        source.date = text
        source.save()
        assert columns(source) == (text, VALUES[text])

    @EACH_VALUE
    def test_bulk_create_stores_the_columns(self, text):
        (source,) = Source.objects.bulk_create([Source(slug="s", title="S", date=text)])
        assert columns(source) == (text, VALUES[text])

    @EACH_VALUE
    def test_loading_a_raw_fixture_stores_the_columns(self, text):
        fields = {"slug": "s", "title": "S", "kind": "news", "date": text}
        (row,) = Deserializer([{"model": "sources.source", "fields": fields}])
        row.save()
        assert columns(row.object) == (text, VALUES[text])

    @EACH_VALUE
    def test_reading_gives_the_saved_date_and_columns(self, text):
        made = SourceFactory(date=text)
        for source in (Source.objects.get(), Source.objects.filter(date=text).get()):
            assert isinstance(source.date, Edtf)
            assert attributes(source) == attributes(made) == (text, VALUES[text])
        assert Source.objects.values_list("date", flat=True).get() == Edtf.parse(text)

    def test_refresh_from_db_reads_the_values_that_another_saved(self):
        source = SourceFactory(date="2005")
        other = Source.objects.get()
        other.date = "2006-02"
        other.save()
        source.refresh_from_db()
        assert attributes(source)[1][:2] == (date(2006, 2, 1), date(2006, 2, 28))

    def test_queries_filter_and_sort_by_the_stored_columns(self):
        for text in ("2005", "1992-08-27", "", "2005-01-01", "[..1995]"):
            SourceFactory(date=text)
        in_order = Source.objects.order_by("sort_key").values_list("date", flat=True)
        assert [str(value) for value in in_order] == [
            "", "1992-08-27", "[..1995]", "2005", "2005-01-01"
        ]  # fmt: skip
        assert Source.objects.filter(date_latest__lt=date(1996, 1, 1)).count() == 2


@pytest.mark.django_db
class TestDeferred:
    def test_a_deferred_date_is_fetched_on_access(self, django_assert_num_queries):
        SourceFactory(date="2020-09")
        source = Source.objects.only("title").get()
        with django_assert_num_queries(1):
            assert source.date == Edtf.parse("2020-09")
        with django_assert_num_queries(0):
            assert source.date_latest == date(2020, 9, 30)

    def test_a_loaded_column_needs_no_date(self, django_assert_num_queries):
        SourceFactory(date="2020-09")
        source = Source.objects.only("date_earliest", "sort_key").get()
        with django_assert_num_queries(0):
            assert source.date_earliest == date(2020, 9, 1)
            assert source.sort_key == date(2020, 9, 1).toordinal() * 8 + Precision.MONTH

    def test_a_deferred_column_is_derived_from_the_date(self, django_assert_num_queries):
        SourceFactory(date="2020-09")
        source = Source.objects.defer("date_earliest").get()
        with django_assert_num_queries(0):
            assert source.date_earliest == date(2020, 9, 1)

    def test_saving_with_a_deferred_date_leaves_it_unchanged(self):
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
class TestInvalidDates:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("2005-13", "There is no month 13."),
            (
                "2005/2006",
                "This field takes one date. Enter “from” and “until” as two dates, without “/”.",
            ),
            ("..", "“..” (not ended) is only valid as an end date."),
        ],
    )
    def test_an_invalid_date_gives_an_error_at_its_field_and_is_not_saved(self, text, message):
        source = SourceFactory.build(date=text)
        assert refusal(source) == {"date": [message]}
        with pytest.raises(ValidationError) as error, transaction.atomic():
            source.save()
        assert error.value.messages == [message]
        assert not Source.objects.exists()

    def test_bulk_create_rejects_an_invalid_date(self):
        with pytest.raises(ValidationError), transaction.atomic():
            Source.objects.bulk_create([SourceFactory.build(date="soon")])
        assert not Source.objects.exists()

    def test_not_ended_is_valid_only_as_an_end(self):
        event = EventFactory(date="2020", until="..")
        event.full_clean()
        event.refresh_from_db()
        assert event.until.is_open
        assert (event.until_earliest, event.until_latest) == (None, None)
        event.date = ".."
        assert refusal(event) == {"date": ["“..” (not ended) is only valid as an end date."]}
        with pytest.raises(ValidationError):
            event.save()

    def test_a_text_longer_than_the_column_is_rejected(self):
        source = SourceFactory.build(date="[2020-01-01..2020-01-02" + " " * 20 + "]")
        assert list(refusal(source)) == ["date"]


class TestFormField:
    def test_cleaning_gives_a_date(self):
        assert EdtfFormField().clean(" 2020-09 ") == Edtf.parse("2020-09")
        assert EdtfFormField(required=False).clean("") == Edtf.parse("")
        assert EdtfFormField(open_end=True).clean("..").is_open

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("2024-13", "There is no month 13."),
            ("..", "“..” (not ended) is only valid as an end date."),
        ],
    )
    def test_cleaning_an_invalid_date_raises_the_reason(self, text, message):
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
    def test_has_changed_compares_dates(self, initial, data, changed):
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
def test_an_end_is_rejected_only_if_certainly_before_its_start(start, until, refused):
    span = Edtf.parse(start), Edtf.parse(until)
    if not refused:
        assert check_span(*span) is None
        return
    with pytest.raises(ValidationError) as error:
        check_span(*span)
    assert error.value.message_dict == {"until": ["The end is before the start."]}


@pytest.mark.django_db
def test_folded_columns_follow_their_source_field():
    organization = OrganizationFactory(name="Türk Dövlətləri")
    organization.refresh_from_db()
    assert organization.sort_name == "turk dovletleri"
    organization.name = "Түрік"
    organization.save()
    assert Organization.objects.values_list("sort_name", flat=True).get() == "турик"


@pytest.mark.django_db
def test_folded_columns_of_earlier_rows_are_folded_again():
    row = OrganizationFactory(name="The Ka\u00adzakh\u2011Azeri pact")
    Organization.objects.filter(pk=row.pk).update(sort_name="the ka\u00adzakh\u2010azeri pact")
    refold(Organization)
    row.refresh_from_db(fields=["sort_name"])
    assert row.sort_name == "the kazakh-azeri pact"


@pytest.mark.django_db
class TestPartialWrites:
    """Stored columns follow their field even if only some columns are written."""

    def test_saving_one_field_saves_its_stored_columns(self):
        source = SourceFactory(date="2024")
        source.date = "1900"
        source.save(update_fields=["date"])
        source.refresh_from_db()
        assert (str(source.date), source.date_latest) == ("1900", date(1900, 12, 31))

    def test_queryset_update_without_the_stored_columns_raises(self):
        source = SourceFactory(date="2024")
        with pytest.raises(ValueError, match="date_earliest, date_latest, sort_key must follow"):
            Source.objects.filter(pk=source.pk).update(date="1900")
