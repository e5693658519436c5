"""The check of a mapping as a whole: each mistake has a message with its place."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.rows import FileError, Row, RowError
from desk.adapters import KINDS, MAPPED, adapter_mapped
from relations.importers import ListMapping
from sources.mappings.check import check
from sources.mappings.keys import KEYS, MappingError
from sources.mappings.toml import read_toml

VISIT = """
name = "visits"
kind = "visit"
{top}
[source]
slug = "list"
title = "List"
kind = "official"
{source}
[columns]
title = "Title"
country = "Guest"
host = "Host"
{columns}
[constants]
rank = "minister"
{constants}
{tables}
"""
TREATY = """
name = "treaties"
kind = "treaty"
{top}
[source]
slug = "list"
title = "List"
kind = "data_set"
{source}
[columns]
title = "Title"
parties = "Parties"
{columns}
[constants]
{constants}
{tables}
"""
FIGURE = """
name = "figures"
kind = "figure"
{top}
[source]
slug = "list"
title = "List"
kind = "statistics"
{source}
[columns]
period = "Year"
value = "Value"
{columns}
[constants]
indicator = "exports"
from_country = "KZ"
to_country = "AZ"
unit = "USD"
{constants}
{tables}
"""
PLACES = ("top", "source", "columns", "constants", "tables")


def problems(text: str) -> list[str]:
    """The mistakes of a mapping, in words; allowed values are left out."""
    try:
        check(read_toml(text.encode()), KINDS)
    except MappingError as error:
        return [
            f"{row.place}: {row.message}" if row.place else row.message for row in error.problems
        ]
    return []


def filled(text: str, **lines: str) -> str:
    return text.format(**dict.fromkeys(PLACES, "") | lines)


@pytest.mark.parametrize("text", [VISIT, TREATY, FIGURE])
def test_a_correct_mapping_has_no_problems(text):
    assert problems(filled(text)) == []


# The mapping, where lines are added, the lines, and the one problem that they cause.
MISTAKES = [
    # Keys.
    (
        VISIT,
        "top",
        'delimitor = ";"',
        "delimitor: A mapping has no such key. Did you mean delimiter?",
    ),
    (
        VISIT,
        "tables",
        '[format]\ndate = "%Y"',
        "[format]: A mapping has no such key. Did you mean formats?",
    ),
    (
        VISIT,
        "tables",
        '[Columns]\ndate = "Day"',
        "[Columns]: A mapping has no such key. Did you mean columns?",
    ),
    (
        VISIT,
        "tables",
        '[values.ranc]\n"a" = "minister"',
        "[values.ranc]: The mapping sets no field “ranc”. Did you mean rank?",
    ),
    (VISIT, "top", "decimal = ','", "decimal: A list of the kind “visit” does not take this key."),
    (
        VISIT,
        "tables",
        "[steps]\ntype = 'A'",
        "[steps]: A list of the kind “visit” does not take this key.",
    ),
    (FIGURE, "top", "group = 'A'", "group: A list of the kind “figure” does not take this key."),
    # Types and values of keys.
    (VISIT, "top", "delimiter = 3", "delimiter: This must be text in quotation marks."),
    (
        VISIT,
        "top",
        "delimiter = '::'",
        "delimiter: “delimiter” must be one sign, such as “,”, “;” or “|”, or the word “tab”.",
    ),
    (VISIT, "top", "id = 3", "id: This must be text in quotation marks or a list of texts."),
    (VISIT, "top", "id = []", "id: This must be text in quotation marks or a list of texts."),
    (VISIT, "top", 'id = ["A", 3]', "id: This must be text in quotation marks or a list of texts."),
    (
        VISIT,
        "top",
        'skip_lines = "3"',
        "skip_lines: This must be a whole number, without quotation marks.",
    ),
    (
        VISIT,
        "top",
        "skip_lines = -1",
        "skip_lines: This must be a whole number, without quotation marks.",
    ),
    (
        VISIT,
        "top",
        "skip_lines = true",
        "skip_lines: This must be a whole number, without quotation marks.",
    ),
    (VISIT, "top", "encoding = 8", "encoding: This must be text in quotation marks."),
    (
        VISIT,
        "top",
        'language = "Deutsch"',
        "language: “Deutsch” is not the code of a language, such as de.",
    ),
    (VISIT, "top", 'language = ["de"]', "language: This must be text in quotation marks."),
    (
        VISIT,
        "top",
        "blank = 9999",
        "blank: This must be text in quotation marks or a list of texts.",
    ),
    (
        VISIT,
        "tables",
        "[blank]\ntitel = 'x'",
        "[blank] titel: The mapping sets no field “titel”. Did you mean title?",
    ),
    (
        VISIT,
        "tables",
        "[blank]\ntitle = 9",
        "[blank] title: This must be text in quotation marks or a list of texts.",
    ),
    (VISIT, "top", 'precision = "decade"', "precision: “decade” is unknown."),
    (VISIT, "top", "precision = 7", "precision: This must be text in quotation marks."),
    (
        VISIT,
        "top",
        "strip = '['",
        "strip: This is not a regular expression: unterminated character set at position 0",
    ),
    (VISIT, "top", "strip = 'a*'", "strip: The expression must not match an empty text."),
    (
        FIGURE,
        "top",
        "rounding = '4'",
        "rounding: This must be a whole number, without quotation marks.",
    ),
    (
        FIGURE,
        "top",
        "restated = 'yes'",
        "restated: This must be true or false, without quotation marks.",
    ),
    (FIGURE, "top", "decimal = ';'", "decimal: “;” is unknown."),
    (
        VISIT,
        "top",
        "successors = 'x'",
        "successors: This must be a table with lines such as: “Soviet Union” = “Russia”.",
    ),
    (
        VISIT,
        "tables",
        "[successors]\n'Soviet Union' = 3",
        "[successors]: This must be a table with lines such as: “Soviet Union” = “Russia”.",
    ),
    (
        VISIT,
        "tables",
        "[filter]\nFlow = 3",
        "[filter]: This must be a table with lines such as: Flow = [“Import”, “Export”].",
    ),
    # The source.
    (
        VISIT,
        "source",
        "titel = 'x'",
        "[source]: A source has no field “titel”. Did you mean title?",
    ),
    (VISIT, "source", "accessed = '2024-01-01'", "[source]: A source has no field “accessed”."),
    (VISIT, "source", "publisher = 3", "[source] publisher: This must be text in quotation marks."),
    (VISIT, "source", "rights = 'free'", "[source] rights: Value 'free' is not a valid choice."),
    (VISIT, "source", "rights = 'open'", "[source] licence: Name the open licence."),
    (VISIT, "source", "url = 'x'", "[source] url: Enter a valid URL."),
    (VISIT, "source", "date = '2024-13'", "[source] date: There is no month 13."),
    # Columns.
    (
        VISIT,
        "columns",
        "dat = 'Day'",
        "[columns]: A list of the kind “visit” cannot set “dat”. Did you mean date?",
    ),
    (
        VISIT,
        "columns",
        "date = 3",
        "[columns] date: A column must be its title in quotation marks.",
    ),
    (
        VISIT,
        "columns",
        "date = ''",
        "[columns] date: A column must be its title in quotation marks.",
    ),
    (
        VISIT,
        "columns",
        "place = { year = 'Y' }",
        "[columns] place: A column must be its title in quotation marks.",
    ),
    (
        VISIT,
        "columns",
        "visit_type = ['a', 'b']",
        "[columns] visit_type: This field has one column, not several.",
    ),
    (
        VISIT,
        "columns",
        "place = ['a', 3]",
        "[columns] place: Several columns must be a list of titles in quotation marks.",
    ),
    (
        VISIT,
        "columns",
        "place = []",
        "[columns] place: Several columns must be a list of titles in quotation marks.",
    ),
    (
        VISIT,
        "columns",
        "date = { month = 'M' }",
        "[columns] date: A date needs the column of the year: year = “Year”.",
    ),
    (
        VISIT,
        "columns",
        "date = { year = 'Y', day = 'D' }",
        "[columns] date: A day needs the column of the month.",
    ),
    (
        VISIT,
        "columns",
        "date = { year = 'Y', moon = 'M' }",
        "[columns] date: A date has no part “moon”.",
    ),
    (
        VISIT,
        "columns",
        "date = { year = 1990 }",
        "[columns] date: The column of the year must be its title in quotation marks.",
    ),
    # Fields that no mapping sets.
    *(
        (
            text,
            "constants",
            f"{name} = 'x'",
            f"[constants]: A list of the kind “{kind}” cannot set “{name}”.",
        )
        for text, kind, names in (
            (VISIT, "visit", ("slug", "version", "relation", "sort_key", "published_at")),
            (TREATY, "treaty", ("slug", "version", "record_ptr")),
            (FIGURE, "figure", ("slug", "vintage", "series", "excluded")),
        )
        for name in names
    ),
    (
        VISIT,
        "constants",
        "state = 'published'",
        "[constants]: A list of the kind “visit” cannot set “state”.",
    ),
    # Constants.
    (
        VISIT,
        "constants",
        "title = 'x'",
        "[constants]: “title” is also in [columns]; a field is set once.",
    ),
    (VISIT, "constants", "place = 3", "[constants] place: This must be text."),
    (VISIT, "constants", "place = true", "[constants] place: This must be text."),
    (
        VISIT,
        "constants",
        "place = 'Baku'\nsummary = ['x']",
        "[constants] summary: This must be text.",
    ),
    (
        VISIT,
        "constants",
        f"place = '{'x' * 151}'",
        f"[constants] place: This is too long: “{'x' * 40} …”",
    ),
    (
        VISIT,
        "constants",
        "visit_type = 'offiziell'",
        "[constants] visit_type: “offiziell” is unknown. Did you mean official?",
    ),
    (
        VISIT,
        "constants",
        "title_supplied = 'maybe'",
        "[constants] title_supplied: This must be yes or no.",
    ),
    (
        VISIT,
        "constants",
        "date = '31.02.2024'",
        "[constants] date: This date is not understood: “31.02.2024”; February 2024 has no day 31.",
    ),
    (
        VISIT,
        "constants",
        "date = '..'",
        "[constants] date: “..” (not ended) is only valid as an end date.",
    ),
    (VISIT, "constants", "date = true", "[constants] date: This must be a date."),
    (VISIT, "constants", "visitors = 5", "[constants] visitors: This must be people."),
    (
        TREATY,
        "constants",
        "term_years = 'five'",
        "[constants] term_years: This is not a whole number: “five”",
    ),
    (
        TREATY,
        "constants",
        "term_years = 2.5",
        "[constants] term_years: This must be a whole number.",
    ),
    (
        TREATY,
        "constants",
        "term_years = 0",
        "[constants] term_years: Ensure this value is greater than or equal to 1: “0”",
    ),
    (TREATY, "constants", "signature = ['x']", "[constants] signature: This must be a date."),
    (
        TREATY,
        "constants",
        "signature = '11/03/2024'",
        "[constants] signature: This date has several readings: “11/03/2024”; “11/03/2024” can "
        "mean: 2024-03-11 (11 March 2024) · 2024-11-03 (3 November 2024). Write one, or declare "
        "the format.",
    ),
    (
        TREATY,
        "constants",
        "status = 'force'",
        "[constants] status: “force” is unknown. Did you mean in_force?",
    ),
    (
        FIGURE,
        "constants",
        "value = 5",
        "[constants]: “value” is also in [columns]; a field is set once.",
    ),
    (FIGURE, "constants", "upper = 5", "[constants] upper: This field needs a column."),
    # Formats, separators and the like of fields that have none.
    (
        VISIT,
        "tables",
        "[formats]\ntitle = '%Y'",
        "[formats] title: “title” is text, which has no formats.",
    ),
    (
        VISIT,
        "top",
        "formats = '%Y'",
        "formats: This must be a table with a line for each field, such as: [formats] date = "
        '["%d.%m.%Y", "%Y", "words"]',
    ),
    (
        VISIT,
        "tables",
        "[formats]\ndate = '%Y'",
        "[formats] date: The mapping sets no field “date”.",
    ),
    (
        TREATY,
        "tables",
        "[separators]\ntitle = '|'",
        "[separators] title: “title” is text, which has no separators.",
    ),
    (
        VISIT,
        "tables",
        "[codes]\nhost = 'iso4'",
        "[codes] host: “iso4” is unknown. Did you mean iso3 or iso2?",
    ),
    (
        VISIT,
        "tables",
        "[codes]\ntitle = 'iso3'",
        "[codes] title: “title” is text, which has no codes.",
    ),
    (
        VISIT,
        "tables",
        "[precision]\ntitle = 'day'",
        "[precision] title: “title” is text, which has no precision.",
    ),
    # Values.
    (
        VISIT,
        "top",
        "values = 3",
        "values: This must be a table with a line for each field, such as: [values.visit_type] "
        '"offiziell" = "official"',
    ),
    (
        VISIT,
        "tables",
        "[values]\nrank = 'x'",
        "[values.rank]: This must be a table with lines such as: “offiziell” = “official”.",
    ),
    (
        VISIT,
        "tables",
        "[values.rank]\n'Minister' = 'ministre'",
        "[values.rank] “Minister”: “ministre” is unknown. Did you mean minister?",
    ),
    (
        VISIT,
        "tables",
        "[values.rank]\n'Minister' = ['minister']",
        "[values.rank] “Minister”: This must be one of the allowed values.",
    ),
    (VISIT, "tables", "[values.host]\n'KZ' = 398", "[values.host] “KZ”: This must be a country."),
    # Templates.
    (
        VISIT,
        "tables",
        "[templates]\ntitle = '{Type}'",
        "[templates]: “title” is also in [columns]; a field is set once.",
    ),
    (
        VISIT,
        "tables",
        "[templates]\nplace = 'Baku'",
        "[templates] place: A template names columns in braces, such as {Type}; for a text without "
        "them, use [constants].",
    ),
    (
        VISIT,
        "tables",
        "[templates]\nplace = '{Type'",
        "[templates] place: “{” is unbalanced. Write columns as {Type}, optional parts in [ ], and "
        "these signs themselves twice.",
    ),
    (
        VISIT,
        "tables",
        "[templates]\nplace = '{Type}[ in {Town}'",
        "[templates] place: “[” is not closed by “]”.",
    ),
    (
        VISIT,
        "tables",
        "[templates]\nplace = 3",
        "[templates] place: This must be text in quotation marks.",
    ),
    (
        VISIT,
        "tables",
        "[templates]\nvisit_type = '{Type}'",
        "[templates] visit_type: “visit_type” is one of the allowed values, which has no "
        "templates.",
    ),
]


@pytest.mark.parametrize(("text", "place", "lines", "message"), MISTAKES)
def test_a_mistake_has_one_message_with_its_place(text, place, lines, message):
    assert problems(filled(text, **{place: lines})) == [message]


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("%y", "Two digits do not say which century: the list needs years in %Y."),
        ("%d.%m", "It must have %Y, the year, exactly once."),
        ("%x", "This depends on the computer. Write out the parts, such as %d.%m.%Y."),
    ],
)
def test_a_format_that_cannot_be_used_is_named_with_the_reason(form, reason):
    text = filled(VISIT, columns="date = 'Day'", tables=f'[formats]\ndate = ["%Y", "{form}"]')
    message = f"[formats] date: The format “{form}” cannot be used. {reason}"
    assert problems(text) == [message]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "visits"', "", "The mapping needs “name”."),
        ('name = "visits"', "name = ''", "name: This must be text in quotation marks."),
        ('name = "visits"', f"name = '{'x' * 101}'", "name: This is longer than 100 characters."),
        ('kind = "visit"', "", "The mapping needs “kind”."),
        ('kind = "visit"', "kind = 3", "kind: This must be text in quotation marks."),
        (
            'kind = "visit"',
            "kind = 'vist'",
            "kind: “vist” is not a kind of list. Did you mean visit?",
        ),
        ('slug = "list"', "", "[source] slug: This field cannot be blank."),
        (
            'slug = "list"',
            "slug = 'a b'",
            "[source] slug: Enter a valid “slug” consisting of letters, numbers, underscores or "
            "hyphens.",
        ),
        (
            'kind = "official"',
            "kind = 'offical'",
            "[source] kind: Value 'offical' is not a valid choice.",
        ),
        (
            'host = "Host"',
            "",
            "[columns]: The mapping does not set “host”, which is needed: The host country.",
        ),
        (
            'rank = "minister"',
            "",
            "[columns]: The mapping does not set “rank”, which is needed: Rank of the visitor.",
        ),
        (
            'title = "Title"\n',
            "title = 7\n",
            "[columns] title: A column must be its title in quotation marks.",
        ),
    ],
)
def test_what_is_needed_is_named(old, new, message):
    text = filled(VISIT)
    assert old in text
    assert problems(text.replace(old, new, 1)) == [message]


def test_an_unknown_encoding_gets_suggestions():
    (message,) = problems(filled(VISIT, top="encoding = 'cp-1251x'"))
    assert message.startswith("encoding: The encoding “cp-1251x” is unknown. Use for example: cp")


def test_all_mistakes_are_reported_at_once_with_the_allowed_values():
    text = filled(
        VISIT,
        top="formt = 3",
        columns="date = 5",
        constants="visit_type = 'offiziell'\nstate = 'published'",
    )
    with pytest.raises(MappingError) as refused:
        check(read_toml(text.encode()), KINDS)
    places = [row.place for row in refused.value.problems]
    assert places == ["formt", "[constants]", "[columns] date", "[constants] visit_type"]
    assert refused.value.problems[0].allowed == tuple(key.name for key in KEYS)
    assert str(refused.value).splitlines()[3] == (
        "[constants] visit_type: “offiziell” is unknown. Did you mean official? Allowed: state, "
        "official, official_working, working, private, transit, unspecified."
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name = 'a'\nname = 'b'\n", "line 2: The mapping is not valid TOML: The same key or table"
         " is given twice."),
        (b"[columns]\n[columns]\n", "line 2: The mapping is not valid TOML: The same key or table "
         "is given twice."),
        (b"name = \n", "line 1: The mapping is not valid TOML: Invalid value"),
        (b"name = 'a\n", "The mapping is not valid TOML: Expected \"'\""),
        (b"name = 'a'\nkind = \xe4\n", "line 2: The mapping is not in UTF-8. Save it as UTF-8."),
        (b"name = " + b"[" * 5000, "The mapping is not valid TOML: It is nested too deeply."),
        (b"name = " + b"9" * 5000, "The mapping is not valid TOML: A number is too long."),
        (b'name = "a\\u0000"', "name: A text contains a NUL character."),
        (b'[values.rank]\n"\\u0000" = "minister"', "values.rank: A text contains a NUL character."),
    ],
)  # fmt: skip
def test_a_file_that_is_not_toml_is_refused_with_the_line(content, message):
    with pytest.raises(MappingError) as refused:
        read_toml(content)
    assert str(refused.value) == message


def test_a_byte_order_mark_is_ignored():
    assert problems("\ufeff" + filled(VISIT)) == []


@pytest.mark.parametrize(
    ("place", "lines"),
    [
        ("top", 'delimiter = "tab"'),
        ("top", 'delimiter = "\\t"'),
        ("top", 'blank = ["NA", "N/A"]\nlanguage = "pt-BR"\nstrip = \'\\[\\d+\\]\''),
        ("columns", "date = { year = 'Y', month = 'M', day = 'D' }\nplace = ['Town', 'Land']"),
        ("columns", "visitors = ['A', 'B']\noffices = 'Posts'"),
        ("constants", "date = 1992-08-27\nuntil = '..'"),
        ("constants", "date = 1992\ntitle_supplied = true"),
        ("constants", "summary = ''"),
        ("tables", "[templates]\nplace = '{Town}[, {Land}]'\n[separators]\n"),
        ("tables", "[values.host]\n'KZ' = 'Kazakhstan'\n'x' = ''"),
    ],
)
def test_these_are_no_mistakes(place, lines):
    assert problems(filled(VISIT, **{place: lines})) == []


def test_a_value_of_the_list_may_be_a_date_in_the_format_of_the_list_or_in_words():
    values = '[values.date]\n"spring" = "March 1992"\n"x" = "05.03.1992"\n"y" = ""\n'
    text = filled(VISIT, columns="date = 'Day'",
                  tables=f"[formats]\ndate = '%d.%m.%Y'\n{values}")  # fmt: skip
    assert problems(text) == []
    assert problems(text.replace("March", "Smarch")) == [
        "[values.date] “spring”: This date is not understood: “Smarch 1992”; “Smarch 1992” is not "
        "a date in EDTF. Write for example 2005, 2020-09, 1992-08-27, 1992~ (about), 2023? "
        "(uncertain), [1990..1992] or [..1995]."
    ]


SCALARS = st.one_of(
    st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.dates(),
    st.sampled_from(["visit", "figure", "treaty", "words", "%Y", "[", "{a}", "tab", "Title"]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["title", "date", "host", "year", "kind", "x"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
NAMES = [key.name for key in KEYS] + ["x", "format"]


@st.composite
def mutated(draw):
    """The content of a correct mapping after some keys or fields have been changed or removed."""
    content = read_toml(filled(draw(st.sampled_from([VISIT, TREATY, FIGURE]))).encode())
    for _change in range(draw(st.integers(1, 4))):
        table = content
        if draw(st.booleans()):
            inner = [value for value in content.values() if isinstance(value, dict)]
            table = draw(st.sampled_from(inner)) if inner else content
        names = [*NAMES, *KINDS["visit"].names, *KINDS["treaty"].names, *table]
        name = draw(st.sampled_from(names))
        if name in table and draw(st.booleans()):
            del table[name]
        else:
            table[name] = draw(VALUES)
    return content


@given(mutated(), st.text(max_size=12))
def test_no_change_of_a_mapping_causes_another_error(content, cell):
    try:
        kind = check(content, KINDS)
        mapping = MAPPED.get(kind.name, ListMapping)(content).mapping
    except FileError as error:
        found = [str(row) for row in error.problems] if isinstance(error, MappingError) else [
            str(error)
        ]  # fmt: skip
    else:
        found = [mapping.name]
        row = Row(1, 2, dict.fromkeys(mapping.columns, cell))
        for name in mapping.names:
            with suppress(RowError):
                mapping.text(row, name)
                if name in mapping.readers:
                    mapping.day(row, name)
                elif name in mapping.stored and not kind.model._meta.get_field(name).is_relation:
                    mapping.value(row, name)
    assert all(found)
    assert found


@given(st.binary(max_size=60), st.integers(0, 400))
@example(b"\xef\xbb\xbf", 0)
def test_no_bytes_in_a_mapping_cause_another_error(noise, place):
    content = filled(TREATY).encode()
    with suppress(FileError):
        assert adapter_mapped(content[:place] + noise + content[place:]).name
