"""What a page says once, after an act: Django's storage, in a cookie that settings name."""

from typing import Any

from django.conf import settings
from django.contrib.messages.storage import cookie
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class CookieStorage(cookie.CookieStorage):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cookie_name = settings.MESSAGES_COOKIE_NAME


class MessageStorage(FallbackStorage):
    storage_classes = (CookieStorage, SessionStorage)
