"""Delays are told."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0008_revoked_prescriptions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('account', 'Cuenta'), ('invitation', 'Invitación'), ('booked', 'Cita confirmada'), ('requested', 'Cita solicitada'), ('rescheduled', 'Cita reprogramada'), ('cancelled', 'Cita cancelada'), ('accepted', 'Solicitud aceptada'), ('declined', 'Solicitud no aceptada'), ('lapsed', 'Solicitud sin respuesta'), ('reminder_7d', 'Recordatorio: 7 días antes'), ('reminder_1d', 'Recordatorio: 1 día antes'), ('reminder_2h', 'Recordatorio: 2 horas antes'), ('delayed', 'Retraso de la consulta'), ('feedback', '¿Cómo le fue?'), ('prescription', 'Receta lista'), ('rx_revoked', 'Receta anulada'), ('opinion', 'Nueva opinión'), ('digest', 'Citas del día')], max_length=20, verbose_name='tipo'),
        ),
    ]
