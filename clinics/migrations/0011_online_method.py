"""Online is one of the ways to pay."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinics', '0010_price_list'),
    ]

    operations = [
        migrations.AlterField(
            model_name='clinic',
            name='payment_methods',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('cash', 'efectivo'), ('card', 'tarjeta'), ('transfer', 'transferencia'), ('insurance', 'seguro médico'), ('online', 'en línea')], max_length=10), blank=True, default=list, size=None, verbose_name='formas de pago'),
        ),
    ]
