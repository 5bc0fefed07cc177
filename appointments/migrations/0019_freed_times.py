"""A visit or request that lets go of its time leaves a freed one for the waiting list."""

from django.db import migrations

# Cancelled, declined, lapsed, or moved. Holds that run out are nobody's loss. Whether the time is
# still ahead is asked by whoever looks for somebody: by one clock, that of the services.
FREED = """
CREATE FUNCTION appointments_time_is_freed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO appointments_freedtime
        (public_id, doctor_id, clinic_id, starts_at, ends_at, cause, visit_id, freed_at, state,
         look_at, skips)
    VALUES
        (gen_random_uuid(), OLD.doctor_id, OLD.clinic_id, OLD.starts_at, OLD.ends_at,
         CASE NEW.status
             WHEN 'cancelled_patient' THEN 'patient'
             WHEN 'cancelled_doctor' THEN 'doctor'
             WHEN 'cancelled_support' THEN 'doctor'
             WHEN 'declined' THEN 'request'
             WHEN 'lapsed' THEN 'request'
             ELSE 'moved'
         END,
         OLD.id, coalesce(NEW.cancelled_at, now()), 'open', 'epoch', '{}');
    RETURN NULL;
END $$;
CREATE TRIGGER appointment_frees_time AFTER UPDATE OF status, starts_at, ends_at
ON appointments_appointment FOR EACH ROW WHEN (
    OLD.status IN ('requested', 'booked') AND (
        NEW.status IN ('cancelled_patient', 'cancelled_doctor', 'cancelled_support', 'declined',
                       'lapsed')
        OR NEW.starts_at > OLD.starts_at OR NEW.ends_at < OLD.ends_at
    )
) EXECUTE FUNCTION appointments_time_is_freed();
"""
NOT_FREED = """
DROP TRIGGER appointment_frees_time ON appointments_appointment;
DROP FUNCTION appointments_time_is_freed();
"""


class Migration(migrations.Migration):
    dependencies = [("appointments", "0018_waiting_list")]
    operations = [migrations.RunSQL(FREED, NOT_FREED)]
