"""The portal's part of the access table: who may knock.

Of Ana (dr_chen) and her patient Alicia; Carla is Ana's reception.
"""

from datetime import timedelta
from decimal import Decimal

from tests.appointments.serial import written
from tests.factories import AppointmentFactory, ExternalCalendarFactory, PaymentLineFactory

L, GO = "L", ">"
# anonymous, alice, bob, dr_chen, dr_diaz, erin, root, carla
DESK = [L, 404, 404, 200, 200, 404, 404, 200]
DESK_NO_POST = [L, 404, 404, 405, 405, 404, 404, 405]
ANAS = [L, 404, 404, 200, 404, 404, 404, 200]  # something of Ana's that Carla works with
ANAS_REFUSED = [L, 404, 404, 422, 404, 404, 404, 422]
DOCTOR = [L, 404, 404, 200, 200, 404, 404, 404]
DOCTOR_NO_POST = [L, 404, 404, 405, 405, 404, 404, 404]
DOCTOR_REFUSED = [L, 404, 404, 422, 422, 404, 404, 404]
ANA_ONLY = [L, 404, 404, 200, 404, 404, 404, 404]
ANA_SENT_ON = [L, 404, 404, GO, 404, 404, 404, 404]
ANA_REFUSED = [L, 404, 404, 422, 404, 404, 404, 404]

# A part of the visit's price is paid.
MONEY = {
    **dict.fromkeys(
        ("portal:payment", "portal:payment_refund", "portal:payment_waive"),
        (("visit",), ANAS, ANAS_REFUSED),
    ),
    # It had a price when it was booked.
    "portal:payment_price": (("visit",), [L, 404, 404, GO, 404, 404, 404, GO], ANAS_REFUSED),
    "portal:payment_void": (("visit", "line"), ANAS, ANAS_REFUSED),
    "portal:receipt": (("visit", "line"), ANAS, DESK_NO_POST),
    "portal:receipt_pdf": (("visit", "line"), ANAS, DESK_NO_POST),
    "portal:owed": ((), DESK, DESK_NO_POST),
    "portal:owed_csv": ((), DESK, DESK_NO_POST),
    "portal:cash": ((), DESK, DESK_NO_POST),
    "portal:cash_csv": ((), DESK, DESK_NO_POST),
}
# route: (arguments, GET, POST without data)
PORTAL = {
    **MONEY,
    # Not ours, run out, taken by another: all alike.
    "invitation": (("key",), [404] * 8, [404] * 8),
    "portal:occupancy": ((), DOCTOR, DOCTOR_NO_POST),
    "portal:occupancy_csv": ((), DOCTOR, DOCTOR_NO_POST),
    "portal:answers": ((), DESK, DESK_NO_POST),
    "portal:setup": ((), DOCTOR, DOCTOR_NO_POST),
    "portal:next_step": ((), [L, 404, 404, GO, GO, 404, 404, 404], DOCTOR_NO_POST),
    "portal:profile": ((), DOCTOR, DOCTOR_NO_POST),
    "portal:profile_details": ((), DOCTOR, DOCTOR_REFUSED),
    "portal:profile_specialties": ((), DOCTOR, DOCTOR_REFUSED),
    "portal:profile_licence": ((), DOCTOR, DOCTOR_REFUSED),
    "portal:profile_photo": ((), DOCTOR, DOCTOR_REFUSED),
    "portal:profile_education": ((), DOCTOR, DOCTOR_REFUSED),
    "portal:profile_experience": ((), DOCTOR, DOCTOR_REFUSED),
    "portal:profile_qualifications": ((), DOCTOR, DOCTOR_REFUSED),
    "portal:preview": ((), DOCTOR, DOCTOR_NO_POST),
    # Hidden, and shown again: in this order. José has no consultorio to be shown with.
    "portal:unpublish": ((), DOCTOR, [L, 404, 404, GO, GO, 404, 404, 404]),
    "portal:publish": ((), DOCTOR_NO_POST, [L, 404, 404, GO, 409, 404, 404, 404]),
    # Both have agreed to what is in force.
    "portal:agreement": ((), *[[L, 404, 404, GO, GO, 404, 404, 404]] * 2),
    "portal:agenda": ((), DESK, DESK_NO_POST),
    "portal:agenda_print": ((), DESK, DESK_NO_POST),
    "portal:why": ((), DESK, DESK_NO_POST),
    # Without a place that we gave there is nothing to go on from.
    "portal:stream": ((), [L, 404, 404, 400, 400, 404, 404, 400], DESK_NO_POST),
    "portal:changes": ((), [L, 404, 404, 400, 400, 404, 404, 400], DESK_NO_POST),
    "portal:room": ((), DESK, DESK_NO_POST),
    "portal:room_step": (("visit",), DESK_NO_POST, ANAS_REFUSED),
    "portal:room_delay": (("clinic",), DESK_NO_POST, ANAS_REFUSED),
    "portal:clinic_screen": (("clinic",), ANA_ONLY, ANA_REFUSED),
    "portal:news": ((), DESK, DESK_NO_POST),
    "portal:seen": ((), DESK_NO_POST, [L, 404, 404, GO, GO, 404, 404, GO]),
    "portal:desk": ((), DESK, [L, *[404] * 7]),
    "portal:clinics": ((), DOCTOR, DOCTOR_NO_POST),
    "portal:clinic_new": ((), DOCTOR, DOCTOR_REFUSED),
    "portal:cities": ((), DOCTOR, DOCTOR_NO_POST),
    # Minutes of no pair: there is nothing to refuse.
    "portal:travel": ((), DOCTOR, [L, 404, 404, GO, GO, 404, 404, 404]),
    "portal:clinic": (("clinic",), ANA_ONLY, ANA_REFUSED),
    "portal:clinic_state": (("clinic",), ANA_ONLY, ANA_REFUSED),
    "portal:hours": (("clinic",), ANA_ONLY, ANA_REFUSED),
    "portal:dates": (("clinic",), ANA_ONLY, ANA_REFUSED),
    "portal:booking_rules": (("clinic",), ANA_ONLY, ANA_REFUSED),
    "portal:calendars": ((), DESK, [L, 404, 404, 422, 422, 404, 404, 422]),
    "portal:calendar_new": ((), DOCTOR, DOCTOR_REFUSED),
    # Read, and then removed: in this order.
    "portal:calendar_read": (("calendar",), DOCTOR_NO_POST, ANA_SENT_ON),
    "portal:calendar_remove": (("calendar",), ANA_ONLY, ANA_SENT_ON),
    "portal:team": ((), DOCTOR, DOCTOR_NO_POST),
    "portal:team_new": ((), DOCTOR, [L, 404, 404, 422, 422, 404, 404, 404]),
    "portal:team_member": (("member",), ANA_ONLY, [L, 404, 404, 422, 404, 404, 404, 404]),
    "portal:team_resend": (("member",), DOCTOR_NO_POST, [L, 404, 404, 409, 404, 404, 404, 404]),
    "portal:team_end": (("member",), ANA_ONLY, [L, 404, 404, GO, 404, 404, 404, 404]),
    "portal:visit": (("visit",), ANAS, DESK_NO_POST),
    "portal:visit_messages": (("visit",), ANAS, DESK_NO_POST),
    "portal:visit_resend": (
        ("visit", "message"),
        DESK_NO_POST,
        [L, 404, 404, GO, 404, 404, 404, GO],
    ),
    # José has no consultorio to book in.
    "portal:new_visit": ((), DESK, [L, 404, 404, 422, 200, 404, 404, 422]),
    # José has no consultorio to close or open.
    "portal:block": ((), DOCTOR, [L, 404, 404, 422, 200, 404, 404, 404]),
    "portal:opening": ((), DOCTOR, [L, 404, 404, 422, 200, 404, 404, 404]),
    "portal:unblock": (("absence",), ANA_ONLY, [L, 404, 404, GO, 404, 404, 404, 404]),
    "portal:patient_contact": (("guest",), ANAS, ANAS_REFUSED),
    "portal:visit_reschedule": (("visit",), ANAS, ANAS_REFUSED),
    # Booked already: there is nothing to answer.
    "portal:visit_answer": (("visit",), [L, 404, 404, GO, 404, 404, 404, GO], ANAS_REFUSED),
    # In two days: nobody has come, nor is there anything to put right.
    **dict.fromkeys(
        ("portal:visit_attendance", "portal:visit_correction"),
        (("visit",), [L, 404, 404, GO, 404, 404, 404, GO], ANAS_REFUSED),
    ),
    "portal:unrecorded": ((), DESK, DESK_NO_POST),
    "portal:series": (("visit",), ANAS, ANAS_REFUSED),
    **dict.fromkeys(
        ("portal:series_move", "portal:series_cancel"), (("serial",), ANAS, ANAS_REFUSED)
    ),
    "portal:visit_cancel": (("visit",), ANAS, [L, 404, 404, GO, 404, 404, 404, GO]),
    # The last one: whoever knocks is a doctor from then on.
    "portal:become_doctor": ((), [L, 200, 200, GO, GO, 200, 200, 200], [L, *[GO] * 7]),
}


def things_of_the_desk(visit):
    """What hangs on the doctor of a visit, or on the visit, by the name of its argument."""
    later = AppointmentFactory(
        clinic=visit.clinic, patient=visit.patient, booked_by=visit.booked_by, phone=visit.phone,
        starts_at=visit.starts_at + timedelta(days=50),
    )  # fmt: skip
    written(later, count=1)
    return {
        "serial": later.public_id,
        "calendar": ExternalCalendarFactory(doctor=visit.doctor).public_id,
        "line": PaymentLineFactory(appointment=visit, amount=Decimal(20), note="COBRO7Q").public_id,
    }
