"""Opinions, what became of them, and ratings: Wilson's interval is reckoned by Postgres."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import reviews.models

# n grades of one star, ..., of five; z = 0 gives their mean, z < 0 the lower bound of it, z > 0 the
# upper one. NULL where there is no grade.
BOUND = """
CREATE FUNCTION rating_bound(one int, two int, three int, four int, five int, z double precision)
RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN (
    SELECT 1 + 4 * (p + z * z / (2 * n) + z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)))
             / (1 + z * z / n)
    FROM (
        SELECT n, (two + 2 * three + 3 * four + 4 * five) / (4 * n) AS p
        FROM (SELECT nullif(one + two + three + four + five, 0)::double precision AS n) AS counted
    ) AS scaled
);
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('appointments', '0007_index_changes'),
        ('doctors', '0004_name_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(BOUND, 'DROP FUNCTION rating_bound(int, int, int, int, int, double precision)'),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('doctor', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='rating', serialize=False, to='doctors.doctor')),
                ('count', models.PositiveIntegerField(default=0)),
                ('stars_1', models.PositiveIntegerField(default=0)),
                ('stars_2', models.PositiveIntegerField(default=0)),
                ('stars_3', models.PositiveIntegerField(default=0)),
                ('stars_4', models.PositiveIntegerField(default=0)),
                ('stars_5', models.PositiveIntegerField(default=0)),
                ('explanation_sum', models.PositiveIntegerField(default=0)),
                ('punctuality_sum', models.PositiveIntegerField(default=0)),
                ('treatment_sum', models.PositiveIntegerField(default=0)),
                ('mean', models.GeneratedField(db_persist=True, expression=reviews.models.RatingBound('stars_1', 'stars_2', 'stars_3', 'stars_4', 'stars_5', models.Value(0.0)), output_field=models.FloatField(null=True))),
                ('lower', models.GeneratedField(db_persist=True, expression=reviews.models.RatingBound('stars_1', 'stars_2', 'stars_3', 'stars_4', 'stars_5', models.Value(-1.96)), output_field=models.FloatField(null=True))),
                ('upper', models.GeneratedField(db_persist=True, expression=reviews.models.RatingBound('stars_1', 'stars_2', 'stars_3', 'stars_4', 'stars_5', models.Value(1.96)), output_field=models.FloatField(null=True))),
            ],
            options={
                'indexes': [models.Index(fields=['lower'], name='rating_lower')],
                'constraints': [models.CheckConstraint(condition=models.Q(('count', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('stars_1'), '+', models.F('stars_2')), '+', models.F('stars_3')), '+', models.F('stars_4')), '+', models.F('stars_5')))), name='rating_count_agrees'), models.CheckConstraint(condition=models.Q(('explanation_sum__gte', models.F('count')), ('explanation_sum__lte', django.db.models.expressions.CombinedExpression(models.F('count'), '*', models.Value(5))), ('punctuality_sum__gte', models.F('count')), ('punctuality_sum__lte', django.db.models.expressions.CombinedExpression(models.F('count'), '*', models.Value(5))), ('treatment_sum__gte', models.F('count')), ('treatment_sum__lte', django.db.models.expressions.CombinedExpression(models.F('count'), '*', models.Value(5)))), name='rating_sums_fit')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('general', models.PositiveSmallIntegerField(verbose_name='en general')),
                ('explanation', models.PositiveSmallIntegerField(verbose_name='explicó con claridad')),
                ('punctuality', models.PositiveSmallIntegerField(verbose_name='puntualidad')),
                ('treatment', models.PositiveSmallIntegerField(verbose_name='trato')),
                ('text', models.CharField(blank=True, max_length=2000, verbose_name='texto')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('initials', models.CharField(max_length=12, verbose_name='iniciales')),
                ('status', models.CharField(choices=[('published', 'Publicada'), ('hidden', 'Oculta'), ('withdrawn', 'Retirada por quien la escribió')], default='published', max_length=10, verbose_name='estado')),
                ('hidden_for', models.CharField(blank=True, choices=[('health', 'Cuenta datos de salud'), ('personal', 'Nombra a otras personas o da datos personales'), ('insult', 'Insulta, amenaza o discrimina'), ('accusation', 'Acusa de un delito'), ('off_topic', 'No habla de la cita'), ('advert', 'Es publicidad'), ('interest', 'La escribió alguien con un interés propio')], max_length=12, verbose_name='oculta por')),
                ('is_frozen', models.BooleanField(default=False, editable=False, verbose_name='congelada')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='escrita')),
                ('edited_at', models.DateTimeField(null=True, verbose_name='editada')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to=settings.AUTH_USER_MODEL)),
                ('doctor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='doctors.doctor', verbose_name='médico')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='appointments.appointment')),
            ],
            options={
                'verbose_name': 'opinión',
                'verbose_name_plural': 'opiniones',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReviewDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('act', models.CharField(choices=[('hide', 'Ocultar la opinión'), ('keep', 'Dejarla como está'), ('restore', 'Volver a mostrar la opinión'), ('hide_reply', 'Ocultar la respuesta del médico'), ('restore_reply', 'Volver a mostrar la respuesta')], max_length=14, verbose_name='decisión')),
                ('ground', models.CharField(blank=True, choices=[('health', 'Cuenta datos de salud'), ('personal', 'Nombra a otras personas o da datos personales'), ('insult', 'Insulta, amenaza o discrimina'), ('accusation', 'Acusa de un delito'), ('off_topic', 'No habla de la cita'), ('advert', 'Es publicidad'), ('interest', 'La escribió alguien con un interés propio')], max_length=12, verbose_name='motivo')),
                ('note_sealed', models.BinaryField(null=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='reviews.review')),
            ],
            options={
                'verbose_name': 'decisión',
                'verbose_name_plural': 'decisiones',
                'permissions': [('moderate_review', 'Puede moderar opiniones')],
            },
        ),
        migrations.CreateModel(
            name='ReviewAppeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('text_sealed', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('answer', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answered', to='reviews.reviewdecision')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='reviews.reviewdecision')),
            ],
        ),
        migrations.CreateModel(
            name='ReviewReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=2000, verbose_name='respuesta')),
                ('hidden_for', models.CharField(blank=True, choices=[('health', 'Cuenta datos de salud'), ('personal', 'Nombra a otras personas o da datos personales'), ('insult', 'Insulta, amenaza o discrimina'), ('accusation', 'Acusa de un delito'), ('off_topic', 'No habla de la cita'), ('advert', 'Es publicidad'), ('interest', 'La escribió alguien con un interés propio')], max_length=12, verbose_name='oculta por')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('edited_at', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reply', to='reviews.review')),
            ],
        ),
        migrations.CreateModel(
            name='ReviewReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(choices=[('health', 'Cuenta datos de salud'), ('personal', 'Nombra a otras personas o da datos personales'), ('insult', 'Insulta, amenaza o discrimina'), ('accusation', 'Acusa de un delito'), ('off_topic', 'No habla de la cita'), ('advert', 'Es publicidad'), ('interest', 'La escribió alguien con un interés propio')], max_length=12, verbose_name='motivo')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='reviews.reviewdecision')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='reviews.review')),
            ],
        ),
        migrations.CreateModel(
            name='ReviewVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('general', models.PositiveSmallIntegerField(verbose_name='en general')),
                ('explanation', models.PositiveSmallIntegerField(verbose_name='explicó con claridad')),
                ('punctuality', models.PositiveSmallIntegerField(verbose_name='puntualidad')),
                ('treatment', models.PositiveSmallIntegerField(verbose_name='trato')),
                ('text', models.CharField(blank=True, max_length=2000, verbose_name='texto')),
                ('number', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='reviews.review')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(condition=models.Q(('is_frozen', False), ('status', 'published')), fields=['doctor', 'created_at', 'id'], name='review_shown'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('explanation__range', (1, 5)), ('general__range', (1, 5)), ('punctuality__range', (1, 5)), ('treatment__range', (1, 5))), name='review_grades_from_1_to_5', violation_error_message='Elija entre 1 y 5 estrellas.'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(fields=('visit',), name='review_once_per_visit', violation_error_message='Ya hay una opinión sobre esa cita.'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hidden_for__in', ['accusation', 'advert', 'health', 'insult', 'interest', 'off_topic', 'personal']), ('status', 'hidden')), models.Q(('status__in', ['published', 'withdrawn']), ('hidden_for', '')), _connector='OR'), name='review_hidden_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='reviewdecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('act__in', ['hide', 'hide_reply']), ('ground__in', ['accusation', 'advert', 'health', 'insult', 'interest', 'off_topic', 'personal'])), models.Q(('act__in', ['keep', 'restore', 'restore_reply']), ('ground', '')), _connector='OR'), name='reviewdecision_ground_agrees'),
        ),
        migrations.AddConstraint(
            model_name='reviewappeal',
            constraint=models.UniqueConstraint(fields=('decision',), name='reviewappeal_once_per_decision'),
        ),
        migrations.AddConstraint(
            model_name='reviewappeal',
            constraint=models.CheckConstraint(condition=models.Q(('answer__isnull', True), models.Q(('answer', models.F('decision')), _negated=True), _connector='OR'), name='reviewappeal_answered_by_another'),
        ),
        migrations.AddConstraint(
            model_name='reviewreply',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='reviewreply_says_something'),
        ),
        migrations.AddConstraint(
            model_name='reviewreply',
            constraint=models.CheckConstraint(condition=models.Q(('hidden_for__in', ['', 'accusation', 'advert', 'health', 'insult', 'interest', 'off_topic', 'personal'])), name='reviewreply_hidden_for_a_reason'),
        ),
        migrations.AddIndex(
            model_name='reviewreport',
            index=models.Index(fields=['by', 'at'], name='reviewreport_of_account'),
        ),
        migrations.AddIndex(
            model_name='reviewreport',
            index=models.Index(condition=models.Q(('decision__isnull', True)), fields=['review'], name='reviewreport_open'),
        ),
        migrations.AddConstraint(
            model_name='reviewreport',
            constraint=models.UniqueConstraint(fields=('review', 'by'), name='reviewreport_once_per_account'),
        ),
        migrations.AddConstraint(
            model_name='reviewreport',
            constraint=models.CheckConstraint(condition=models.Q(('ground__in', ['accusation', 'advert', 'health', 'insult', 'interest', 'off_topic', 'personal'])), name='reviewreport_ground_known'),
        ),
        migrations.AddConstraint(
            model_name='reviewversion',
            constraint=models.CheckConstraint(condition=models.Q(('explanation__range', (1, 5)), ('general__range', (1, 5)), ('punctuality__range', (1, 5)), ('treatment__range', (1, 5))), name='reviewversion_grades_from_1_to_5', violation_error_message='Elija entre 1 y 5 estrellas.'),
        ),
        migrations.AddConstraint(
            model_name='reviewversion',
            constraint=models.UniqueConstraint(fields=('review', 'number'), name='reviewversion_numbered'),
        ),
    ]
