"""Hours, dates, rules and ways between consultorios tell the doctor's open pages of their changes."""

from django.db import migrations

# Hours and dates are written row by row: one change of the form is told once.
SCHEDULE = """
CREATE FUNCTION clinics_schedule_is_live() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_clinic bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.clinic_id ELSE NEW.clinic_id END;
BEGIN
    PERFORM live_tell_once(
        'doctor:' || c.doctor_id, TG_ARGV[0], jsonb_build_object('clinic', c.id), true
    )
    FROM clinics_clinic c WHERE c.id = of_clinic;
    RETURN NULL;
END $$;
CREATE TRIGGER openinghours_is_live AFTER INSERT OR UPDATE OR DELETE ON clinics_openinghours
FOR EACH ROW EXECUTE FUNCTION clinics_schedule_is_live('hours');
CREATE TRIGGER scheduleexception_is_live
AFTER INSERT OR UPDATE OR DELETE ON clinics_scheduleexception
FOR EACH ROW EXECUTE FUNCTION clinics_schedule_is_live('dates');
"""
NO_SCHEDULE = """
DROP TRIGGER scheduleexception_is_live ON clinics_scheduleexception;
DROP TRIGGER openinghours_is_live ON clinics_openinghours;
DROP FUNCTION clinics_schedule_is_live();
"""

CLINIC = """
CREATE FUNCTION clinics_clinic_is_live() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR
        (OLD.name, OLD.zone, OLD.slot_minutes, OLD.step_minutes, OLD.buffer_before,
         OLD.buffer_after, OLD.min_notice_minutes, OLD.horizon_days, OLD.requires_confirmation,
         OLD.is_active, OLD.archived_at)
        IS DISTINCT FROM
        (NEW.name, NEW.zone, NEW.slot_minutes, NEW.step_minutes, NEW.buffer_before,
         NEW.buffer_after, NEW.min_notice_minutes, NEW.horizon_days, NEW.requires_confirmation,
         NEW.is_active, NEW.archived_at)
    THEN
        PERFORM live_tell_once(
            'doctor:' || NEW.doctor_id, 'clinic', jsonb_build_object('clinic', NEW.id), true
        );
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER clinic_is_live AFTER INSERT OR UPDATE ON clinics_clinic
FOR EACH ROW EXECUTE FUNCTION clinics_clinic_is_live();
"""
NO_CLINIC = """
DROP TRIGGER clinic_is_live ON clinics_clinic;
DROP FUNCTION clinics_clinic_is_live();
"""

TRAVEL = """
CREATE FUNCTION clinics_travel_is_live() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_clinic bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.from_clinic_id
                             ELSE NEW.from_clinic_id END;
BEGIN
    PERFORM live_tell_once('doctor:' || c.doctor_id, 'travel', '{}', true)
    FROM clinics_clinic c WHERE c.id = of_clinic;
    RETURN NULL;
END $$;
CREATE TRIGGER traveltime_is_live AFTER INSERT OR UPDATE OR DELETE ON clinics_traveltime
FOR EACH ROW EXECUTE FUNCTION clinics_travel_is_live();
"""
NO_TRAVEL = """
DROP TRIGGER traveltime_is_live ON clinics_traveltime;
DROP FUNCTION clinics_travel_is_live();
"""

# Here, for what it closes is the clinics' times.
PROFILE = """
CREATE FUNCTION clinics_profile_is_live() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM live_tell_once('doctor:' || NEW.id, 'profile', '{}', true);
    RETURN NULL;
END $$;
CREATE TRIGGER doctor_is_live AFTER UPDATE OF is_published, takes_new_patients ON doctors_doctor
FOR EACH ROW WHEN ((OLD.is_published, OLD.takes_new_patients)
                   IS DISTINCT FROM (NEW.is_published, NEW.takes_new_patients))
EXECUTE FUNCTION clinics_profile_is_live();
"""
NO_PROFILE = """
DROP TRIGGER doctor_is_live ON doctors_doctor;
DROP FUNCTION clinics_profile_is_live();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clinics", "0003_reception"),
        ("core", "0003_live"),
        ("doctors", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(SCHEDULE, NO_SCHEDULE),
        migrations.RunSQL(CLINIC, NO_CLINIC),
        migrations.RunSQL(TRAVEL, NO_TRAVEL),
        migrations.RunSQL(PROFILE, NO_PROFILE),
    ]
