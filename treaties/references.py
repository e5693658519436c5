"""Treaties and their steps as references."""

from core.references import SITE, Reference
from relations import references
from treaties.life import SIGNATURES

UNTS = "United Nations Treaty Series"


def treaty(row) -> Reference:
    """A treaty fetched by `with_related`: its parties as authors, the date and place of its
    signature, and its registration with the United Nations."""
    signature = next((step for step in row.life if step.action_type in SIGNATURES), None)
    registration = next((step for step in row.life if step.registration), None)
    published = registration and (registration.volume or registration.page)
    return references.record(
        row,
        type="treaty",
        date=row.date or (signature.date if signature else row.date),
        authors=tuple(party.party.name for party in row.parties.all() if not party.role),
        genre=row.get_instrument_display(),
        place=row.place or (signature.place if signature else ""),
        number=registration.registration if registration else "",
        container=UNTS if published else "",
        volume=str(registration.volume or "") if registration else "",
        page=str(registration.page or "") if registration else "",
        database=str(SITE),
    )


def action(row) -> Reference:
    """A step of a treaty."""
    return references.record(row, genre=row.get_action_type_display(), place=row.place)
