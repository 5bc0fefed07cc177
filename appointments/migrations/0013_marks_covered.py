"""The marks of a map are counted from the index alone.

That holds as long as vacuum keeps up with entries that are renewed all day long.
"""

from django.db import migrations, models

EAGER = """
ALTER TABLE appointments_indexentry
SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02)
"""
USUAL = """
ALTER TABLE appointments_indexentry
RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor)
"""


def _point(**more):
    fields = ["specialty", "latitude", "longitude"]
    return models.Index(fields=fields, name="indexentry_point", **more)


def _anywhere(**more):
    return models.Index(fields=["latitude", "longitude"], name="indexentry_anywhere", **more)


class Migration(migrations.Migration):
    dependencies = [("appointments", "0012_online_payments")]

    operations = [
        migrations.RemoveIndex("indexentry", "indexentry_point"),
        migrations.RemoveIndex("indexentry", "indexentry_anywhere"),
        migrations.AddIndex("indexentry", _point(include=["doctor"])),
        migrations.AddIndex("indexentry", _anywhere(include=["doctor"])),
        migrations.RunSQL(EAGER, USUAL),
    ]
