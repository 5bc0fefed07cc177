"""What open pages shall hear of, and the two functions that the tables' triggers call."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The wake-up carries the channel only; whoever listens reads the row. Postgres sends it when the
# transaction commits, and once, however often it was asked for.
TELL = """
CREATE FUNCTION live_tell(channel text, kind text, data jsonb, is_about_times boolean)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO core_livechange (xid, channel, kind, data, is_about_times, at)
    VALUES (pg_current_xact_id()::text::bigint, live_tell.channel, live_tell.kind,
            live_tell.data, live_tell.is_about_times, clock_timestamp());
    PERFORM pg_notify('live', live_tell.channel);
END $$;
"""
# For what is written row by row but is one change, such as the hours of a week.
TELL_ONCE = """
CREATE FUNCTION live_tell_once(channel text, kind text, data jsonb, is_about_times boolean)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM core_livechange l
        WHERE l.channel = live_tell_once.channel AND l.kind = live_tell_once.kind
          AND l.data = live_tell_once.data
          AND l.xid = pg_current_xact_id()::text::bigint
    ) THEN
        PERFORM live_tell(channel, kind, data, is_about_times);
    END IF;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0002_outbox'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LiveChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('xid', models.BigIntegerField()),
                ('channel', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=20)),
                ('data', models.JSONField(default=dict)),
                ('is_about_times', models.BooleanField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['channel', 'xid', 'id'], name='livechange_of_channel'), models.Index(fields=['xid', 'id'], name='livechange_in_order'), models.Index(fields=['at'], name='livechange_by_age')],
            },
        ),
        migrations.CreateModel(
            name='ReadMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=40)),
                ('xid', models.BigIntegerField()),
                ('row', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'channel'), name='readmark_once')],
            },
        ),
        migrations.RunSQL(TELL, 'DROP FUNCTION live_tell(text, text, jsonb, boolean)'),
        migrations.RunSQL(TELL_ONCE, 'DROP FUNCTION live_tell_once(text, text, jsonb, boolean)'),
    ]
