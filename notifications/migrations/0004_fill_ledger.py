"""Messages of before learn which visit they are of, and when they may be tried again.

As the rows stood: what a worker had in hand keeps its lease.
"""

from django.db import migrations

FILL = """
UPDATE notifications_message m
SET visit_id = c.appointment_id, version = c.sequence
FROM appointments_appointmentchange c WHERE c.id = m.change_id;
UPDATE notifications_message SET next_try_at = coalesce(lease_until, due_at);
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_ledger")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
