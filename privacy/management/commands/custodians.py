"""manage.py custodians: who keeps the records of doctors that have left, for patients who ask."""

from typing import Any

from django.core.management.base import BaseCommand

from doctors.models import Doctor
from privacy.models import Custody


class Command(BaseCommand):
    help = "Lists doctors who left, who keeps their records, until when and why."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Custody.objects.filter(closing__withdrawn_at=None).select_related("closing")
        for custody in rows.order_by("agreed_at", "pk"):
            doctor = Doctor.objects.get(user=custody.closing.account_id)
            said = (doctor.public_id, doctor.full_name, custody.custodian, custody.keep_until,
                    custody.reason)  # fmt: skip
            self.stdout.write(" | ".join(map(str, said)))
