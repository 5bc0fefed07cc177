"""A day is of a real visit, goes when the visit goes elsewhere, and tells the open pages."""

from django.db import migrations

# What Django cannot say in a constraint: it looks at two tables.
OF_VISIT = """
CREATE FUNCTION appointments_day_of_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM appointments_appointment a JOIN clinics_clinic c ON c.id = a.clinic_id
        WHERE a.id = NEW.appointment_id AND a.clinic_id = NEW.clinic_id
          AND a.status IN ('booked', 'attended', 'no_show')
          AND (a.starts_at AT TIME ZONE c.zone)::date = NEW.date
    ) THEN
        RAISE EXCEPTION 'the day of a visit is that of a booked one, at its clinic, on its date'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'visitday_of_visit';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER visitday_of_visit
BEFORE INSERT OR UPDATE OF appointment_id, clinic_id, date ON appointments_visitday
FOR EACH ROW EXECUTE FUNCTION appointments_day_of_visit();
"""
NOT_OF_VISIT = """
DROP TRIGGER visitday_of_visit ON appointments_visitday;
DROP FUNCTION appointments_day_of_visit();
"""

# «En camino» was said of the old time. Who is there already waits for the new one, if it is today.
MOVED = """
CREATE FUNCTION appointments_day_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM appointments_visitday d USING clinics_clinic c
    WHERE d.appointment_id = NEW.id AND c.id = NEW.clinic_id
      AND (d.arrived_at IS NULL OR d.clinic_id <> NEW.clinic_id
           OR d.date <> (NEW.starts_at AT TIME ZONE c.zone)::date);
    RETURN NULL;
END $$;
CREATE TRIGGER appointment_day_moves AFTER UPDATE OF starts_at, clinic_id
ON appointments_appointment FOR EACH ROW
WHEN ((OLD.starts_at, OLD.clinic_id) IS DISTINCT FROM (NEW.starts_at, NEW.clinic_id))
EXECUTE FUNCTION appointments_day_moves();
"""
NOT_MOVED = """
DROP TRIGGER appointment_day_moves ON appointments_appointment;
DROP FUNCTION appointments_day_moves();
"""

# The patient's own word has a kind of its own: the desk hears it in words.
LIVE = """
CREATE FUNCTION appointments_day_is_live() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    day appointments_visitday := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    was_arrived timestamptz := CASE WHEN TG_OP = 'UPDATE' THEN OLD.arrived_at END;
    was_coming timestamptz := CASE WHEN TG_OP = 'UPDATE' THEN OLD.on_the_way_at END;
    kind text := 'day';
BEGIN
    IF TG_OP <> 'DELETE' AND day.started_at IS NULL THEN
        IF was_arrived IS NULL AND day.arrived_at IS NOT NULL THEN
            IF day.arrival_said_by = 'patient' THEN kind := 'arrived'; END IF;
        ELSIF was_coming IS NULL AND day.on_the_way_at IS NOT NULL THEN
            kind := 'on_the_way';
        END IF;
    END IF;
    PERFORM live_tell(
        'doctor:' || a.doctor_id, kind,
        jsonb_build_object('visit', a.public_id, 'clinic', day.clinic_id), false
    )
    FROM appointments_appointment a WHERE a.id = day.appointment_id;
    RETURN NULL;
END $$;
CREATE TRIGGER visitday_is_live AFTER INSERT OR DELETE OR UPDATE ON appointments_visitday
FOR EACH ROW EXECUTE FUNCTION appointments_day_is_live();
"""
NOT_LIVE = """
DROP TRIGGER visitday_is_live ON appointments_visitday;
DROP FUNCTION appointments_day_is_live();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0016_visit_day"),
        ("core", "0003_live"),
    ]
    operations = [
        migrations.RunSQL(OF_VISIT, NOT_OF_VISIT),
        migrations.RunSQL(MOVED, NOT_MOVED),
        migrations.RunSQL(LIVE, NOT_LIVE),
    ]
