"""The photo of a profile: one file, so that pages can name it."""

import uuid

from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from doctors import photos
from doctors.models import Doctor

FOREVER = "public, max-age=31536000, immutable"


@require_safe
def photo(request: HttpRequest, name: uuid.UUID, size: str) -> FileResponse:
    """For everybody when the doctor is published, else for the doctor alone.

    Another photo has another address: whoever has seen one need not ask again.
    """
    if size not in map(str, photos.WEIGHTS):
        raise Http404
    found = Doctor.objects.published().filter(photo=name).first()
    if found is None:
        own = Q(user_id=request.user.pk) if request.user.is_authenticated else Q(pk__isnull=True)
        get_object_or_404(Doctor, own, photo=name)
    try:
        file = default_storage.open(photos.path_of(name, int(size)))
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/webp")
    if found:
        response["Cache-Control"] = FOREVER
    return response
