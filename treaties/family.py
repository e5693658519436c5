"""Families of treaties: each under the earlier ones that it builds on, changes or ends."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import connection

from treaties.models import Treaty, TreatyLink


@dataclass(slots=True)
class Branch:
    """A treaty in a family tree, with the link to the treaty above (None at the top) and the
    branches below. A treaty that is already in a tree is `repeated`, without its branches."""

    treaty: Treaty
    link: TreatyLink | None = None
    below: list["Branch"] = field(default_factory=list)
    repeated: bool = False

    def walk(self, depth: int = 0):
        """This branch and all branches below it in order, each with its depth."""
        yield self, depth
        for branch in self.below:
            yield from branch.walk(depth + 1)


def of_treaty(treaty: Treaty) -> list[Branch]:
    """The public family of one treaty; empty if it has no links. Two queries at any depth."""
    found = TreatyLink.objects.published().filter(treaty__in=linked(treaty.pk)).for_pages()
    return tree(_joined(treaty.pk, list(found.order_by("treaty__sort_key", "pk"))))


def linked(treaty: int) -> list[int]:
    """The primary keys of a treaty and of all that are linked to it, directly or through others,
    public or not. One query."""
    links = TreatyLink._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE family(id) AS ("
            f"SELECT CAST(%s AS bigint) UNION "
            f"SELECT CASE WHEN link.treaty_id = family.id THEN link.target_id "
            f"ELSE link.treaty_id END FROM family JOIN {links} link "
            f"ON link.treaty_id = family.id OR link.target_id = family.id"
            f") SELECT id FROM family",
            [treaty],
        )
        return [pk for (pk,) in cursor.fetchall()]


def of_treaties(keys: Collection[int]) -> list[Branch]:
    """The families within the treaties with these keys, such as those of a pair; in one query."""
    found = TreatyLink.objects.published().filter(treaty__in=keys, target__in=keys)
    return tree(found.for_pages().order_by("treaty__sort_key", "pk"))


def _joined(start: int, links: list[TreatyLink]) -> list[TreatyLink]:
    """The links that are connected to a treaty, directly or through other links."""
    near, grown = {start}, True
    while grown:
        more = {
            pk
            for link in links
            if {link.treaty_id, link.target_id} & near
            for pk in (link.treaty_id, link.target_id)
        }
        grown, near = bool(more - near), near | more
    return [link for link in links if link.treaty_id in near]


def tree(links: Iterable[TreatyLink]) -> list[Branch]:
    """The trees that links form, each with a treaty at the top that links to no earlier one."""
    below, treaties, linked = {}, {}, set()
    for link in links:
        below.setdefault(link.target_id, []).append(link)
        treaties.setdefault(link.target_id, link.target)
        treaties.setdefault(link.treaty_id, link.treaty)
        linked.add(link.treaty_id)
    shown: set[int] = set()

    def grow(treaty: Treaty, link: TreatyLink | None) -> Branch:
        branch = Branch(treaty, link, repeated=treaty.pk in shown)
        if not branch.repeated:
            shown.add(treaty.pk)
            branch.below = [grow(row.treaty, row) for row in below.get(treaty.pk, ())]
        return branch

    tops = [treaty for pk, treaty in treaties.items() if pk not in linked]
    return [grow(top, None) for top in sorted(tops, key=lambda row: (row.sort_key, row.pk))]
