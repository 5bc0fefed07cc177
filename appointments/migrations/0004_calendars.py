"""Private feeds of visits, other calendars of doctors, and when those are busy."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# Told once a transaction, however many stretches came or went: reading a calendar is one change.
BUSY = """
CREATE FUNCTION appointments_externalbusy_is_live() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM live_tell_once('doctor:' || theirs.doctor_id, 'calendars', '{}'::jsonb, true)
    FROM (SELECT DISTINCT doctor_id FROM told) theirs;
    RETURN NULL;
END $$;
CREATE TRIGGER externalbusy_comes AFTER INSERT ON appointments_externalbusy
REFERENCING NEW TABLE AS told
FOR EACH STATEMENT EXECUTE FUNCTION appointments_externalbusy_is_live();
CREATE TRIGGER externalbusy_changes AFTER UPDATE ON appointments_externalbusy
REFERENCING NEW TABLE AS told
FOR EACH STATEMENT EXECUTE FUNCTION appointments_externalbusy_is_live();
CREATE TRIGGER externalbusy_goes AFTER DELETE ON appointments_externalbusy
REFERENCING OLD TABLE AS told
FOR EACH STATEMENT EXECUTE FUNCTION appointments_externalbusy_is_live();
"""
NO_BUSY = """
DROP TRIGGER externalbusy_comes ON appointments_externalbusy;
DROP TRIGGER externalbusy_changes ON appointments_externalbusy;
DROP TRIGGER externalbusy_goes ON appointments_externalbusy;
DROP FUNCTION appointments_externalbusy_is_live();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0003_live'),
        ('clinics', '0004_live'),
        ('core', '0003_live'),
        ('doctors', '0002_photos_and_licence_checks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ExternalCalendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=60, verbose_name='nombre')),
                ('address_sealed', models.BinaryField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('etag', models.CharField(blank=True, max_length=250)),
                ('last_modified', models.CharField(blank=True, max_length=60)),
                ('fetched_at', models.DateTimeField(null=True)),
                ('read_at', models.DateTimeField(null=True)),
                ('next_fetch_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('lease_until', models.DateTimeField(null=True)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('trouble', models.CharField(blank=True, choices=[('unreachable', 'El servidor no responde.'), ('not_public', 'La dirección no es de un servidor público de internet.'), ('denied', 'El servidor pide una contraseña: copie la dirección secreta en ICS.'), ('missing', 'El servidor dice que ese calendario ya no existe.'), ('refused', 'El servidor respondió con un error.'), ('redirects', 'La dirección lleva a otra, y esta a otra, demasiadas veces.'), ('too_slow', 'El servidor tarda demasiado.'), ('too_big', 'El calendario pesa más de 2 MB.'), ('no_calendar', 'Ahí no hay un calendario ICS, sino otra cosa.'), ('broken', 'El calendario tiene errores y no se puede leer.'), ('too_complex', 'El calendario tiene demasiados eventos o repeticiones.'), ('failed', 'Algo falló de nuestro lado. Lo intentaremos otra vez.')], max_length=12)),
                ('doctor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='external_calendars', to='doctors.doctor')),
            ],
            options={
                'verbose_name': 'calendario externo',
                'verbose_name_plural': 'calendarios externos',
            },
        ),
        migrations.CreateModel(
            name='ExternalBusy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('doctor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='doctors.doctor')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='busy', to='appointments.externalcalendar')),
            ],
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('last_read_at', models.DateTimeField(null=True)),
                ('clinic', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clinics.clinic')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('owner', 'clinic'), name='calendarfeed_one_live', nulls_distinct=False)],
            },
        ),
        migrations.AddIndex(
            model_name='externalcalendar',
            index=models.Index(fields=['next_fetch_at'], name='externalcalendar_due'),
        ),
        migrations.AddConstraint(
            model_name='externalcalendar',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('failures', 0), ('trouble', '')), models.Q(('failures__gt', 0), ('trouble__in', ['broken', 'denied', 'failed', 'missing', 'no_calendar', 'not_public', 'redirects', 'refused', 'too_big', 'too_complex', 'too_slow', 'unreachable'])), _connector='OR'), name='externalcalendar_trouble_agrees'),
        ),
        migrations.AddConstraint(
            model_name='externalcalendar',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='externalcalendar_named'),
        ),
        migrations.AddIndex(
            model_name='externalbusy',
            index=models.Index(fields=['doctor', 'starts_at'], include=('ends_at',), name='externalbusy_of_doctor'),
        ),
        migrations.AddConstraint(
            model_name='externalbusy',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='externalbusy_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='externalbusy',
            constraint=models.UniqueConstraint(fields=('calendar', 'starts_at'), name='externalbusy_once'),
        ),
        migrations.RunSQL(BUSY, NO_BUSY),
    ]
