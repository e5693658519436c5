"""The first source: the rows and passages taken from it, and that no file here copies its text."""

import hashlib
import json
import re
from collections import Counter
from decimal import Decimal

import pytest
from django.conf import settings

from relations.models import (
    Citation,
    Event,
    Membership,
    Office,
    Organization,
    Person,
    Record,
    Relation,
    Visit,
)
from sources.models import Passage, Source
from trade.models import Figure, TradedGood
from treaties.models import Treaty, TreatyAction

SOURCE = "a-historic-opportunity"
COVERAGE = settings.BASE_DIR / "docs" / "article-coverage.md"
# The model of each kind of identifier.
MODELS = {
    "sources": Source,
    "people": Person,
    "organizations": Organization,
    "relations": Relation,
    "events": Event,
    "visits": Visit,
    "memberships": Membership,
    "offices": Office,
    "treaties": Treaty,
    "actions": TreatyAction,
    "figures": Figure,
    "goods": TradedGood,
}
# The fixture files made from the article; other sources have files of their own.
FILES = {
    "a-historic-opportunity.json", "azerbaijan-kazakhstan.json", "people-and-organizations.json"
}  # fmt: skip
# At most this many consecutive words of the text may appear anywhere in the repository.
WORDS = 12
# Except in the full title of a document or name of a body, which are facts.
TITLE = (
    "Decision of the 1st meeting of the Supreme Interstate Council of the Republic of Azerbaijan "
    "and the Republic of Kazakhstan"
)


def coverage() -> dict[str, set[str]]:
    """The identifiers that the coverage table lists, by place."""
    rows = re.findall(r"^\| (\w+) \|.*\| (.*) \|$", COVERAGE.read_text(encoding="utf-8"), re.M)
    places = {place: set(re.findall(r"`([a-z]+/[a-z0-9-]+)`", made)) for place, made in rows}
    places.pop("place")
    return places


def listed() -> set[str]:
    return set().union(*coverage().values())


def article_fixtures() -> set[str]:
    """The identifiers of the rows that the article's own fixture files hold."""
    folders = {model._meta.label_lower: folder for folder, model in MODELS.items()}
    return {
        f"{folders[row['model']]}/{row['fields']['slug']}"
        for path in settings.FIXTURE_ROOT.rglob("*.json")
        if path.name in FILES
        for row in json.loads(path.read_text(encoding="utf-8"))
        if row["model"] in folders
    }


class TestCoverage:
    def test_every_sentence_lists_identifiers_or_a_reason(self):
        places = coverage()
        numbers = {"p1": 11, "p2": 9, "p3": 15, "p4": 2}
        sentences = [f"{name}s{n + 1}" for name, last in numbers.items() for n in range(last)]
        assert list(places) == ["h1", "h2", *sentences, "p5", "p6", "p7"]
        text = COVERAGE.read_text(encoding="utf-8")
        reasons = dict(re.findall(r"^\| (\w+) \|.*\| No record: (.*) \|$", text, re.M))
        for place, made in places.items():
            assert bool(made) != bool(reasons.get(place)), place

    def test_every_fixture_row_with_an_identifier_is_listed(self):
        rows = article_fixtures()
        assert "events/diplomatic-relations-azerbaijan-kazakhstan" in rows
        assert rows - listed() == set()

    @pytest.mark.django_db
    def test_every_listed_identifier_exists(self, base):
        existing = {
            f"{folder}/{slug}"
            for folder, model in MODELS.items()
            for slug in model.objects.values_list("slug", flat=True)
        }
        assert len(listed()) > 70
        assert listed() - existing == set()

    @pytest.mark.django_db
    def test_every_cited_place_is_listed(self, base):
        # Two statements of one sentence have a letter each: p3s9a, p3s9b.
        cited = {
            re.sub(r"(?<=\d)[a-z]$", "", locator)
            for locator in Passage.objects.values_list("locator", flat=True)
        }
        assert cited - set(coverage()) == set()


def cited_from_article(model):
    """Public records of a kind that cite the article."""
    cited = Citation.objects.filter(source__slug=SOURCE).values("record")
    return model.objects.published().filter(pk__in=cited)


@pytest.mark.django_db
class TestLoadedFacts:
    """The facts that the dossier must show, with their source."""

    def test_relations_were_established_on_27_august_1992(self, base):
        event = cited_from_article(Event).get(event_type="establishment")
        assert (str(event.date), event.relation.slug) == ("1992-08-27", "azerbaijan-kazakhstan")

    def test_the_anniversary_keeps_its_stated_year_despite_the_contradiction(self, base):
        event = cited_from_article(Event).get(anniversary=30)
        assert str(event.date) == "2020"
        assert str(event.anniversary_of.date) == "1992-08-27"

    def test_the_strategic_partnership_agreement_dates_from_2005(self, base):
        treaty = cited_from_article(Treaty).get(slug="strategic-partnership-agreement-2005")
        # Another source gives the day as well.
        assert (treaty.date.year, treaty.place) == (2005, "Baku")
        parties = treaty.parties.values_list("country__slug", flat=True)
        assert set(parties) == {"azerbaijan", "kazakhstan"}
        action = treaty.actions.published().get()
        assert (action.action_type, action.date.year) == ("signature", 2005)

    def test_the_visit_was_on_11_march_2024(self, base):
        visit = cited_from_article(Visit).get()
        assert (str(visit.date), visit.host.slug) == ("2024-03-11", "azerbaijan")
        assert visit.rank == "head_of_state"
        year = visit.citations.get(field="date", source__slug=SOURCE)
        assert (year.inferred, year.locator) == (True, "p6")

    def test_the_documents_signed_then_have_supplied_titles(self, base):
        documents = cited_from_article(Treaty).filter(title_supplied=True)
        assert sorted(row.slug for row in documents) == [
            f"documents-on-{subject}-2024"
            for subject in (
                "culture", "digital", "education", "media", "mutual-recognition", "oil",
                "transport",
            )
        ]  # fmt: skip
        assert {str(row.date) for row in documents} == {"2024-03-11"}

    def test_the_trade_houses_opened_in_2020_and_2021(self, base):
        houses = cited_from_article(Event).filter(event_type="institution_opened")
        assert {row.slug: str(row.date) for row in houses} == {
            "kazakhstan-trade-house-opened": "2020-09",
            "azerbaijan-trading-house-opened": "2021-05",
        }

    @pytest.mark.parametrize(
        ("indicator", "countries", "value", "unit", "period"),
        [
            ("companies-registered", ("kazakhstan", "azerbaijan"), "182", "count",
             "[..2024-03-11]"),
            ("investment-stock", ("kazakhstan", "azerbaijan"), "102200000", "USD",
             "[..2024-03-11]"),
            ("investment-stock", ("azerbaijan", "kazakhstan"), "205200000", "USD",
             "[..2024-03-11]"),
            ("trade-turnover", ("azerbaijan", "kazakhstan"), "598470000", "USD", "2023"),
            ("bilateral-documents", ("azerbaijan", "kazakhstan"), "90", "count",
             "[2024-03-11..2024-12-31]"),
        ],
    )  # fmt: skip
    def test_each_figure_has_its_direction_period_and_unit(
        self, base, indicator, countries, value, unit, period
    ):
        figure = Figure.objects.published().get(
            indicator__slug=indicator,
            from_country__slug=countries[0],
            to_country__slug=countries[1],
            source__slug=SOURCE,
        )
        assert (figure.value, figure.unit) == (Decimal(value), unit)
        assert (str(figure.period), figure.inferred) == (period, True)
        assert figure.indicator.directed == (
            indicator not in {"trade-turnover", "bilateral-documents"}
        )

    def test_each_side_sells_its_goods_to_the_other(self, base):
        goods = TradedGood.objects.published().filter(source__slug=SOURCE)
        pairs = goods.order_by().values_list("from_country__slug", "to_country__slug")
        assert Counter(pairs) == {
            ("azerbaijan", "kazakhstan"): 8,
            ("kazakhstan", "azerbaijan"): 5,
        }

    def test_both_countries_share_six_organizations_one_unidentified(self, base):
        relation = Relation.objects.get(slug="azerbaijan-kazakhstan")
        shared = Membership.objects.shared_by(relation.country_a, relation.country_b).filter(
            pk__in=cited_from_article(Membership)
        )
        names = shared.values_list("organization__acronym", "organization__identified")
        assert sorted(set(names)) == [
            ("", False), ("CICA", True), ("OIC", True), ("OSCE", True), ("OTS", True),
            ("UN", True),
        ]  # fmt: skip
        assert shared.count() == 12
        assert Organization.objects.get(identified=False).name == "UTG"

    def test_both_presidents_are_leaders(self, base):
        relation = Relation.objects.get(slug="azerbaijan-kazakhstan")
        leaders = Office.objects.leaders_of(relation.country_a, relation.country_b).filter(
            pk__in=cited_from_article(Office)
        )
        assert sorted(leaders.values_list("person__slug", "country__slug")) == [
            ("ilham-aliyev", "azerbaijan"),
            ("kassym-jomart-tokayev", "kazakhstan"),
        ]

    def test_every_row_is_published_and_every_record_supported(self, base):
        for model in (Record, Figure, TradedGood):
            assert not model.objects.exclude(state="published").exists()
        assert not Record.objects.exclude(citations__stance="supports").exists()
        source = Source.objects.get(slug=SOURCE)
        assert (source.kind, str(source.date), source.rights) == ("op_ed", "2024", "reserved")
        assert source.disclaimer


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str, length: int = WORDS + 1) -> set[tuple[str, ...]]:
    """All runs of `length` consecutive words."""
    found = words(text)
    return {tuple(found[start : start + length]) for start in range(len(found) - length + 1)}


def texts(path) -> list[str]:
    """The texts in a file; each string of a JSON file separately and unescaped."""
    content = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix != ".json":
        return [content]

    def strings(value):
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            return [text for item in value for text in strings(item)]
        return [value] if isinstance(value, str) else []

    return strings(json.loads(content))


def repository_files():
    """All files that people write here, not those that tools generate."""
    made = {".git", ".venv", "var", "__pycache__", "node_modules"}
    folders = [
        path for path in settings.BASE_DIR.iterdir() if path.is_dir() and path.name not in made
    ]
    files = [path for path in settings.BASE_DIR.iterdir() if path.is_file()]
    for folder in folders:
        if not folder.name.endswith("_cache") and folder.name != ".hypothesis":
            files += [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if path.suffix not in {".pyc", ".png", ".woff2", ".ico"}]


@pytest.mark.django_db
def test_no_passage_quotes_more_than_a_few_words(base):
    quotes = list(Passage.objects.values_list("quote", flat=True))
    assert len(quotes) > 25
    assert [quote for quote in quotes if len(words(quote)) > WORDS] == []


@pytest.mark.material
class TestArticleText:
    @pytest.mark.django_db
    def test_the_checksum_matches_the_text(self, base, article_text):
        source = Source.objects.get(slug=SOURCE)
        assert source.checksum == hashlib.sha256(article_text.encode()).hexdigest()

    @pytest.mark.django_db
    def test_each_passage_matches_the_text_at_its_offsets(self, base, article_text):
        passages = Passage.objects.filter(source__slug=SOURCE).exclude(start=None)
        found = {row.locator: article_text[row.start : row.end] for row in passages}
        assert len(found) > 25
        assert found == {row.locator: row.quote for row in passages}

    def test_no_repository_file_copies_a_longer_run_of_words(self, article_text):
        of_text, files = runs(article_text) - runs(TITLE), repository_files()
        assert COVERAGE in files
        holders = {
            str(path.relative_to(settings.BASE_DIR))
            for path in files
            for text in texts(path)
            if runs(text) & of_text
        }
        assert holders == set()

    def test_the_exempt_title_occurs_in_the_text(self, article_text):
        assert runs(TITLE) <= runs(article_text)
        assert len(runs(TITLE)) == len(words(TITLE)) - WORDS

    def test_the_check_finds_a_longer_run(self, article_text, tmp_path):
        some = article_text.split()[100:]
        planted = {
            "a.md": "Before. " + " ".join(some[: WORDS + 6]) + " After.",
            "b.json": json.dumps([{"fields": {"note": "\n".join(some[: WORDS + 6])}}]),
            "c.md": " ".join(some[: WORDS // 2]),
        }
        for name, text in planted.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        of_text = runs(article_text)
        found = {
            name for name in planted for text in texts(tmp_path / name) if runs(text) & of_text
        }
        assert found == {"a.md", "b.json"}
