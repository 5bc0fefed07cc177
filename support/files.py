"""How a file of a conversation leaves the house."""

import hashlib

from django.http import Http404, HttpResponse

from records.documents import Card
from records.looks import download
from support.models import TicketFile


def send_file(file: TicketFile | None) -> HttpResponse:
    """To be kept, not shown. Raises Http404."""
    if file is None:
        raise Http404
    content = file.content
    digest = hashlib.sha256(content).hexdigest()
    return download(content, Card(file.name, file.content_type, file.size, digest))
