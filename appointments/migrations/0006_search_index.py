"""The index that search chooses and orders doctors by, and what marks it."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# The transaction that changes what entries tell marks them as not true any more. The version goes
# up, so that whoever makes them anew from older rows does not call them true again.
MARK = """
CREATE FUNCTION index_mark(of_doctor bigint) RETURNS void LANGUAGE sql AS $$
INSERT INTO appointments_indexmark AS mark (doctor_id, version, renew_at)
VALUES (of_doctor, 1, 'epoch')
ON CONFLICT (doctor_id) DO UPDATE SET version = mark.version + 1, renew_at = 'epoch';
$$;
"""
# Whatever changes free times tells the doctor's open pages; that is heard here, too.
TIMES = """
CREATE FUNCTION appointments_index_hears() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM index_mark(substr(NEW.channel, length('doctor:') + 1)::bigint);
    RETURN NULL;
END $$;
CREATE TRIGGER livechange_marks_index AFTER INSERT ON core_livechange FOR EACH ROW
WHEN (NEW.is_about_times AND starts_with(NEW.channel, 'doctor:'))
EXECUTE FUNCTION appointments_index_hears();
"""
# What else the entries tell. TG_ARGV names the column that is the doctor's key.
FACTS = """
CREATE FUNCTION appointments_index_sees() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    seen jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
BEGIN
    PERFORM index_mark((seen ->> TG_ARGV[0])::bigint);
    RETURN NULL;
END $$;
CREATE TRIGGER clinic_marks_index AFTER UPDATE OF
    city_id, latitude, longitude, price, currency, payment_methods, agreements, sees_children,
    is_accessible, offers_telehealth
ON clinics_clinic FOR EACH ROW
WHEN ((OLD.city_id, OLD.latitude, OLD.longitude, OLD.price, OLD.currency, OLD.payment_methods,
       OLD.agreements, OLD.sees_children, OLD.is_accessible, OLD.offers_telehealth)
      IS DISTINCT FROM
      (NEW.city_id, NEW.latitude, NEW.longitude, NEW.price, NEW.currency, NEW.payment_methods,
       NEW.agreements, NEW.sees_children, NEW.is_accessible, NEW.offers_telehealth))
EXECUTE FUNCTION appointments_index_sees('doctor_id');
CREATE TRIGGER doctor_comes_to_index AFTER INSERT ON doctors_doctor
FOR EACH ROW EXECUTE FUNCTION appointments_index_sees('id');
CREATE TRIGGER doctor_marks_index AFTER UPDATE OF title, languages ON doctors_doctor
FOR EACH ROW WHEN ((OLD.title, OLD.languages) IS DISTINCT FROM (NEW.title, NEW.languages))
EXECUTE FUNCTION appointments_index_sees('id');
CREATE TRIGGER doctorspecialty_marks_index AFTER INSERT OR UPDATE OR DELETE
ON doctors_doctorspecialty
FOR EACH ROW EXECUTE FUNCTION appointments_index_sees('doctor_id');

CREATE FUNCTION appointments_index_sees_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM index_mark(d.id) FROM doctors_doctor d WHERE d.user_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER user_marks_index AFTER UPDATE OF is_active ON accounts_user
FOR EACH ROW WHEN (OLD.is_active IS DISTINCT FROM NEW.is_active)
EXECUTE FUNCTION appointments_index_sees_account();
"""
NO_FACTS = """
DROP TRIGGER user_marks_index ON accounts_user;
DROP FUNCTION appointments_index_sees_account();
DROP TRIGGER doctorspecialty_marks_index ON doctors_doctorspecialty;
DROP TRIGGER doctor_marks_index ON doctors_doctor;
DROP TRIGGER doctor_comes_to_index ON doctors_doctor;
DROP TRIGGER clinic_marks_index ON clinics_clinic;
DROP FUNCTION appointments_index_sees();
"""
NO_TIMES = """
DROP TRIGGER livechange_marks_index ON core_livechange;
DROP FUNCTION appointments_index_hears();
"""
EVERYBODY = "SELECT index_mark(id) FROM doctors_doctor"


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0005_attendance_confirmed'),
        ('clinics', '0006_facts_for_search'),
        ('doctors', '0002_photos_and_licence_checks'),
    ]

    operations = [
        migrations.CreateModel(
            name='IndexMark',
            fields=[
                ('doctor', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='index_mark', serialize=False, to='doctors.doctor')),
                ('version', models.BigIntegerField(default=1)),
                ('renew_at', models.DateTimeField()),
                ('renewed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['renew_at'], name='indexmark_due')],
            },
        ),
        migrations.CreateModel(
            name='IndexEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('latitude', models.FloatField()),
                ('longitude', models.FloatField()),
                ('next_at', models.DateTimeField(null=True)),
                ('zone', models.CharField(max_length=64)),
                ('mornings', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None)),
                ('afternoons', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None)),
                ('evenings', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None)),
                ('price', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('currency', models.CharField(max_length=3)),
                ('payment_methods', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('cash', 'efectivo'), ('card', 'tarjeta'), ('transfer', 'transferencia'), ('insurance', 'seguro médico')], max_length=10), size=None)),
                ('agreements', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), size=None)),
                ('is_female', models.BooleanField()),
                ('sees_children', models.BooleanField()),
                ('is_accessible', models.BooleanField()),
                ('offers_telehealth', models.BooleanField()),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clinics.city')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='index_entries', to='clinics.clinic')),
                ('doctor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='index_entries', to='doctors.doctor')),
                ('specialty', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='doctors.specialty')),
            ],
            options={
                'indexes': [models.Index(fields=['specialty', 'city', 'next_at'], name='indexentry_in_city'), models.Index(fields=['specialty', 'next_at'], name='indexentry_soonest'), models.Index(fields=['specialty', 'latitude', 'longitude'], name='indexentry_point'), models.Index(fields=['latitude', 'longitude'], name='indexentry_anywhere')],
                'constraints': [models.UniqueConstraint(fields=('clinic', 'specialty'), name='indexentry_once', nulls_distinct=False)],
            },
        ),
        migrations.RunSQL(MARK, "DROP FUNCTION index_mark(bigint)"),
        migrations.RunSQL(TIMES, NO_TIMES),
        migrations.RunSQL(FACTS, NO_FACTS),
        migrations.RunSQL(EVERYBODY, migrations.RunSQL.noop),
    ]
