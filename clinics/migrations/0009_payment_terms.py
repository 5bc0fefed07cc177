"""Fees, deposit, free follow-up, and when one pays."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinics', '0008_no_show_rule'),
        ('doctors', '0004_name_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='clinic',
            name='deposit_terms',
            field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='anticipo'),
        ),
        migrations.AddField(
            model_name='clinic',
            name='follow_up_days',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name='control sin costo (días)'),
        ),
        migrations.AddField(
            model_name='clinic',
            name='late_cancellation_fee',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='cargo por cancelar tarde'),
        ),
        migrations.AddField(
            model_name='clinic',
            name='no_show_fee',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='cargo por no asistir'),
        ),
        migrations.AddField(
            model_name='clinic',
            name='payment_time',
            field=models.CharField(blank=True, choices=[('before', 'antes de la consulta'), ('after', 'después de la consulta')], db_default='', default='', max_length=6, verbose_name='cuándo se paga'),
        ),
        migrations.AddConstraint(
            model_name='clinic',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('late_cancellation_fee__isnull', True), ('late_cancellation_fee__gt', 0), _connector='OR'), models.Q(('no_show_fee__isnull', True), ('no_show_fee__gt', 0), _connector='OR')), name='clinic_fees_positive', violation_error_message='Un cargo debe ser mayor que cero.'),
        ),
    ]
