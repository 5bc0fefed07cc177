"""Names word by word, and a list of the words that finds those with typing errors."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import core.db

# The signs between words are those of core.spelling.
NAME_WORDS = r"""
CREATE FUNCTION name_words(text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN array_remove(
    regexp_split_to_array(public.f_unaccent(lower($1)), '[\s!-/:-@\[-`{-~’´«»¡¿]+'), ''
);
"""

# As core.spelling.near_keys does.
NEAR_KEYS = """
CREATE FUNCTION near_keys(word text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    WITH once AS (
        SELECT overlay(left(word, 7) PLACING '' FROM i FOR 1) AS key
        FROM generate_series(1, least(length(word), 7)) AS i
    )
    SELECT array_agg(key) FROM (
        SELECT left(word, 7) AS key
        UNION SELECT key FROM once
        UNION SELECT overlay(key PLACING '' FROM i FOR 1)
        FROM once, generate_series(1, length(key)) AS i WHERE length(word) > 3
    ) AS keys
$$;
"""

# Words stay when their last doctor goes. In their order, so that two transactions wait for each
# other in one direction only.
KEEP = """
CREATE FUNCTION doctors_keep_name_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO doctors_nameword (key, word)
    SELECT unnest(near_keys(word)) AS key, word
    FROM (SELECT DISTINCT unnest(name_words) AS word FROM fresh) AS words
    WHERE NOT EXISTS (SELECT FROM doctors_nameword AS known WHERE known.word = words.word)
    ORDER BY word, key
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER doctor_words_of_new AFTER INSERT ON doctors_doctor
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION doctors_keep_name_words();
CREATE TRIGGER doctor_words_of_changed AFTER UPDATE ON doctors_doctor
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION doctors_keep_name_words();
INSERT INTO doctors_nameword (key, word)
SELECT unnest(near_keys(word)), word
FROM (SELECT DISTINCT unnest(name_words) AS word FROM doctors_doctor) AS words;
"""
KEEP_NO_MORE = """
DROP TRIGGER doctor_words_of_changed ON doctors_doctor;
DROP TRIGGER doctor_words_of_new ON doctors_doctor;
DROP FUNCTION doctors_keep_name_words();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('doctors', '0003_former_slugs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(NAME_WORDS, 'DROP FUNCTION name_words(text)'),
        migrations.RunSQL(NEAR_KEYS, 'DROP FUNCTION near_keys(text)'),
        migrations.CreateModel(
            name='NameWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.TextField()),
                ('word', models.TextField(db_index=True)),
            ],
            options={
                'verbose_name': 'palabra de un nombre',
                'verbose_name_plural': 'palabras de nombres',
                'constraints': [models.UniqueConstraint(fields=('key', 'word'), name='name_word_once')],
            },
        ),
        migrations.AddField(
            model_name='doctor',
            name='name_words',
            field=models.GeneratedField(db_persist=True, expression=core.db.NameWords(django.db.models.functions.text.Concat(models.F('first_names'), models.Value(' '), models.F('last_names'))), output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
        ),
        migrations.AddIndex(
            model_name='doctor',
            index=django.contrib.postgres.indexes.GinIndex(fields=['name_words'], name='doctor_name_words'),
        ),
        migrations.RunSQL(KEEP, KEEP_NO_MORE),
    ]
