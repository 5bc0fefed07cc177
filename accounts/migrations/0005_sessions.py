
import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_audit_rules'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('session_key', models.CharField(blank=True, max_length=40)),
                ('device_digest', models.CharField(max_length=64)),
                ('browser', models.CharField(blank=True, max_length=60, verbose_name='navegador')),
                ('network', models.CharField(blank=True, max_length=43, verbose_name='red')),
                ('began_at', models.DateTimeField(verbose_name='desde')),
                ('seen_at', models.DateTimeField(verbose_name='último uso')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='terminó')),
            ],
            options={
                'verbose_name': 'sesión de una cuenta',
                'verbose_name_plural': 'sesiones de las cuentas',
            },
        ),
        migrations.AlterModelOptions(
            name='user',
            options={'permissions': [('view_as_user', 'Puede ver el sitio como otra cuenta, sin cambiar nada')], 'verbose_name': 'cuenta', 'verbose_name_plural': 'cuentas'},
        ),
        migrations.RemoveConstraint(
            model_name='auditentry',
            name='auditentry_act_known',
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='act',
            field=models.CharField(choices=[('login', 'Entró a la cuenta'), ('login_failed', 'Intento de entrar con una contraseña equivocada'), ('logout', 'Salió de la cuenta'), ('password', 'Cambió la contraseña'), ('email', 'Cambió el correo'), ('role', 'Cambió lo que la cuenta puede hacer'), ('export', 'Descargó datos'), ('factor', 'Cambió la verificación en dos pasos'), ('corrected', 'Soporte corrigió un celular o correo'), ('viewed', 'Soporte vio la cuenta como usted la ve, sin cambiar nada'), ('sessions', 'Cerró la sesión en otros navegadores')], max_length=12, verbose_name='qué pasó'),
        ),
        migrations.AddConstraint(
            model_name='auditentry',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['corrected', 'email', 'export', 'factor', 'login', 'login_failed', 'logout', 'password', 'role', 'sessions', 'viewed'])), name='auditentry_act_known'),
        ),
        migrations.AddField(
            model_name='accountsession',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='accountsession',
            index=models.Index(fields=['account', '-seen_at'], name='accountsession_of_account'),
        ),
        migrations.AddConstraint(
            model_name='accountsession',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('session_key',), name='accountsession_key_once'),
        ),
        migrations.AddConstraint(
            model_name='accountsession',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('session_key', ''), _connector='OR'), name='accountsession_ended_has_no_key'),
        ),
    ]
