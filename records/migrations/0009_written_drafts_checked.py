from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0008_written_drafts'),
    ]

    operations = [
        ValidateConstraint(model_name='accesslog', name='accesslog_act_known'),
    ]
