"""What keeps opinions honest, whoever writes: of whom they are, when they count, what only grows.

Rows are waited for in one order: visit, opinion, rating (of several doctors by their number). Who
corrects the visits of several doctors in one statement keeps to it; in several statements, they
have to be in the order of the doctors.
"""

from django.db import migrations

# Of an attended visit, by the account whose patient attended, not by the doctor about themselves.
# `is_frozen` and `doctor` are the database's own. What was said stands still while it is frozen.
KEEP = """
CREATE FUNCTION reviews_review_is_honest() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held record;
BEGIN
    SELECT a.status, a.doctor_id, p.account_id, d.user_id INTO held
    FROM appointments_appointment a
    JOIN doctors_doctor d ON d.id = a.doctor_id
    LEFT JOIN accounts_patient p ON p.id = a.patient_id
    WHERE a.id = NEW.visit_id FOR SHARE OF a;
    IF TG_OP = 'UPDATE' AND (OLD.visit_id, OLD.author_id, OLD.created_at)
        IS DISTINCT FROM (NEW.visit_id, NEW.author_id, NEW.created_at)
    THEN
        RAISE EXCEPTION 'an opinion stays of its visit and its author'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_stays_of_its_visit';
    END IF;
    IF held.status IS DISTINCT FROM 'attended' AND (
        TG_OP = 'INSERT'
        OR (OLD.general, OLD.explanation, OLD.punctuality, OLD.treatment, OLD.text)
            IS DISTINCT FROM
            (NEW.general, NEW.explanation, NEW.punctuality, NEW.treatment, NEW.text)
    ) THEN
        RAISE EXCEPTION 'the visit is not attended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_of_attended_visit';
    END IF;
    IF TG_OP = 'INSERT' AND (
        NEW.author_id IS DISTINCT FROM held.account_id OR NEW.author_id = held.user_id
    ) THEN
        RAISE EXCEPTION 'the author is not who attended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_by_who_attended';
    END IF;
    NEW.doctor_id := held.doctor_id;
    NEW.is_frozen := held.status IS DISTINCT FROM 'attended';
    RETURN NEW;
END $$;
CREATE TRIGGER review_is_honest BEFORE INSERT OR UPDATE ON reviews_review
FOR EACH ROW EXECUTE FUNCTION reviews_review_is_honest();

CREATE FUNCTION reviews_reply_is_the_doctors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM reviews_review r JOIN doctors_doctor d ON d.id = r.doctor_id
        WHERE r.id = NEW.review_id AND d.user_id = NEW.author_id
    ) THEN
        RAISE EXCEPTION 'only the doctor answers'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reviewreply_by_its_doctor';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reviewreply_is_the_doctors BEFORE INSERT OR UPDATE ON reviews_reviewreply
FOR EACH ROW EXECUTE FUNCTION reviews_reply_is_the_doctors();
"""
KEEP_NO_MORE = """
DROP TRIGGER reviewreply_is_the_doctors ON reviews_reviewreply;
DROP FUNCTION reviews_reply_is_the_doctors();
DROP TRIGGER review_is_honest ON reviews_review;
DROP FUNCTION reviews_review_is_honest();
"""

# A correction of attendance reaches the opinion in the same transaction.
FREEZE = """
CREATE FUNCTION reviews_visits_were_corrected() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE reviews_review r SET is_frozen = after.status <> 'attended'
    FROM after JOIN before ON before.id = after.id
    WHERE before.status <> after.status AND 'attended' IN (before.status, after.status)
      AND r.visit_id = after.id;
    RETURN NULL;
END $$;
CREATE TRIGGER visit_freezes_opinion AFTER UPDATE ON appointments_appointment
REFERENCING OLD TABLE AS before NEW TABLE AS after
FOR EACH STATEMENT EXECUTE FUNCTION reviews_visits_were_corrected();
"""
FREEZE_NO_MORE = """
DROP TRIGGER visit_freezes_opinion ON appointments_appointment;
DROP FUNCTION reviews_visits_were_corrected();
"""

# First the rows are locked, each statement then sees what others committed before they let go.
COUNT = """
CREATE FUNCTION reviews_count_again(doctors bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reviews_rating (doctor_id, count, stars_1, stars_2, stars_3, stars_4, stars_5,
                                explanation_sum, punctuality_sum, treatment_sum)
    SELECT DISTINCT id, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM unnest(doctors) AS id ORDER BY id
    ON CONFLICT DO NOTHING;
    PERFORM FROM reviews_rating WHERE doctor_id = ANY (doctors)
    ORDER BY doctor_id FOR NO KEY UPDATE;
    UPDATE reviews_rating AS rating SET
        count = counted.n, stars_1 = counted.one, stars_2 = counted.two, stars_3 = counted.three,
        stars_4 = counted.four, stars_5 = counted.five, explanation_sum = counted.explanation,
        punctuality_sum = counted.punctuality, treatment_sum = counted.treatment
    FROM (
        SELECT doctor.id, count(r.id) AS n,
               count(*) FILTER (WHERE general = 1) AS one,
               count(*) FILTER (WHERE general = 2) AS two,
               count(*) FILTER (WHERE general = 3) AS three,
               count(*) FILTER (WHERE general = 4) AS four,
               count(*) FILTER (WHERE general = 5) AS five,
               coalesce(sum(explanation), 0) AS explanation,
               coalesce(sum(punctuality), 0) AS punctuality,
               coalesce(sum(treatment), 0) AS treatment
        FROM unnest(doctors) AS doctor(id)
        LEFT JOIN reviews_review r
            ON r.doctor_id = doctor.id AND r.status = 'published' AND NOT r.is_frozen
        GROUP BY doctor.id
    ) AS counted (id, n, one, two, three, four, five, explanation, punctuality, treatment)
    WHERE rating.doctor_id = counted.id;
END $$;
CREATE FUNCTION reviews_opinions_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        touched := ARRAY(SELECT DISTINCT doctor_id FROM after ORDER BY 1);
    ELSIF TG_OP = 'DELETE' THEN
        touched := ARRAY(SELECT DISTINCT doctor_id FROM before ORDER BY 1);
    ELSE
        touched := ARRAY(
            SELECT DISTINCT after.doctor_id FROM after JOIN before ON before.id = after.id
            WHERE (before.status, before.is_frozen, before.general, before.explanation,
                   before.punctuality, before.treatment)
                IS DISTINCT FROM
                (after.status, after.is_frozen, after.general, after.explanation,
                 after.punctuality, after.treatment)
            ORDER BY 1
        );
    END IF;
    IF cardinality(touched) > 0 THEN
        PERFORM reviews_count_again(touched);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER review_counts_new AFTER INSERT ON reviews_review
REFERENCING NEW TABLE AS after
FOR EACH STATEMENT EXECUTE FUNCTION reviews_opinions_changed();
CREATE TRIGGER review_counts_changed AFTER UPDATE ON reviews_review
REFERENCING OLD TABLE AS before NEW TABLE AS after
FOR EACH STATEMENT EXECUTE FUNCTION reviews_opinions_changed();
CREATE TRIGGER review_counts_gone AFTER DELETE ON reviews_review
REFERENCING OLD TABLE AS before
FOR EACH STATEMENT EXECUTE FUNCTION reviews_opinions_changed();
"""
COUNT_NO_MORE = """
DROP TRIGGER review_counts_gone ON reviews_review;
DROP TRIGGER review_counts_changed ON reviews_review;
DROP TRIGGER review_counts_new ON reviews_review;
DROP FUNCTION reviews_opinions_changed();
DROP FUNCTION reviews_count_again(bigint[]);
"""

# A sealed note may be sealed again with another key; nothing else of a line changes.
GROW = """
CREATE FUNCTION reviews_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'note_sealed' = to_jsonb(NEW) - 'note_sealed' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'lines of % only grow', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'review_history_only_grows';
END $$;
CREATE TRIGGER reviewversion_only_grows BEFORE UPDATE OR DELETE ON reviews_reviewversion
FOR EACH ROW EXECUTE FUNCTION reviews_only_grows();
CREATE TRIGGER reviewdecision_only_grows BEFORE UPDATE OR DELETE ON reviews_reviewdecision
FOR EACH ROW EXECUTE FUNCTION reviews_only_grows();
"""
GROW_NO_MORE = """
DROP TRIGGER reviewdecision_only_grows ON reviews_reviewdecision;
DROP TRIGGER reviewversion_only_grows ON reviews_reviewversion;
DROP FUNCTION reviews_only_grows();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0001_initial"),
        ("accounts", "0002_invitations"),
        ("appointments", "0007_index_changes"),
        ("doctors", "0004_name_words"),
    ]
    operations = [
        migrations.RunSQL(KEEP, KEEP_NO_MORE),
        migrations.RunSQL(FREEZE, FREEZE_NO_MORE),
        migrations.RunSQL(COUNT, COUNT_NO_MORE),
        migrations.RunSQL(GROW, GROW_NO_MORE),
    ]
