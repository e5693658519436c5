"""Conditions as the two databases read them."""

import pytest

from search.match import NOTHING, PUBLIC, About, Any, Filter, Words, any_of

OIL, GAS = Filter("zztopic1"), Filter("zztopic2")


def test_each_level_is_a_lexeme_of_its_own_on_postgresql():
    # A GIN index holds no weights: with them, each row would be read again.
    word = Words(("kazakstan",))
    assert word.within(1).tsquery() == "'akazakstan'"
    assert word.within(2).tsquery() == "('akazakstan' | 'bkazakstan')"
    assert word.tsquery() == "('akazakstan' | 'bkazakstan' | 'ckazakstan' | 'dkazakstan')"


def test_phrases_are_within_one_field():
    phrase = Words(("transit", "trad"), prefix=True).within(2)
    assert phrase.tsquery() == "(('atransit' <-> 'atrad':*) | ('btransit' <-> 'btrad':*))"
    assert phrase.fts5() == '{title_keys names_keys} : "transit trad" *'


def test_what_an_entry_is_about_counts_from_the_third_level():
    match = Words(("oil",)) & About("zztopic1") & Filter("zzpublic")
    assert match.within(1).tsquery() == "'zznothing'"
    assert match.within(3).tsquery() == "(('aoil' | 'boil' | 'coil') & 'zztopic1' & 'zzpublic')"


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        (PUBLIC, ("entry.vector @@ %s::tsquery AND entry.public", "'zzpublic'")),
        (OIL & PUBLIC, ("entry.vector @@ %s::tsquery AND entry.public", "('zztopic1')")),
        (OIL | PUBLIC, ("entry.vector @@ %s::tsquery", "('zztopic1' | 'zzpublic')")),
        (
            OIL.but_not(GAS & PUBLIC),
            ("entry.vector @@ %s::tsquery", "('zztopic1' & !('zztopic2' & 'zzpublic'))"),
        ),
        (
            (OIL & PUBLIC).but_not(GAS & PUBLIC),
            (
                "entry.vector @@ %s::tsquery AND entry.public",
                "(('zztopic1') & !('zztopic2'))",
            ),
        ),
    ],
)
def test_column_says_what_is_public_where_all_must_be(match, expected):
    assert match.postgresql("entry") == expected
    assert "zzpublic" in match.fts5()


def test_what_follows_from_a_filter_is_not_searched_for():
    event = About("zzkindevent")
    match = (Words(("talk",)) | event) & Filter("zzkindevent")
    assert match.tsquery() == "('zzkindevent')"
    assert match.fts5() == '("zzkindevent")'
    assert match.within(1).tsquery() == "('atalk' & 'zzkindevent')"


def test_alternatives_are_searched_for_once():
    assert any_of([OIL | GAS, GAS, OIL | GAS | PUBLIC]) == Any((OIL, GAS, PUBLIC))
    assert any_of([OIL, OIL]) == OIL


def test_nothing_is_left_out_of_alternatives():
    assert (Words(("oil",)) | About("zztopic1")).within(1) == Words(("oil",), level=1)
    assert any_of([]).within(1) == NOTHING
