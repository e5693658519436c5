"""What the world sees of treaties and their actions."""

from relations import shapes


def action(row) -> dict:
    return shapes.record(row) | {
        "treaty": row.treaty.slug,
        "type": row.action_type,
        "party": row.party.party.slug if row.party_id else None,
        "effective": str(row.effective),
        "place": row.place,
        "occasion": shapes.shown(row.occasion),
    }


def treaty(row) -> dict:
    """A treaty fetched for pages, with its parties and the published steps of its life."""
    return shapes.record(row) | {
        "instrument": row.instrument,
        "level": row.level,
        "binding": row.binding,
        "place": row.place,
        "parties": [party.party.slug for party in row.parties.all()],
        "actions": [action(step) for step in row.life],
    }
