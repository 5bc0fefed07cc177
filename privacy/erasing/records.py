from privacy.erasing.base import Erasing
from privacy.keeping import duty_for
from records.models import Share
from records.services.identities import keep_identity
from records.services.sharing import revoke_share


def erase(erasing: Erasing) -> None:
    """Records stay as they were signed; beside them stays who it was, where a law says so."""
    for person in erasing.people:
        for share in Share.objects.live(erasing.now).filter(patient=person).order_by("pk"):
            revoke_share(share=share, by=erasing.user, now=erasing.now)
        duty = duty_for(person, erasing.now)
        if duty is not None:
            keep_identity(patient=person, duty=duty, now=erasing.now)
