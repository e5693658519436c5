from collections import Counter

from django.db import migrations
from django.db.models import Case, Count, F, Max, Value, When
from django.db.models.functions import Coalesce, ExtractDay, ExtractMonth, ExtractYear

SUPPORTS, PUBLISHED = {'stance': 'supports'}, {'record__state': 'published'}


def fill_columns(apps, schema_editor):
    """The year under which a record is listed, and the day of the calendar, where it is known."""
    apps.get_model('relations', 'Record').objects.update(
        year=Coalesce(ExtractYear('date_earliest'), ExtractYear('date_latest')),
        calendar_day=Case(
            When(
                date_earliest=F('date_latest'),
                then=ExtractMonth('date_earliest') * Value(100) + ExtractDay('date_earliest'),
            )
        ),
    )


def count(apps, schema_editor):
    """The tally of each pair; 0 is the key of what is of no pair."""
    model = apps.get_model('relations', 'Tally')
    model.objects.all().delete()
    keys = [0, *apps.get_model('relations', 'Relation').objects.values_list('pk', flat=True)]
    tallies = {key: model(pk=key, relation_id=key or None) for key in keys}
    records = apps.get_model('relations', 'Record').objects.filter(state='published').order_by()
    for relation, *numbers in records.values_list('relation').annotate(
        Count('pk'), Max('published_at')
    ):
        tallies[relation or 0].entries, tallies[relation or 0].newest = numbers
    cited = apps.get_model('relations', 'Citation').objects.filter(**PUBLISHED).order_by()
    for relation, citations in cited.values_list('record__relation').annotate(Count('pk')):
        tallies[relation or 0].citations = citations
    rows = cited.filter(**SUPPORTS).values_list('record__relation', 'record')
    support = Counter(
        (relation or 0, sources > 1)
        for relation, _record, sources in rows.annotate(
            sources=Count('source', distinct=True)
        ).iterator(10_000)
    )
    for (key, twice), number in support.items():
        tallies[key].cited += number
        tallies[key].twice += number if twice else 0
    model.objects.bulk_create(tallies.values(), batch_size=1000)


class Migration(migrations.Migration):

    dependencies = [('relations', '0006_tallies_and_calendar')]

    operations = [
        migrations.RunPython(fill_columns, migrations.RunPython.noop),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
