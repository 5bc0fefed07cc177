"""Lines of an account stay as they were written, and are lines of their own visit."""

from django.db import migrations

STAYS = """
CREATE FUNCTION appointments_paymentline_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a line of an account is never changed or deleted: write one that voids it'
    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'paymentline_stays';
END $$;
CREATE TRIGGER paymentline_stays BEFORE UPDATE OR DELETE ON appointments_paymentline
FOR EACH ROW EXECUTE FUNCTION appointments_paymentline_stays();
"""
NOT_STAYS = """
DROP TRIGGER paymentline_stays ON appointments_paymentline;
DROP FUNCTION appointments_paymentline_stays();
"""

FITS = """
CREATE FUNCTION appointments_paymentline_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fits boolean;
BEGIN
    SELECT a.doctor_id = NEW.doctor_id AND a.currency = NEW.currency INTO fits
    FROM appointments_appointment a WHERE a.id = NEW.appointment_id;
    IF fits AND NEW.voids_id IS NOT NULL THEN
        SELECT v.appointment_id = NEW.appointment_id AND v.kind <> 'void'
            AND v.amount = NEW.amount AND v.effect = -NEW.effect AND v.method = NEW.method
        INTO fits
        FROM appointments_paymentline v WHERE v.id = NEW.voids_id;
    END IF;
    IF NOT coalesce(fits, true) THEN
        RAISE EXCEPTION 'the line does not fit its visit, or what it voids'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'paymentline_fits';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paymentline_fits BEFORE INSERT ON appointments_paymentline
FOR EACH ROW EXECUTE FUNCTION appointments_paymentline_fits();
"""
NOT_FITS = """
DROP TRIGGER paymentline_fits ON appointments_paymentline;
DROP FUNCTION appointments_paymentline_fits();
"""


class Migration(migrations.Migration):
    dependencies = [("appointments", "0009_payments")]
    operations = [
        migrations.RunSQL(STAYS, NOT_STAYS),
        migrations.RunSQL(FITS, NOT_FITS),
    ]
