"""The day of a visit, the screens of waiting rooms, and what was told of a delay."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0015_occupancy'),
        ('clinics', '0012_city_named'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DelayNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='minutos')),
                ('at', models.DateTimeField(verbose_name='avisado')),
                ('quiet_until', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delay_notices', to='clinics.clinic')),
                ('said_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'aviso de retraso',
                'verbose_name_plural': 'avisos de retraso',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('clinic', '='), (models.Func(models.F('at'), models.F('quiet_until'), django.contrib.postgres.fields.ranges.RangeBoundary(), function='TSTZRANGE', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='delaynotice_apart'), models.CheckConstraint(condition=models.Q(('minutes__range', (5, 240))), name='delaynotice_minutes'), models.CheckConstraint(condition=models.Q(('quiet_until__gt', models.F('at'))), name='delaynotice_quiet_after')],
            },
        ),
        migrations.CreateModel(
            name='VisitDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='día')),
                ('code', models.CharField(max_length=4, verbose_name='turno')),
                ('on_the_way_at', models.DateTimeField(null=True, verbose_name='en camino')),
                ('arrived_at', models.DateTimeField(null=True, verbose_name='llegó')),
                ('arrival_said_by', models.CharField(blank=True, choices=[('patient', 'el paciente'), ('desk', 'la recepción')], default='', max_length=7, verbose_name='lo dijo')),
                ('started_at', models.DateTimeField(null=True, verbose_name='pasó a consulta')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='terminó')),
                ('appointment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='day', to='appointments.appointment', verbose_name='cita')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.clinic')),
            ],
            options={
                'verbose_name': 'día de la cita',
                'verbose_name_plural': 'días de las citas',
                'constraints': [models.UniqueConstraint(fields=('clinic', 'date', 'code'), name='visitday_code_of_day'), models.UniqueConstraint(condition=models.Q(('finished_at__isnull', True), ('started_at__isnull', False)), fields=('clinic',), name='visitday_one_inside'), models.CheckConstraint(condition=models.Q(('code__regex', '^[A-Z]-[1-9][0-9]$')), name='visitday_code_form'), models.CheckConstraint(condition=models.Q(models.Q(('arrival_said_by', ''), ('arrived_at__isnull', True)), models.Q(('arrival_said_by__in', ['desk', 'patient']), ('arrived_at__isnull', False)), _connector='OR'), name='visitday_arrival_is_said'), models.CheckConstraint(condition=models.Q(('on_the_way_at__isnull', True), ('arrived_at__isnull', True), ('on_the_way_at__lte', models.F('arrived_at')), _connector='OR'), name='visitday_way_before_arrival'), models.CheckConstraint(condition=models.Q(('started_at__isnull', True), models.Q(('arrived_at__isnull', False), ('arrived_at__lte', models.F('started_at'))), _connector='OR'), name='visitday_arrival_before_start'), models.CheckConstraint(condition=models.Q(('finished_at__isnull', True), models.Q(('started_at__isnull', False), ('started_at__lte', models.F('finished_at'))), _connector='OR'), name='visitday_start_before_end')],
            },
        ),
        migrations.CreateModel(
            name='WaitingScreen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='screens', to='clinics.clinic')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('clinic',), name='waitingscreen_one_live'), models.CheckConstraint(condition=models.Q(('revoked_at__isnull', True), ('revoked_at__gte', models.F('created_at')), _connector='OR'), name='waitingscreen_made_before_revoked')],
            },
        ),
    ]
