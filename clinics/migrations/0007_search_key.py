"""Words of a place are looked for in the consultorio's name and address."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

import core.db


class Migration(migrations.Migration):

    dependencies = [
        ('clinics', '0006_facts_for_search'),
        ('doctors', '0004_name_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='clinic',
            name='search_key',
            field=models.GeneratedField(db_persist=True, expression=core.db.Unaccent(django.db.models.functions.text.Concat(models.F('name'), models.Value(' '), models.F('address'))), output_field=models.TextField()),
        ),
        migrations.AddIndex(
            model_name='clinic',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('search_key'), name='gin_trgm_ops'), name='clinic_place_trigrams'),
        ),
    ]
