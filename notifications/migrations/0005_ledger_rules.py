from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_fill_ledger")]
    operations = [
        migrations.AlterField(
            model_name='message',
            name='next_try_at',
            field=models.DateTimeField(),
        ),
        migrations.RemoveField(
            model_name='message',
            name='lease_until',
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state__in', ['planned', 'failed', 'sending'])), fields=['next_try_at'], name='message_due'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state__in', ['failed', 'sending'])), fields=['due_at'], name='message_in_trouble'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('channel', 'inbox'), ('state', 'sent')), fields=['recipient', '-sent_at'], name='message_inbox'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('channel', 'inbox'), ('read_at__isnull', True), ('state', 'sent')), fields=['recipient'], name='message_unread'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state__in', ['given_up', 'unknown'])), fields=['state', 'created_at'], name='message_to_look_at'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('visit', 'version', 'audience', 'reader_key', 'kind', 'channel', 'copy'), name='message_once_per_visit'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('visit__isnull', True)), fields=('event', 'address', 'audience', 'channel', 'kind', 'copy'), name='message_once'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'digest')), fields=('recipient', 'doctor', 'day', 'channel', 'copy'), name='message_digest_once'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('visit__isnull', True), ('version__isnull', False), _connector='OR'), name='message_of_visit_has_version'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'suppressed'), ('why', ''), _connector='XOR'), name='message_suppressed_says_why'),
        ),
    ]
