"""Titles and labels of the readable copy; a column without one is shown by its name in the data."""

from django.utils.translation import gettext_lazy as _

TITLES = {
    "account": _("Su cuenta"), "addresses": _("Correos"), "people": _("Personas"),
    "consents": _("Acuerdos"), "invitations": _("Invitaciones"), "activity": _("Actividad"),
    "exports": _("Copias de sus datos"), "closings": _("Cierres de la cuenta"),
    "visits": _("Citas"),
    "online_payments": _("Pagos en línea"), "other_times_asked": _("Cambios de hora pedidos"),
    "waiting": _("Lista de espera"), "waiting_offers": _("Horas ofrecidas"),
    "drafts": _("Reservas sin terminar"), "calendar_feeds": _("Calendarios"),
    "consultations": _("Consultas"), "shares": _("Con quién compartió su historia"),
    "who_looked": _("Quién vio su historia"), "prescriptions": _("Recetas"),
    "opinions": _("Opiniones"), "opinion_replies": _("Respuestas a opiniones"),
    "opinion_reports": _("Opiniones que reportó"), "opinion_appeals": _("Reclamos"),
    "messages": _("Mensajes enviados"), "mails": _("Correos enviados"),
    "message_preferences": _("Cómo le avisamos"),
    "refused_addresses": _("Direcciones que rechazaron mensajes"),
    "works_for": _("Recepción"), "doctor": _("Perfil médico"),
    "licence_checks": _("Revisiones del registro"), "former_addresses": _("Direcciones anteriores"),
    "education": _("Formación"), "experience": _("Experiencia"),
    "qualifications": _("Certificados"), "prescription_templates": _("Plantillas de recetas"),
    "clinics": _("Consultorios"), "travel_times": _("Traslados"), "absences": _("Ausencias"),
    "external_calendars": _("Calendarios externos"), "team": _("Equipo"),
    "browsers": _("Dónde entró"), "second_factors": _("Verificación en dos pasos"),
    "questions": _("Consultas a soporte"),
}  # fmt: skip
LABELS = {
    "email": _("Correo"), "first_names": _("Nombres"), "last_names": _("Apellidos"),
    "language": _("Idioma"), "time_zone": _("Zona horaria"), "joined_at": _("Desde"),
    "birth_date": _("Fecha de nacimiento"), "sex": _("Sexo"), "phone": _("Celular"),
    "relationship": _("Parentesco"), "id_country": _("País del documento"),
    "id_number": _("Documento de identidad"), "emergency_name": _("Contacto de emergencia"),
    "emergency_phone": _("Celular de emergencia"), "text": _("Texto"), "version": _("Versión"),
    "at": _("Cuándo"), "network": _("Red"), "withdrawn_at": _("Retirado"), "act": _("Qué pasó"),
    "what": _("De qué"), "code": _("Código"), "doctor": _("Médico"), "clinic": _("Consultorio"),
    "patient": _("Paciente"), "starts_at": _("Comienza"), "ends_at": _("Termina"),
    "status": _("Estado"), "state": _("Estado"), "price": _("Precio"), "currency": _("Moneda"),
    "reason": _("Motivo"), "changes": _("Cambios"), "payments": _("Pagos"), "kind": _("Tipo"),
    "amount": _("Importe"), "method": _("Forma de pago"), "message": _("Mensaje"),
    "created_at": _("Creado"), "expires_at": _("Vence"), "revoked_at": _("Terminado"),
    "signed_at": _("Firmada"), "diagnoses": _("Diagnósticos"), "instructions": _("Indicaciones"),
    "documents": _("Documentos"), "reader": _("Quién"), "role": _("Como"),
    "issued_at": _("Emitida"), "valid_until": _("Vale hasta"), "medicines": _("Medicamentos"),
    "name": _("Nombre"), "channel": _("Canal"), "address": _("Dirección"), "sent_at": _("Enviado"),
    "read_at": _("Leído"), "visit": _("Cita"), "general": _("En general"),
}  # fmt: skip


def title_of(name: str) -> str:
    return str(TITLES.get(name, name))


def label_of(name: str) -> str:
    return str(LABELS.get(name, name.replace("_", " ")))
