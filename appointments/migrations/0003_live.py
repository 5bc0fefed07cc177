"""Visits, their timeline and absences tell the doctor's open pages what became of them."""

from django.db import migrations

# A visit's row: holds by their name, everything else as 'visit' (its timeline says what it was).
# A free time comes or goes when the row begins or ends to keep its time, or keeps another one.
VISIT = """
CREATE FUNCTION appointments_visit_is_live() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Status values that keep their time: appointments.enums.HOLDING_SLOT.
    keeping CONSTANT text[] := ARRAY['held', 'requested', 'booked', 'attended', 'no_show'];
    visit appointments_appointment := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    kept boolean := TG_OP <> 'INSERT' AND OLD.status = ANY (keeping);
    keeps boolean := TG_OP <> 'DELETE' AND NEW.status = ANY (keeping);
    is_about_times boolean := kept <> keeps;
    kind text := 'visit';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (OLD.status, OLD.starts_at, OLD.ends_at, OLD.clinic_id, OLD.hold_expires_at)
            IS NOT DISTINCT FROM
            (NEW.status, NEW.starts_at, NEW.ends_at, NEW.clinic_id, NEW.hold_expires_at)
        THEN
            RETURN NULL;
        END IF;
        is_about_times := is_about_times OR (keeps AND
            (OLD.starts_at, OLD.ends_at, OLD.clinic_id)
            IS DISTINCT FROM (NEW.starts_at, NEW.ends_at, NEW.clinic_id));
    ELSIF NOT (kept OR keeps) THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.status = 'held' AND is_about_times THEN
        kind := 'held';
    ELSIF kept AND NOT keeps AND OLD.status = 'held' THEN
        kind := 'released';
    END IF;
    PERFORM live_tell(
        'doctor:' || visit.doctor_id, kind,
        jsonb_build_object('visit', visit.public_id, 'clinic', visit.clinic_id), is_about_times
    );
    RETURN NULL;
END $$;
CREATE TRIGGER appointment_is_live
AFTER INSERT OR DELETE OR UPDATE OF status, starts_at, ends_at, clinic_id, hold_expires_at
ON appointments_appointment FOR EACH ROW EXECUTE FUNCTION appointments_visit_is_live();
"""
NO_VISIT = """
DROP TRIGGER appointment_is_live ON appointments_appointment;
DROP FUNCTION appointments_visit_is_live();
"""

LINE = """
CREATE FUNCTION appointments_line_is_live() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM live_tell(
        'doctor:' || a.doctor_id, NEW.kind,
        jsonb_build_object('visit', a.public_id, 'clinic', a.clinic_id, 'line', NEW.public_id),
        false
    )
    FROM appointments_appointment a WHERE a.id = NEW.appointment_id;
    RETURN NULL;
END $$;
CREATE TRIGGER appointmentchange_is_live AFTER INSERT ON appointments_appointmentchange
FOR EACH ROW EXECUTE FUNCTION appointments_line_is_live();
"""
NO_LINE = """
DROP TRIGGER appointmentchange_is_live ON appointments_appointmentchange;
DROP FUNCTION appointments_line_is_live();
"""

ABSENCE = """
CREATE FUNCTION appointments_absence_is_live() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    absence appointments_absence := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    PERFORM live_tell(
        'doctor:' || absence.doctor_id,
        CASE WHEN TG_OP = 'DELETE' THEN 'unblocked' ELSE 'blocked' END,
        jsonb_build_object('absence', absence.public_id), true
    );
    RETURN NULL;
END $$;
CREATE TRIGGER absence_is_live
AFTER INSERT OR DELETE OR UPDATE OF starts_at, ends_at ON appointments_absence
FOR EACH ROW EXECUTE FUNCTION appointments_absence_is_live();
"""
NO_ABSENCE = """
DROP TRIGGER absence_is_live ON appointments_absence;
DROP FUNCTION appointments_absence_is_live();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0002_desk"),
        ("core", "0003_live"),
    ]
    operations = [
        migrations.RunSQL(VISIT, NO_VISIT),
        migrations.RunSQL(LINE, NO_LINE),
        migrations.RunSQL(ABSENCE, NO_ABSENCE),
    ]
