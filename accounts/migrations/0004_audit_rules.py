"""What happened to accounts stays written, and each change of a role writes itself."""

from django.db import migrations

GROWS = """
CREATE FUNCTION accounts_audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what happened to an account stays written'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'auditentry_only_grows';
END $$;
CREATE TRIGGER auditentry_only_grows BEFORE UPDATE OR DELETE ON accounts_auditentry
FOR EACH ROW EXECUTE FUNCTION accounts_audit_only_grows();
"""
GROWS_NO_MORE = """
DROP TRIGGER auditentry_only_grows ON accounts_auditentry;
DROP FUNCTION accounts_audit_only_grows();
"""

NOTE = """
CREATE FUNCTION accounts_note_role(person bigint, said text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO accounts_auditentry (person_id, actor_id, act, what, at, network)
    SELECT person, nullif(current_setting('doctobooking.actor', true), '')::bigint, 'role',
           left(said, 200), clock_timestamp(),
           coalesce(current_setting('doctobooking.network', true), '')
    WHERE said <> '';
$$;
"""
NOTE_NO_MORE = "DROP FUNCTION accounts_note_role(bigint, text);"

FLAGS = """
CREATE FUNCTION accounts_user_role_noted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accounts_note_role(NEW.id, (
        SELECT string_agg(CASE WHEN now_is THEN '+' ELSE '-' END || name, ' ' ORDER BY place)
        FROM (VALUES
            (1, 'is_active', coalesce(OLD.is_active, true), NEW.is_active),
            (2, 'is_doctor', coalesce(OLD.is_doctor, false), NEW.is_doctor),
            (3, 'is_assistant', coalesce(OLD.is_assistant, false), NEW.is_assistant),
            (4, 'is_staff', coalesce(OLD.is_staff, false), NEW.is_staff),
            (5, 'is_superuser', coalesce(OLD.is_superuser, false), NEW.is_superuser)
        ) AS flags (place, name, was, now_is)
        WHERE was <> now_is
    ));
    RETURN NULL;
END $$;
CREATE TRIGGER user_role_noted
AFTER INSERT OR UPDATE OF is_active, is_doctor, is_assistant, is_staff, is_superuser
ON accounts_user FOR EACH ROW EXECUTE FUNCTION accounts_user_role_noted();
"""
FLAGS_NO_MORE = """
DROP TRIGGER user_role_noted ON accounts_user;
DROP FUNCTION accounts_user_role_noted();
"""

GROUPS = """
CREATE FUNCTION accounts_user_group_noted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accounts_note_role(
        CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END,
        CASE TG_OP WHEN 'INSERT' THEN '+' ELSE '-' END
        || (SELECT name FROM auth_group
            WHERE id = CASE TG_OP WHEN 'INSERT' THEN NEW.group_id ELSE OLD.group_id END)
    );
    RETURN NULL;
END $$;
CREATE TRIGGER user_group_noted AFTER INSERT OR DELETE ON accounts_user_groups
FOR EACH ROW EXECUTE FUNCTION accounts_user_group_noted();
"""
GROUPS_NO_MORE = """
DROP TRIGGER user_group_noted ON accounts_user_groups;
DROP FUNCTION accounts_user_group_noted();
"""

PERMISSIONS = """
CREATE FUNCTION accounts_user_permission_noted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accounts_note_role(
        CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END,
        CASE TG_OP WHEN 'INSERT' THEN '+' ELSE '-' END
        || (SELECT codename FROM auth_permission
            WHERE id = CASE TG_OP WHEN 'INSERT' THEN NEW.permission_id
                       ELSE OLD.permission_id END)
    );
    RETURN NULL;
END $$;
CREATE TRIGGER user_permission_noted AFTER INSERT OR DELETE ON accounts_user_user_permissions
FOR EACH ROW EXECUTE FUNCTION accounts_user_permission_noted();
"""
PERMISSIONS_NO_MORE = """
DROP TRIGGER user_permission_noted ON accounts_user_user_permissions;
DROP FUNCTION accounts_user_permission_noted();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_audit"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        migrations.RunSQL(GROWS, GROWS_NO_MORE),
        migrations.RunSQL(NOTE, NOTE_NO_MORE),
        migrations.RunSQL(FLAGS, FLAGS_NO_MORE),
        migrations.RunSQL(GROUPS, GROUPS_NO_MORE),
        migrations.RunSQL(PERMISSIONS, PERMISSIONS_NO_MORE),
    ]
