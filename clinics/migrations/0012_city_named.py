"""A city of just this name, without the trigrams of every other."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clinics", "0011_online_method")]

    operations = [
        migrations.AddIndex("city", models.Index(fields=["name_key"], name="city_named")),
    ]
