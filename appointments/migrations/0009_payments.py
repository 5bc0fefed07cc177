"""A visit's account, and the terms of payment as the visit was booked."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.math
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_invitations'),
        ('appointments', '0008_attendance'),
        ('clinics', '0009_payment_terms'),
        ('doctors', '0004_name_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PaymentLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('charge', 'Cargo'), ('payment', 'Pago'), ('refund', 'Devolución'), ('waiver', 'Exoneración'), ('void', 'Anulación')], max_length=8, verbose_name='tipo')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='valor')),
                ('currency', models.CharField(choices=[('USD', 'Usd'), ('EUR', 'Eur'), ('ARS', 'Ars'), ('BOB', 'Bob'), ('CLP', 'Clp'), ('COP', 'Cop'), ('CRC', 'Crc'), ('CUP', 'Cup'), ('DOP', 'Dop'), ('GTQ', 'Gtq'), ('HNL', 'Hnl'), ('MXN', 'Mxn'), ('NIO', 'Nio'), ('PAB', 'Pab'), ('PEN', 'Pen'), ('PYG', 'Pyg'), ('UYU', 'Uyu'), ('VES', 'Ves')], max_length=3, verbose_name='moneda')),
                ('effect', models.DecimalField(decimal_places=2, editable=False, max_digits=12)),
                ('method', models.CharField(blank=True, choices=[('cash', 'efectivo'), ('card', 'tarjeta'), ('transfer', 'transferencia'), ('insurance', 'seguro médico')], max_length=10, verbose_name='forma de pago')),
                ('fee', models.CharField(blank=True, choices=[('late', 'Cancelación fuera de plazo'), ('no_show', 'Inasistencia'), ('visit', 'Consulta')], max_length=8, verbose_name='concepto')),
                ('receipt_number', models.PositiveIntegerField(null=True, verbose_name='recibo')),
                ('note', models.CharField(blank=True, max_length=120, verbose_name='nota')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='cuándo')),
            ],
            options={
                'verbose_name': 'movimiento de la cuenta',
                'verbose_name_plural': 'movimientos de la cuenta',
            },
        ),
        migrations.AddField(
            model_name='appointment',
            name='deposit_terms',
            field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='anticipo'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='follow_up_days',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name='control sin costo (días)'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='late_cancellation_fee',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='cargo por cancelar tarde'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='no_show_fee',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='cargo por no asistir'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='payment_time',
            field=models.CharField(blank=True, choices=[('before', 'antes de la consulta'), ('after', 'después de la consulta')], db_default='', default='', max_length=6, verbose_name='cuándo se paga'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('late_cancellation_fee__isnull', True), ('late_cancellation_fee__gt', 0), _connector='OR'), models.Q(('no_show_fee__isnull', True), ('no_show_fee__gt', 0), _connector='OR')), name='appointment_fees_positive', violation_error_message='Un cargo debe ser mayor que cero.'),
        ),
        migrations.AddField(
            model_name='paymentline',
            name='appointment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payment_lines', to='appointments.appointment', verbose_name='cita'),
        ),
        migrations.AddField(
            model_name='paymentline',
            name='doctor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payment_lines', to='doctors.doctor', verbose_name='médico'),
        ),
        migrations.AddField(
            model_name='paymentline',
            name='recorded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='registrado por'),
        ),
        migrations.AddField(
            model_name='paymentline',
            name='voids',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='voided_by', to='appointments.paymentline', verbose_name='anula'),
        ),
        migrations.AddIndex(
            model_name='paymentline',
            index=models.Index(fields=['doctor', 'at'], name='paymentline_of_doctor'),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='paymentline_amount_positive', violation_error_message='El valor debe ser mayor que cero.'),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('currency__in', ['ARS', 'CLP', 'COP', 'CRC', 'PYG']), _negated=True), ('amount', django.db.models.functions.math.Floor(models.F('amount'))), _connector='OR'), name='paymentline_amount_exact', violation_error_message='En esa moneda el valor va sin decimales.'),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('effect', models.F('amount')), ('kind__in', ['charge', 'refund'])), models.Q(('effect', django.db.models.expressions.CombinedExpression(models.F('amount'), '*', models.Value(-1))), ('kind__in', ['payment', 'waiver'])), models.Q(('kind', 'void'), models.Q(('effect', models.F('amount')), ('effect', django.db.models.expressions.CombinedExpression(models.F('amount'), '*', models.Value(-1))), _connector='OR')), _connector='OR'), name='paymentline_effect_agrees'),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'void'), models.Q(('kind__in', ['payment', 'refund']), ('method__in', ['card', 'cash', 'insurance', 'transfer'])), models.Q(models.Q(('kind__in', ['payment', 'refund']), _negated=True), ('method', '')), _connector='OR'), name='paymentline_method_agrees', violation_error_message='Elija la forma de pago.'),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('receipt_number__isnull', False), ('kind__in', ['payment', 'refund']), ('receipt_number__gte', 1)), models.Q(models.Q(('kind__in', ['payment', 'refund']), _negated=True), ('receipt_number__isnull', True)), _connector='OR'), name='paymentline_receipt_agrees'),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fee__in', ['late', 'no_show', 'visit']), ('kind', 'charge')), models.Q(models.Q(('kind', 'charge'), _negated=True), ('fee', '')), _connector='OR'), name='paymentline_fee_agrees'),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'void'), ('voids__isnull', False)), models.Q(models.Q(('kind', 'void'), _negated=True), ('voids__isnull', True)), _connector='OR'), name='paymentline_voids_agrees'),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'waiver'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='paymentline_waiver_has_reason', violation_error_message='Escriba por qué no se cobra.'),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.UniqueConstraint(fields=('doctor', 'receipt_number'), name='paymentline_receipt_once'),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.UniqueConstraint(fields=('voids',), name='paymentline_voided_once'),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.UniqueConstraint(fields=('recorded_by', 'key'), name='paymentline_key_once'),
        ),
    ]
