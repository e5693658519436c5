"""Matches: conditions on the words and tokens of entries, for SQLite's FTS5 and PostgreSQL.

A condition is made of keys of words (search.words) and of tokens, both of which consist of the
letters a-z and digits only: nothing in it needs quoting or can be read as an operator. Words can
be limited to a level:

1. the title; 2. also other names; 3. also the summary and what the entry is about; 4. everything.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.db.models import BigIntegerField, Lookup

LEVELS = (1, 2, 3, 4)
# The columns of the FTS5 table, and the letters before words in PostgreSQL's vector, that each
# level adds.
_COLUMNS = ("title_keys", "names_keys", "summary_keys about", "text_keys")
_LETTERS = ("a", "b", "c", "d")
# Keys of words never contain a doubled letter, so tokens cannot be mistaken for words.
TOKEN = "zz"


def token(name: str, value: str | int = "") -> str:
    """The token for what entries have in common: a row, by kind and primary key, or a year ..."""
    return f"{TOKEN}{name}{value}"


class Match:
    """A condition on entries."""

    # Whether it demands public entries.
    is_public = False

    def __and__(self, other: "Match") -> "Match":
        return all_of((self, other))

    def __or__(self, other: "Match") -> "Match":
        return any_of((self, other))

    def but_not(self, other: "Match") -> "Match":
        """Entries that match this and not the other."""
        return Without(self, other)

    def within(self, level: int) -> "Match":
        """The same condition with its words limited to a level."""
        raise NotImplementedError

    def fts5(self) -> str:
        """The condition as a full-text query of SQLite."""
        raise NotImplementedError

    def tsquery(self) -> str:
        """The condition as the text of a tsquery of PostgreSQL."""
        raise NotImplementedError

    def without_public(self) -> "Match":
        """The same condition without the demand for public entries."""
        return self

    def postgresql(self, table: str) -> tuple[str, str]:
        """The condition in SQL on the rows of a table of PostgreSQL, and its value. The column says
        which rows are public: a GIN index would compare each list with that of all public rows."""
        public = f" AND {table}.public" if self.is_public else ""
        return f"{table}.vector @@ %s::tsquery{public}", self.without_public().tsquery()


@dataclass(frozen=True, slots=True)
class Words(Match):
    """Adjacent words, by their keys; of the last only the beginning if it is a `prefix`."""

    keys: tuple[str, ...]
    prefix: bool = False
    level: int = 4

    def within(self, level):
        return Words(self.keys, self.prefix, level)

    def fts5(self):
        columns = " ".join(_COLUMNS[: self.level])
        words = f'"{" ".join(self.keys)}"{" *" if self.prefix else ""}'
        return words if self.level == 4 else f"{{{columns}}} : {words}"

    def tsquery(self):
        # Neighbours are found in one column only, as by FTS5.
        found = [self._in_column(letter) for letter in _LETTERS[: self.level]]
        return found[0] if self.level == 1 else f"({' | '.join(found)})"

    def _in_column(self, letter: str) -> str:
        words = " <-> ".join(f"'{letter}{key}'" for key in self.keys)
        words = f"{words}:*" if self.prefix else words
        return words if len(self.keys) == 1 else f"({words})"


@dataclass(frozen=True, slots=True)
class About(Match):
    """Entries with a token, at level 3 if a level counts."""

    token: str

    def within(self, level):
        return self if level >= 3 else NOTHING

    def fts5(self):
        return f'"{self.token}"'

    def tsquery(self):
        return f"'{self.token}'"


@dataclass(frozen=True, slots=True)
class Filter(About):
    """Entries with a token, whatever the level."""

    def within(self, level):
        return self


class Public(Filter):
    """Public entries."""

    is_public = True


PUBLIC = Public(token("public"))
NOTHING = Filter(token("nothing"))


@dataclass(frozen=True, slots=True)
class All(Match):
    """Entries that match all parts."""

    parts: tuple[Match, ...]

    def within(self, level):
        parts = tuple(part.within(level) for part in self.parts)
        return NOTHING if NOTHING in parts else All(parts)

    @property
    def is_public(self):
        return any(part.is_public for part in self.parts)

    def without_public(self):
        others = tuple(part.without_public() for part in self.parts if part != PUBLIC)
        return All(others) if others else self

    def fts5(self):
        return f"({' AND '.join(part.fts5() for part in self._needed())})"

    def tsquery(self):
        return f"({' & '.join(part.tsquery() for part in self._needed())})"

    def _needed(self) -> Iterator[Match]:
        """The parts that do not follow from another, as "an event, or about events" from "an event"
        does."""
        tokens = {part.token for part in self.parts if isinstance(part, Filter)}
        for part in self.parts:
            others = part.parts if isinstance(part, Any) else ()
            if not any(isinstance(one, About) and one.token in tokens for one in others):
                yield part


@dataclass(frozen=True, slots=True)
class Any(Match):
    """Entries that match one part or more."""

    parts: tuple[Match, ...]

    def within(self, level):
        parts = (part.within(level) for part in self.parts)
        return any_of(part for part in parts if part != NOTHING)

    def fts5(self):
        return f"({' OR '.join(part.fts5() for part in self.parts)})"

    def tsquery(self):
        return f"({' | '.join(part.tsquery() for part in self.parts)})"


@dataclass(frozen=True, slots=True)
class Without(Match):
    """Entries that match one match and not another."""

    match: Match
    other: Match

    def within(self, level):
        # What is excluded is excluded wherever it stands.
        return Without(self.match.within(level), self.other)

    @property
    def is_public(self):
        return self.match.is_public

    def without_public(self):
        # Once all are public, the others need not be.
        other = self.other.without_public() if self.is_public else self.other
        return Without(self.match.without_public(), other)

    def fts5(self):
        return f"({self.match.fts5()} NOT {self.other.fts5()})"

    def tsquery(self):
        return f"({self.match.tsquery()} & !{self.other.tsquery()})"


def all_of(matches: Iterable[Match]) -> Match:
    """Entries that match all of these; there is at least one."""
    parts = (one.parts if isinstance(one, All) else (one,) for one in matches)
    found = tuple(dict.fromkeys(chain.from_iterable(parts)))
    return found[0] if len(found) == 1 else All(found)


def any_of(matches: Iterable[Match]) -> Match:
    """Entries that match any of these; none if there are none."""
    parts = (one.parts if isinstance(one, Any) else (one,) for one in matches)
    # Ranges of years have most of their tokens in common.
    found = tuple(dict.fromkeys(chain.from_iterable(parts)))
    return found[0] if len(found) == 1 else Any(found) if found else NOTHING


@BigIntegerField.register_lookup
class Matches(Lookup):
    """Rows of a table with a full-text index that match a condition, by their primary key: for
    `pk__matches`. The index of `table` is the FTS5 table `table_fts`, and the column `vector`."""

    lookup_name = "matches"
    prepare_rhs = False

    def as_sqlite(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        index = connection.ops.quote_name(f"{self.lhs.target.model._meta.db_table}_fts")
        sql = f"{column} IN (SELECT rowid FROM {index} WHERE {index} MATCH %s)"
        return sql, (*params, self.rhs.fts5())

    def as_postgresql(self, compiler, connection):
        # Aliases of tables in subqueries are not quoted.
        sql, value = self.rhs.postgresql(compiler.quote_name_unless_alias(self.lhs.alias))
        return f"({sql})", (value,)


@BigIntegerField.register_lookup
class Tested(Matches):
    """The same rows, for `pk__tested`: SQLite asks its index about each of a few rows that it finds
    otherwise, and never for all that match."""

    lookup_name = "tested"

    def as_sqlite(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        index = connection.ops.quote_name(f"{self.lhs.target.model._meta.db_table}_fts")
        sql = f"EXISTS (SELECT 1 FROM {index} WHERE {index} MATCH %s AND rowid = {column})"
        return sql, (self.rhs.fts5(), *params)
