"""Exceptions with half their hours are refused; full_clean() sees windows past midnight right."""

import django.contrib.postgres.constraints
import django.db.models.expressions
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinics', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='openinghours',
            name='openinghours_no_overlap',
        ),
        migrations.RemoveConstraint(
            model_name='scheduleexception',
            name='scheduleexception_minutes_valid',
        ),
        migrations.AddConstraint(
            model_name='openinghours',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.F('clinic'), '='), (models.F('weekday'), '='), (models.Func(models.F('starts_minute'), models.Case(models.When(django.db.models.lookups.LessThan(django.db.models.expressions.CombinedExpression(models.F('ends_minute'), '-', models.F('starts_minute')), 0), then=django.db.models.expressions.CombinedExpression(models.F('ends_minute'), '+', models.Value(1440))), default=models.F('ends_minute'), output_field=models.IntegerField()), function='int4range'), '&&'), (models.Func(models.F('valid_from'), models.F('valid_until'), models.Value('[]'), function='daterange'), '&&')], name='openinghours_no_overlap', violation_error_message='Ese horario se cruza con otro del mismo día.'),
        ),
        migrations.AddConstraint(
            model_name='scheduleexception',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ends_minute__isnull', True), ('kind', 'closed'), ('starts_minute__isnull', True)), models.Q(('kind__in', ['closed', 'extra']), ('ends_minute__isnull', False), ('starts_minute__isnull', False), ('starts_minute__range', (0, 1439)), ('ends_minute__range', (0, 1440)), models.Q(('ends_minute', models.F('starts_minute')), _negated=True)), _connector='OR'), name='scheduleexception_minutes_valid', violation_error_message='Escriba desde y hasta qué hora, en ese orden.'),
        ),
    ]
