"""A treaty that two lists name: one record with two citations, or a question; never a second."""

import pytest
from django.contrib.auth import get_user_model

from relations.models import Citation, Country, Disagreement, PossibleDuplicate, Relation
from tests.factories import CitationFactory, SourceFactory, TreatyFactory
from treaties.models import Treaty, TreatyAction

pytestmark = pytest.mark.django_db
PARTIES = "France;Kazakhstan"
FIRST = f"Agreement on cooperation in customs matters,{PARTIES},1998-02-03,1999-05-06"
NAMES = "Title,Parties,Signed,In force"


@pytest.fixture
def import_from(base, import_list, mapping):
    """Import rows of treaties as the list of a source; `top` and `more` are further lines
    of the mapping."""

    def imported(source, *rows, header=NAMES, more="", top="", flags=(), **options):
        text = (
            f'name = "{source}"\nkind = "treaty"\n{top}[source]\nslug = "{source}"\n'
            f'title = "{source}"\nkind = "official"\n[columns]\ntitle = "Title"\n'
            f'parties = "Parties"\nsignature = "Signed"\nentry_into_force = "In force"\n{more}'
        )
        return import_list(mapping(text), "\n".join((header, *rows)), *flags, **options)

    return imported


def outcomes(report) -> tuple[int, ...]:
    return tuple(report[name] for name in ("created", "updated", "unchanged", "rejected"))


def cited(row) -> list[tuple[str, str]]:
    """The sources of a record, with what they state."""
    return list(row.citations.order_by("pk").values_list("source__slug", "as_stated"))


def undecided() -> list[tuple[str, bool]]:
    """The reasons of the pairs that wait for a decision, and whether they are almost certain."""
    rows = PossibleDuplicate.objects.undecided().strongest_first()
    return [(row.get_reason_display(), row.suggested) for row in rows]


def treaties():
    return Treaty.objects.filter(relation__slug="france-kazakhstan", date="1998-02-03")


@pytest.mark.parametrize(
    ("title", "stated"),
    [
        ("Agreement on co\u00adoperation in customs\u00a0matters", ""),
        ("Customs Matters Cooperation Agreement", "Customs Matters Cooperation Agreement"),
        (
            "Agreement between France and Kazakhstan on cooperation in customs matters",
            "Agreement between France and Kazakhstan on cooperation in customs matters",
        ),
    ],
)
def test_a_second_list_adds_citations_to_the_treaty_and_its_steps(import_from, title, stated):
    import_from("one", FIRST)
    row = f"{title},Kazakhstan;France,1998-02-03,1999-05-06"
    assert outcomes(import_from("two", row)) == (0, 1, 0, 0)
    (treaty,) = treaties()
    assert treaty.title == "Agreement on cooperation in customs matters"
    assert cited(treaty) == [("one", ""), ("two", stated)]
    steps = {step.action_type: cited(step) for step in treaty.actions.all()}
    assert steps == {
        "signature": [("one", ""), ("two", "")], "entry_into_force": [("one", ""), ("two", "")],
    }  # fmt: skip
    assert outcomes(import_from("two", row)) == (0, 0, 1, 0)
    assert Citation.objects.filter(source__slug="two").count() == 3


def test_a_step_that_the_sources_date_differently_is_a_rival(import_from):
    get_user_model().objects.create_superuser("ann")
    publish = {"flags": ["--publish"], "user": "ann"}
    import_from("one", FIRST, **publish)
    import_from("two", FIRST.replace("1999-05-06", "1999-06-01"), **publish)
    (treaty,) = treaties()
    rows = TreatyAction.objects.filter(treaty=treaty, action_type="entry_into_force")
    assert [(str(row.date), row.state, cited(row)) for row in rows.oldest_first()] == [
        ("1999-05-06", "published", [("one", "")]),
        ("1999-06-01", "published", [("two", "")]),
    ]
    assert Disagreement.objects.present().filter(rule="rival_actions").count() == 1


@pytest.mark.parametrize(
    "title",
    ["Exchange of Notes", "Memorandum of Understanding between France and Kazakhstan", "Protocol"],
)
def test_a_title_without_a_subject_is_asked_about(import_from, title):
    row = f"{title},{PARTIES},1998-02-03,"
    import_from("one", row)
    report = import_from("two", row)
    assert (outcomes(report), report["possible duplicates"]) == ((1, 0, 0, 0), 1)
    assert undecided() == [("same day", False)]


def test_a_step_that_the_second_list_gains_later_is_added_once(import_from):
    known = {"top": 'id = "Title"\n'}
    import_from("one", FIRST)
    import_from("two", FIRST.replace("1999-05-06", ""), **known)
    later = {"header": f"{NAMES},Ended", "more": 'termination = "Ended"\n', **known}
    assert outcomes(import_from("two", f"{FIRST},2010-01-01", **later)) == (0, 1, 0, 0)
    steps = {step.action_type: cited(step) for step in treaties().get().actions.all()}
    assert steps == {
        "signature": [("one", ""), ("two", "")],
        "entry_into_force": [("one", ""), ("two", "")],
        "termination": [("two", "")],
    }
    ended = TreatyAction.objects.get(treaty=treaties().get(), action_type="termination")
    TreatyAction.objects.filter(pk=ended.pk).update(state="withdrawn")
    assert outcomes(import_from("two", f"{FIRST},2011-01-01", **later)) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    "row",
    [
        f"Accord on goods that cross borders,{PARTIES},1998-02-03,",
        f"Agreement on cooperation in cultural matters,{PARTIES},1998-02-03,",
        f"Agreement on cooperation in customs matters,{PARTIES},1998-02-04,",
        f"Agreement on cooperation in customs matters,{PARTIES},1998,",
        f"Protocol on cooperation in customs matters,{PARTIES},1998-02-03,",
        f"Agreement on cooperation in customs matters,{PARTIES},,",
        f"Accord on goods that cross borders,{PARTIES},,1999-05-06",
    ],
)
class TestQuestions:
    """Treaties of one pair that may be the same are asked about: the list answers."""

    HEADER = f"{NAMES},_same_as"

    @pytest.fixture
    def first(self, import_from):
        import_from("one", FIRST)
        return treaties().get()

    def test_a_doubtful_row_stays_in_review_until_somebody_decides(self, import_from, first, row):
        get_user_model().objects.create_superuser("ann")
        report = import_from("two", row, flags=["--publish"], user="ann")
        assert outcomes(report) == (1, 0, 0, 0)
        assert "1 may repeat records of other lists: decide in the admin" in report["printed"]
        assert "because they may repeat records of other lists: 1." in report["printed"]
        other = Treaty.objects.filter(relation=first.relation).exclude(pk=first.pk).get()
        assert other.state == "in_review"
        pair = PossibleDuplicate.objects.undecided().get()
        assert (pair.one_id, pair.other_id) == (first.pk, other.pk)

    def test_an_answer_that_comes_later_decides(self, import_from, first, row):
        import_from("two", row)
        other = Treaty.objects.filter(relation=first.relation).exclude(pk=first.pk).get()
        answer = {"header": self.HEADER}
        assert outcomes(import_from("two", f"{row},{first.slug}", **answer)) == (0, 1, 0, 0)
        other.refresh_from_db()
        assert (other.state, undecided()) == ("withdrawn", [])
        assert [source for source, _words in cited(first)] == ["one", "two"]
        assert outcomes(import_from("two", f"{row},{first.slug}", **answer)) == (0, 0, 1, 0)
        assert outcomes(import_from("two", row)) == (0, 0, 1, 0)

    def test_the_identifier_makes_it_the_same_and_new_makes_it_another(
        self, import_from, first, row
    ):
        report = import_from("two", f"{row},{first.slug}", header=self.HEADER)
        assert outcomes(report) == (0, 1, 0, 0)
        assert [source for source, _words in cited(first)] == ["one", "two"]
        report = import_from("three", f"{row},new", header=self.HEADER)
        assert (outcomes(report), report["possible duplicates"]) == ((1, 0, 0, 0), 0)
        assert (undecided(), PossibleDuplicate.objects.get().decision) == ([], "different")
        assert Treaty.objects.filter(relation=first.relation).count() == 2

    def test_another_answer_is_refused(self, import_from, first, row):
        report = import_from("two", f"{row},no-such-treaty", header=self.HEADER)
        assert outcomes(report) == (0, 0, 0, 1)

    def test_the_identifier_of_a_treaty_of_other_parties_is_refused(self, import_from, first, row):
        other = row.replace(PARTIES, "France;Azerbaijan")
        report = import_from("two", f"{other},{first.slug}", header=self.HEADER)
        assert outcomes(report) == (0, 0, 0, 1)
        assert [source for source, _words in cited(first)] == ["one"]


@pytest.mark.parametrize(
    "row",
    [
        f"Accord on air traffic,{PARTIES},1998-05-03,",
        "Agreement on cooperation in customs matters,France;Azerbaijan,1998-02-03,",
        f"Agreement on cooperation in customs matters,{PARTIES},2008-02-03,",
    ],
)
def test_a_treaty_of_other_parties_or_another_time_is_another(import_from, row):
    import_from("one", FIRST)
    assert outcomes(import_from("two", row)) == (1, 0, 0, 0)


def test_a_treaty_that_an_editor_has_entered_is_found(import_from):
    source = SourceFactory(slug="two")
    treaty = TreatyFactory(
        relation=Relation.objects.get_or_create_pair(
            *Country.objects.filter(slug__in=["france", "kazakhstan"])
        ),
        title="Agreement on cooperation in customs matters", date="1998-02-03",
    )  # fmt: skip
    CitationFactory(record=treaty, source=source, locator="")
    assert outcomes(import_from("two", FIRST)) == (0, 1, 0, 0)
    assert treaties().get() == treaty
    assert [step.action_type for step in treaty.actions.oldest_first()] == [
        "signature", "entry_into_force",
    ]  # fmt: skip


def test_treaties_of_one_list_are_never_joined(import_from):
    rows = FIRST, FIRST.replace("1999-05-06", "1999-05-07")
    assert outcomes(import_from("one", *rows)) == (2, 0, 0, 0)
    assert outcomes(import_from("two", *rows)) == (2, 0, 0, 0)
    assert undecided() == [("same day, similar titles", True)] * 2


def test_of_two_rows_that_agree_with_one_treaty_neither_is_joined(import_from):
    import_from("one", FIRST)
    rows = FIRST, FIRST.replace("1999-05-06", "1999-05-07")
    assert outcomes(import_from("two", *rows)) == (2, 0, 0, 0)
    assert undecided() == [("same day, similar titles", True)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("air services", "air services and the carriage of cargo"),
        ("economic cooperation", "the end of the agreement on economic cooperation"),
        ("travel with diplomatic passports", "travel with diplomatic and official passports"),
        (
            "legal aid, recognition and enforcement of judgments, extradition of persons, "
            "surrender of goods and service of documents in civil matters",
            "legal aid, recognition and enforcement of judgments, extradition of persons, "
            "surrender of goods and service of documents in criminal matters",
        ),
        ("the exchange of territory A", "the exchange of territory B"),
        ("film production", "film protection"),
        ("transit through Kazakhstan", "transit through France"),
    ],
)
def test_treaties_of_one_day_are_asked_about_if_a_word_of_their_titles_differs(
    import_from, first, second
):
    first, second = (
        f'"Agreement on {subject}",{PARTIES},1998-02-03,' for subject in (first, second)
    )
    import_from("one", first)
    assert outcomes(import_from("two", second)) == (1, 0, 0, 0)
    assert len(undecided()) == 1
    assert outcomes(import_from("three", first)) == (0, 1, 0, 0)


def test_an_investment_treaty_is_known_by_its_day(import_from):
    more = '[constants]\ninstrument = "bit"\n'
    row = f"France - Kazakhstan BIT (1998),{PARTIES},1998-02-03,"
    other = f"Agreement on the encouragement of capital,{PARTIES},1998-02-03,"
    import_from("one", row, more=more)
    assert outcomes(import_from("two", other, more=more)) == (0, 1, 0, 0)
    assert treaties().count() == 1


def test_a_treaty_of_many_is_known_by_title_day_and_parties_that_do_not_contradict(import_from):
    title = "Convention on the protection of the sea"
    import_from("one", f"{title},France;Kazakhstan;Azerbaijan,1998-02-03,")
    other = f"{title},France;Kazakhstan;Azerbaijan;Iran,1998-02-03,"
    assert outcomes(import_from("two", other)) == (0, 1, 0, 0)
    reworded = "Sea Protection Convention,France;Kazakhstan;Azerbaijan,1998-02-03,"
    assert outcomes(import_from("three", reworded)) == (0, 1, 0, 0)
    far = f"{title},Iran;Türkiye;Georgia,1998-02-03,"
    assert outcomes(import_from("four", far)) == (1, 0, 0, 0)
    others = f"{title},France;Kazakhstan;Türkiye;Georgia,1998-02-03,"
    assert outcomes(import_from("five", others)) == (1, 0, 0, 0)
    (first, *_others) = Treaty.objects.filter(title=title).order_by("pk")
    assert [source for source, _words in cited(first)] == ["one", "two", "three"]
