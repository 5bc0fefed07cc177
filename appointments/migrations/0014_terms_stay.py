"""What a visit was booked on stays: price, fees, policy, deadline."""

from django.db import migrations

STAY = """
CREATE FUNCTION appointments_terms_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a visit keeps the terms that it was booked on'
    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appointment_terms_stay';
END $$;
CREATE TRIGGER appointment_terms_stay BEFORE UPDATE ON appointments_appointment
FOR EACH ROW WHEN (
    OLD.booked_at IS NOT NULL AND
    (false, OLD.visit_type, OLD.price, OLD.currency, OLD.payment_policy,
     OLD.payment_methods, OLD.payment_time, OLD.deposit_terms, OLD.follow_up_days,
     OLD.late_cancellation_fee, OLD.no_show_fee, OLD.cancellation_notice_minutes)
    IS DISTINCT FROM
    (NEW.booked_at IS NULL, NEW.visit_type, NEW.price, NEW.currency, NEW.payment_policy,
     NEW.payment_methods, NEW.payment_time, NEW.deposit_terms, NEW.follow_up_days,
     NEW.late_cancellation_fee, NEW.no_show_fee, NEW.cancellation_notice_minutes)
) EXECUTE FUNCTION appointments_terms_stay();
"""
NOT_STAY = """
DROP TRIGGER appointment_terms_stay ON appointments_appointment;
DROP FUNCTION appointments_terms_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("appointments", "0013_marks_covered")]
    operations = [migrations.RunSQL(STAY, NOT_STAY)]
