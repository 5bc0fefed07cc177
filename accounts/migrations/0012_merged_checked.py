from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_merged'),
    ]

    operations = [
        ValidateConstraint(model_name='patient', name='patient_reachable'),
        ValidateConstraint(model_name='patient', name='patient_merged_is_empty'),
    ]
