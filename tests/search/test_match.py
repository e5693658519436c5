"""Conditions as the two databases read them."""

from search.match import About, Filter, Words


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
    assert match.within(1).tsquery() == "(('aoil' & 'zznothing') & 'zzpublic')"
    assert match.within(3).tsquery() == ("((('aoil' | 'boil' | 'coil') & 'zztopic1') & 'zzpublic')")
