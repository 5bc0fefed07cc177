"""How somebody books who has missed visits."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinics', '0007_search_key'),
        ('doctors', '0004_name_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='clinic',
            name='no_show_limit',
            field=models.PositiveSmallIntegerField(default=2, verbose_name='a partir de (inasistencias)'),
        ),
        migrations.AddField(
            model_name='clinic',
            name='no_show_rule',
            field=models.CharField(blank=True, choices=[('ask', 'Usted confirma cada cita'), ('phone', 'Solo por teléfono')], max_length=10, verbose_name='después de inasistencias'),
        ),
        migrations.AddConstraint(
            model_name='clinic',
            constraint=models.CheckConstraint(condition=models.Q(('no_show_rule__in', ['', 'ask', 'phone'])), name='clinic_no_show_rule_known'),
        ),
        migrations.AddConstraint(
            model_name='clinic',
            constraint=models.CheckConstraint(condition=models.Q(('no_show_limit__range', (1, 10))), name='clinic_no_show_limit_plausible', violation_error_message='Elija de 1 a 10 inasistencias.'),
        ),
    ]
