"""Of which type a visit is, of those that the clinic lists with their prices."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0010_payments_only_grow'),
    ]

    operations = [
        migrations.AddField(
            model_name='appointment',
            name='visit_type',
            field=models.CharField(blank=True, db_default='', default='', max_length=60, verbose_name='tipo de consulta'),
        ),
        migrations.AddField(
            model_name='bookingdraft',
            name='visit_type',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
    ]
