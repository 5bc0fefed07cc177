"""Occupancy: hours as they were, figures of each day, and what says that they are not true any more.

Before this migration nobody kept hours that were changed: days before it are counted by the hours
that were valid when it ran.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# The hours of a clinic before a transaction changes them; by the clock, since transactions that
# wait for the doctor's row do not end in the order in which they began.
KEEP = """
ALTER TABLE appointments_hoursversion ADD CONSTRAINT hoursversion_clinic
FOREIGN KEY (clinic_id) REFERENCES clinics_clinic (id)
ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION appointments_keep_hours(of_clinic bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM appointments_hoursversion v WHERE v.clinic_id = of_clinic
               AND v.transaction = txid_current() AND v.began_at = now()) THEN
        RETURN;
    END IF;
    INSERT INTO appointments_hoursversion
        (clinic_id, until, zone, is_active, week, special_days, transaction, began_at)
    SELECT c.id, clock_timestamp(), c.zone, c.is_active,
        coalesce((SELECT jsonb_agg(jsonb_build_array(
            h.weekday, h.starts_minute, h.ends_minute, h.valid_from, h.valid_until))
            FROM clinics_openinghours h WHERE h.clinic_id = c.id), '[]'),
        coalesce((SELECT jsonb_agg(jsonb_build_array(
            e.date, e.kind, e.starts_minute, e.ends_minute))
            FROM clinics_scheduleexception e WHERE e.clinic_id = c.id
            AND e.date <= clock_timestamp()::date + 3
            AND e.date >= coalesce((SELECT max(v.until)::date - 3
                FROM appointments_hoursversion v WHERE v.clinic_id = c.id), '-infinity')), '[]'),
        txid_current(), now()
    FROM clinics_clinic c WHERE c.id = of_clinic;
END $$;

CREATE FUNCTION appointments_hours_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM appointments_keep_hours(NEW.clinic_id);
        RETURN NEW;
    END IF;
    PERFORM appointments_keep_hours(OLD.clinic_id);
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER openinghours_are_kept BEFORE INSERT OR UPDATE OR DELETE ON clinics_openinghours
FOR EACH ROW EXECUTE FUNCTION appointments_hours_change();
CREATE TRIGGER scheduleexception_is_kept BEFORE INSERT OR UPDATE OR DELETE
ON clinics_scheduleexception FOR EACH ROW EXECUTE FUNCTION appointments_hours_change();

CREATE FUNCTION appointments_clinic_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM appointments_keep_hours(OLD.id);
    RETURN NEW;
END $$;
CREATE TRIGGER clinic_hours_are_kept BEFORE UPDATE OF zone, is_active ON clinics_clinic
FOR EACH ROW WHEN ((OLD.zone, OLD.is_active) IS DISTINCT FROM (NEW.zone, NEW.is_active))
EXECUTE FUNCTION appointments_clinic_changes();
"""
NOT_KEEP = """
DROP TRIGGER clinic_hours_are_kept ON clinics_clinic;
DROP FUNCTION appointments_clinic_changes();
DROP TRIGGER scheduleexception_is_kept ON clinics_scheduleexception;
DROP TRIGGER openinghours_are_kept ON clinics_openinghours;
DROP FUNCTION appointments_hours_change();
DROP FUNCTION appointments_keep_hours(bigint);
ALTER TABLE appointments_hoursversion DROP CONSTRAINT hoursversion_clinic;
"""
# A visit's local date is within a day of its date in UTC. Whether a patient is new hangs on their
# visits before: those after it are counted again, too.
COUNT = """
CREATE FUNCTION appointments_count_again(of_doctor bigint, since timestamptz, until timestamptz)
RETURNS void LANGUAGE sql AS $$
INSERT INTO appointments_occupancychange (doctor_id, first_day, last_day)
VALUES (of_doctor, (since AT TIME ZONE 'UTC')::date - 1, (until AT TIME ZONE 'UTC')::date + 1);
$$;
CREATE FUNCTION appointments_count_visit(visit appointments_appointment)
RETURNS void LANGUAGE sql AS $$
SELECT appointments_count_again(visit.doctor_id, visit.starts_at, visit.ends_at);
SELECT appointments_count_again(later.doctor_id, later.starts_at, later.ends_at)
FROM appointments_appointment later
WHERE later.patient_id = visit.patient_id AND later.doctor_id = visit.doctor_id
AND later.starts_at > visit.starts_at AND later.booked_at IS NOT NULL;
$$;
CREATE FUNCTION appointments_visit_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD.booked_at IS NOT NULL AND
       (OLD.doctor_id, OLD.patient_id, OLD.starts_at, OLD.ends_at) IS DISTINCT FROM
       (NEW.doctor_id, NEW.patient_id, NEW.starts_at, NEW.ends_at) THEN
        PERFORM appointments_count_visit(OLD);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM appointments_count_visit(NEW);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER appointment_comes_to_count AFTER INSERT ON appointments_appointment
FOR EACH ROW WHEN (NEW.booked_at IS NOT NULL) EXECUTE FUNCTION appointments_visit_counts();
CREATE TRIGGER appointment_counts AFTER UPDATE OF doctor_id, clinic_id, patient_id, starts_at,
    ends_at, status, is_late_cancellation, booked_at, price
ON appointments_appointment
FOR EACH ROW WHEN (NEW.booked_at IS NOT NULL) EXECUTE FUNCTION appointments_visit_counts();
CREATE TRIGGER appointment_leaves_count AFTER DELETE ON appointments_appointment
FOR EACH ROW WHEN (OLD.booked_at IS NOT NULL) EXECUTE FUNCTION appointments_visit_counts();

CREATE FUNCTION appointments_line_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM appointments_count_again(a.doctor_id, a.starts_at, a.ends_at)
    FROM appointments_appointment a WHERE a.id = NEW.appointment_id;
    RETURN NULL;
END $$;
CREATE TRIGGER paymentline_counts AFTER INSERT ON appointments_paymentline
FOR EACH ROW EXECUTE FUNCTION appointments_line_counts();

CREATE FUNCTION appointments_absence_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM appointments_count_again(OLD.doctor_id, OLD.starts_at, OLD.ends_at);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM appointments_count_again(NEW.doctor_id, NEW.starts_at, NEW.ends_at);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER absence_counts AFTER INSERT OR UPDATE OR DELETE ON appointments_absence
FOR EACH ROW EXECUTE FUNCTION appointments_absence_counts();
"""
NOT_COUNT = """
DROP TRIGGER absence_counts ON appointments_absence;
DROP FUNCTION appointments_absence_counts();
DROP TRIGGER paymentline_counts ON appointments_paymentline;
DROP FUNCTION appointments_line_counts();
DROP TRIGGER appointment_leaves_count ON appointments_appointment;
DROP TRIGGER appointment_counts ON appointments_appointment;
DROP TRIGGER appointment_comes_to_count ON appointments_appointment;
DROP FUNCTION appointments_visit_counts();
DROP FUNCTION appointments_count_visit(appointments_appointment);
DROP FUNCTION appointments_count_again(bigint, timestamptz, timestamptz);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0014_terms_stay'),
        ('clinics', '0012_city_named'),
        ('doctors', '0004_name_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='OccupancyTally',
            fields=[
                ('doctor', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='occupancy_tally', serialize=False, to='doctors.doctor')),
                ('counted_until', models.DateField()),
            ],
            options={
                'indexes': [models.Index(fields=['counted_until'], name='occupancytally_due')],
            },
        ),
        migrations.CreateModel(
            name='HoursVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField()),
                ('zone', models.CharField(max_length=64)),
                ('is_active', models.BooleanField()),
                ('week', models.JSONField()),
                ('special_days', models.JSONField()),
                ('transaction', models.BigIntegerField()),
                ('began_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='hours_versions', to='clinics.clinic')),
            ],
            options={
                'indexes': [models.Index(fields=['clinic', 'until'], name='hoursversion_of_clinic')],
                'constraints': [models.UniqueConstraint(fields=('clinic', 'transaction', 'began_at'), name='hoursversion_once')],
            },
        ),
        migrations.CreateModel(
            name='OccupancyChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('doctor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='occupancy_changes', to='doctors.doctor')),
            ],
            options={
                'indexes': [models.Index(fields=['doctor'], name='occupancychange_of_doctor')],
            },
        ),
        migrations.CreateModel(
            name='OccupancyDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('offered', models.PositiveIntegerField(default=0)),
                ('shared', models.PositiveIntegerField(default=0)),
                ('booked', models.PositiveIntegerField(default=0)),
                ('outside', models.PositiveIntegerField(default=0)),
                ('attended', models.PositiveIntegerField(default=0)),
                ('missed', models.PositiveIntegerField(default=0)),
                ('late', models.PositiveIntegerField(default=0)),
                ('refilled', models.PositiveIntegerField(default=0)),
                ('visits', models.PositiveIntegerField(default=0)),
                ('came', models.PositiveIntegerField(default=0)),
                ('no_shows', models.PositiveIntegerField(default=0)),
                ('late_cancellations', models.PositiveIntegerField(default=0)),
                ('new_patients', models.PositiveIntegerField(default=0)),
                ('known_patients', models.PositiveIntegerField(default=0)),
                ('leads', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=7)),
                ('offered_hours', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=24)),
                ('booked_hours', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=24)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='occupancy_days', to='clinics.clinic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('clinic', 'day'), name='occupancyday_once'), models.CheckConstraint(condition=models.Q(('outside__lte', models.F('booked')), ('refilled__lte', models.F('late'))), name='occupancyday_parts_fit')],
            },
        ),
        migrations.CreateModel(
            name='OccupancyIncome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('currency', models.CharField(choices=[('USD', 'Usd'), ('EUR', 'Eur'), ('ARS', 'Ars'), ('BOB', 'Bob'), ('CLP', 'Clp'), ('COP', 'Cop'), ('CRC', 'Crc'), ('CUP', 'Cup'), ('DOP', 'Dop'), ('GTQ', 'Gtq'), ('HNL', 'Hnl'), ('MXN', 'Mxn'), ('NIO', 'Nio'), ('PAB', 'Pab'), ('PEN', 'Pen'), ('PYG', 'Pyg'), ('UYU', 'Uyu'), ('VES', 'Ves')], max_length=3)),
                ('expected', models.DecimalField(decimal_places=2, max_digits=14)),
                ('received', models.DecimalField(decimal_places=2, max_digits=14)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='occupancy_income', to='clinics.clinic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('clinic', 'day', 'currency'), name='occupancyincome_once')],
            },
        ),
        migrations.RunSQL(KEEP, NOT_KEEP),
        migrations.RunSQL(COUNT, NOT_COUNT),
    ]
