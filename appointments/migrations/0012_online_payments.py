"""Visits are paid online, too: what was begun, and what its provider said of it."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0011_visit_type'),
        ('doctors', '0004_name_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OnlinePayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('provider', models.CharField(max_length=20, verbose_name='proveedor')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='valor')),
                ('currency', models.CharField(choices=[('USD', 'Usd'), ('EUR', 'Eur'), ('ARS', 'Ars'), ('BOB', 'Bob'), ('CLP', 'Clp'), ('COP', 'Cop'), ('CRC', 'Crc'), ('CUP', 'Cup'), ('DOP', 'Dop'), ('GTQ', 'Gtq'), ('HNL', 'Hnl'), ('MXN', 'Mxn'), ('NIO', 'Nio'), ('PAB', 'Pab'), ('PEN', 'Pen'), ('PYG', 'Pyg'), ('UYU', 'Uyu'), ('VES', 'Ves')], max_length=3, verbose_name='moneda')),
                ('status', models.CharField(choices=[('open', 'Sin respuesta'), ('failed', 'No se completó'), ('paid', 'Pagado')], default='open', max_length=8, verbose_name='estado')),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name='referencia')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('settled_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'pago en línea',
                'verbose_name_plural': 'pagos en línea',
            },
        ),
        migrations.RemoveConstraint(
            model_name='paymentline',
            name='paymentline_method_agrees',
        ),
        migrations.AlterField(
            model_name='indexentry',
            name='payment_methods',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('cash', 'efectivo'), ('card', 'tarjeta'), ('transfer', 'transferencia'), ('insurance', 'seguro médico'), ('online', 'en línea')], max_length=10), size=None),
        ),
        migrations.AlterField(
            model_name='paymentline',
            name='method',
            field=models.CharField(blank=True, choices=[('cash', 'efectivo'), ('card', 'tarjeta'), ('transfer', 'transferencia'), ('insurance', 'seguro médico'), ('online', 'en línea')], max_length=10, verbose_name='forma de pago'),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'void'), models.Q(('kind__in', ['payment', 'refund']), ('method__in', ['card', 'cash', 'insurance', 'online', 'transfer'])), models.Q(models.Q(('kind__in', ['payment', 'refund']), _negated=True), ('method', '')), _connector='OR'), name='paymentline_method_agrees', violation_error_message='Elija la forma de pago.'),
        ),
        migrations.AddField(
            model_name='onlinepayment',
            name='account',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='onlinepayment',
            name='appointment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='online_payments', to='appointments.appointment'),
        ),
        migrations.AddField(
            model_name='onlinepayment',
            name='line',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='online_payment', to='appointments.paymentline'),
        ),
        migrations.AddConstraint(
            model_name='onlinepayment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='onlinepayment_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='onlinepayment',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['failed', 'open', 'paid'])), name='onlinepayment_status_known'),
        ),
        migrations.AddConstraint(
            model_name='onlinepayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('line__isnull', False), ('status', 'paid'), models.Q(('reference', ''), _negated=True)), models.Q(models.Q(('status', 'paid'), _negated=True), ('line__isnull', True)), _connector='OR'), name='onlinepayment_line_if_paid'),
        ),
        migrations.AddConstraint(
            model_name='onlinepayment',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'paid')), fields=('provider', 'reference'), name='onlinepayment_reference_once'),
        ),
    ]
