"""What accounts ask of every answer."""

from django.http import HttpRequest, HttpResponse

from accounts.sessions import keep_device
from core.middleware import GetResponse


class DeviceMiddleware:
    """A browser in which somebody logged in just now is known when it comes back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        keep_device(request, response)
        return response
