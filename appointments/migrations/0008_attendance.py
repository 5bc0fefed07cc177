"""Who came: how late, and why what was said of it is put right."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_invitations'),
        ('appointments', '0007_index_changes'),
        ('clinics', '0007_search_key'),
        ('doctors', '0004_name_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='appointment',
            name='minutes_late',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='minutos tarde'),
        ),
        migrations.AddField(
            model_name='appointmentchange',
            name='minutes_late',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='appointmentchange',
            name='note_sealed',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='appointmentchange',
            name='reason',
            field=models.CharField(blank=True, choices=[('mistake', 'Se marcó por error'), ('came', 'El paciente llegó después'), ('left', 'El paciente se fue sin ser atendido'), ('told', 'El paciente lo aclaró'), ('other', 'Otro motivo')], db_default='', default='', max_length=10),
        ),
        migrations.AlterField(
            model_name='appointmentchange',
            name='kind',
            field=models.CharField(choices=[('booked', 'Reservada'), ('requested', 'Solicitada'), ('rescheduled', 'Reprogramada'), ('cancelled', 'Cancelada'), ('accepted', 'Aceptada'), ('declined', 'No aceptada'), ('lapsed', 'Venció sin respuesta'), ('will_attend', 'El paciente confirmó que asistirá'), ('kept', 'Se mantiene aunque el horario cambió'), ('attended', 'Asistencia registrada'), ('no_show', 'Inasistencia registrada'), ('unrecorded', 'Registro de asistencia retirado')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('minutes_late__isnull', True), models.Q(('minutes_late__range', (1, 720)), ('status', 'attended')), _connector='OR'), name='appointment_late_if_attended'),
        ),
        migrations.AddConstraint(
            model_name='appointmentchange',
            constraint=models.CheckConstraint(condition=models.Q(('note_sealed__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='appointmentchange_note_has_reason'),
        ),
    ]
