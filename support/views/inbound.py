"""A mail provider hands mails on: no session, no form; what it says is signed."""

import logging

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.clock import current_time
from support.mailbox import Unfit, read_mail
from support.refusals import TicketBusy, TooManyReplies, TooManyTickets
from support.services.receiving import receive_mail
from support.signing import HEADER, is_signed

logger = logging.getLogger(__name__)
MAX_BYTES = 15_000_000
KINDS = ("message/rfc822", "application/octet-stream")


@csrf_exempt
@require_POST
def inbound(request: HttpRequest) -> JsonResponse:
    """The body is a mail as it came. 2xx: it is taken, or not ours; 503: to be sent again."""
    if not settings.SUPPORT_INBOUND_SECRET:
        raise Http404
    if request.content_type not in KINDS:
        return JsonResponse({"error": "send message/rfc822"}, status=415)
    body = request.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        return JsonResponse({"error": "larger than 15 MB"}, status=413)
    if not is_signed(body, request.headers.get(HEADER, ""), current_time()):
        return JsonResponse({"error": "bad signature"}, status=403)
    try:
        result = receive_mail(mail=read_mail(body), now=current_time())
    except Unfit as trouble:
        logger.warning("support mail refused: %s", trouble)
        return JsonResponse({"error": "not a mail that can be read"}, status=422)
    except TicketBusy:
        return JsonResponse({"error": "busy"}, status=503)
    except (TooManyTickets, TooManyReplies) as refusal:
        logger.warning("support mail is to come again: %s", type(refusal).__name__)
        return JsonResponse({"error": "too many"}, status=503, headers={"Retry-After": "240"})
    return JsonResponse({"result": result.value})
