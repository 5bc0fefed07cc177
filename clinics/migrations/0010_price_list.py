"""What each type of visit costs; and payment beforehand, of whom has missed visits."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinics', '0009_payment_terms'),
        ('doctors', '0004_name_words'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='clinic',
            name='clinic_no_show_rule_known',
        ),
        migrations.AddField(
            model_name='clinic',
            name='visit_prices',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=2, max_digits=12), blank=True, db_default=[], default=list, size=None, verbose_name='precios'),
        ),
        migrations.AddField(
            model_name='clinic',
            name='visit_types',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, db_default=[], default=list, size=None, verbose_name='tipos de consulta'),
        ),
        migrations.AlterField(
            model_name='clinic',
            name='no_show_rule',
            field=models.CharField(blank=True, choices=[('ask', 'Usted confirma cada cita'), ('prepay', 'Paga antes de la consulta'), ('phone', 'Solo por teléfono')], max_length=10, verbose_name='después de inasistencias'),
        ),
        migrations.AddConstraint(
            model_name='clinic',
            constraint=models.CheckConstraint(condition=models.Q(('visit_types__len', models.F('visit_prices__len')), models.Func(models.F('visit_prices'), output_field=models.BooleanField(), template='(0 <= ALL(%(expressions)s))')), name='clinic_price_list_agrees', violation_error_message='Cada tipo de consulta necesita su precio.'),
        ),
        migrations.AddConstraint(
            model_name='clinic',
            constraint=models.CheckConstraint(condition=models.Q(('no_show_rule__in', ['', 'ask', 'prepay', 'phone'])), name='clinic_no_show_rule_known'),
        ),
    ]
