"""Who is verified today was looked up as what they say today: nobody kept it until now."""

from django.db import migrations

FILL = """
UPDATE doctors_licencecheck AS done
SET title = doctor.title,
    name = btrim(doctor.first_names || ' ' || doctor.last_names),
    specialties = ARRAY(
        SELECT specialty.slug FROM doctors_doctorspecialty AS has
        JOIN doctors_specialty AS specialty ON specialty.id = has.specialty_id
        WHERE has.doctor_id = doctor.id ORDER BY specialty.slug COLLATE "C"
    )
FROM doctors_doctor AS doctor
WHERE doctor.licence_checked_at IS NOT NULL AND done.specialties IS NULL
AND done.number = doctor.licence_number AND done.verdict = 'verified'
AND done.id = (
    SELECT id FROM doctors_licencecheck WHERE doctor_id = doctor.id
    ORDER BY checked_at DESC, id DESC LIMIT 1
);
"""


class Migration(migrations.Migration):
    dependencies = [("doctors", "0005_what_was_checked")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
