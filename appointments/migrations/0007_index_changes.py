"""Changes for the search index are added as rows: a mark that two people write over, each of two
doctors and in opposite orders, is a deadlock.
"""

import django.db.models.deletion
from django.db import migrations, models

ADD = """
CREATE OR REPLACE FUNCTION index_mark(of_doctor bigint) RETURNS void LANGUAGE sql AS $$
INSERT INTO appointments_indexchange (doctor_id) VALUES (of_doctor);
$$;
INSERT INTO appointments_indexchange (doctor_id) SELECT id FROM doctors_doctor;
DELETE FROM appointments_indexmark;
"""
OVERWRITE = """
CREATE OR REPLACE FUNCTION index_mark(of_doctor bigint) RETURNS void LANGUAGE sql AS $$
INSERT INTO appointments_indexmark AS mark (doctor_id, version, renew_at)
VALUES (of_doctor, 1, 'epoch')
ON CONFLICT (doctor_id) DO UPDATE SET version = mark.version + 1, renew_at = 'epoch';
$$;
SELECT index_mark(id) FROM doctors_doctor;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0006_search_index'),
        ('doctors', '0004_name_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='IndexChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('doctor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='index_changes', to='doctors.doctor')),
            ],
        ),
        migrations.RunSQL(ADD, OVERWRITE),
        migrations.RemoveField(model_name='indexmark', name='version'),
        migrations.AlterField(
            model_name='indexmark',
            name='doctor',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='index_mark', serialize=False, to='doctors.doctor'),
        ),
        migrations.AlterField(
            model_name='indexmark', name='renewed_at', field=models.DateTimeField(),
        ),
    ]
