"""What people look for beside place and price."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinics', '0005_reminders_and_notices'),
    ]

    operations = [
        migrations.AddField(
            model_name='clinic',
            name='agreements',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None, verbose_name='seguros y convenios'),
        ),
        migrations.AddField(
            model_name='clinic',
            name='is_accessible',
            field=models.BooleanField(default=False, verbose_name='acceso en silla de ruedas'),
        ),
        migrations.AddField(
            model_name='clinic',
            name='offers_telehealth',
            field=models.BooleanField(default=False, verbose_name='ofrece consultas por video'),
        ),
        migrations.AddField(
            model_name='clinic',
            name='sees_children',
            field=models.BooleanField(default=False, verbose_name='atiende a niños'),
        ),
    ]
