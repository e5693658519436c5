"""Give Comtrade's area 492 back to the figures that were taken for Monaco, and rename the keys of
rival figures, so that the decisions of editors stay with them."""

from django.db import migrations
from django.db.models import Q

AREA = "492"
VALUATIONS = {"exports": "fob", "imports": "cif"}


def restore_area(apps, schema_editor):
    """Comtrade calls 492 "Europe EU, nes"; ISO 3166-1 gives the number to Monaco."""
    Figure = apps.get_model("trade", "Figure")
    rows = Figure.objects.filter(source__slug="un-comtrade").filter(
        Q(locator__startswith=f"reporter {AREA},") | Q(locator__contains=f", partner {AREA},")
    )
    for row in rows.select_related("from_country", "to_country", "reporter_country").iterator():
        series = row.series.split("|")
        for place, side in enumerate(("from", "to", "reporter"), start=1):
            country = getattr(row, f"{side}_country")
            if country and country.slug == "monaco":
                setattr(row, f"{side}_country", None)
                setattr(row, f"{side}_area", AREA)
                series[place] = AREA if side == "reporter" else f"area:{AREA}"
        row.series, row.excluded = "|".join(series), "area"
        Figure.objects.filter(pk=row.pk).update(
            from_country=row.from_country,
            from_area=row.from_area,
            to_country=row.to_country,
            to_area=row.to_area,
            reporter_country=row.reporter_country,
            reporter_area=row.reporter_area,
            series=row.series,
            excluded=row.excluded,
        )


def renamed(key: str) -> str:
    """The key with goods by code instead of name, and with the usual valuation."""
    rule, _colon, subject = key.partition(":")
    parts = subject.split("|")
    if len(parts) < 10:
        return key  # it was shortened
    indicator, from_country, to_country, *name, unit, valuation, basis, target, period, until = parts
    code = " ".join("|".join(name).split()[:2])
    if valuation == "not_stated":
        valuation = VALUATIONS.get(indicator, valuation)
    parts = indicator, from_country, to_country, code, unit, valuation, basis, target, period, until
    return f"{rule}:{'|'.join(parts)}"


def rename_rivals(apps, schema_editor):
    """If two rows would have one key, the decided one gets it, and the other is hidden."""
    Disagreement = apps.get_model("relations", "Disagreement")
    rows = Disagreement.objects.filter(rule="rival_figures").order_by("-present", "state", "pk")
    taken = set()
    for row in rows.iterator():
        key = renamed(row.key)
        if key in taken:
            Disagreement.objects.filter(pk=row.pk).update(present=False)
            continue
        taken.add(key)
        if key != row.key:
            # Another row with this key comes later in the order: it has less to lose.
            for other in Disagreement.objects.filter(key=key):
                other.key, other.present = f"{key}:before"[:400], False
                other.save(update_fields=["key", "present"])
            Disagreement.objects.filter(pk=row.pk).update(key=key)


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0013_statistics"),
        ("trade", "0013_areas_and_confirmations"),
    ]

    operations = [
        migrations.RunPython(restore_area, migrations.RunPython.noop),
        migrations.RunPython(rename_rivals, migrations.RunPython.noop),
    ]
