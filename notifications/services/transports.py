"""The ways out of one run: each opened when it is first needed, and closed in the end."""

import logging

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.channels.base import Transport
from notifications.channels.email import Email
from notifications.enums import Channel

logger = logging.getLogger(__name__)


class Transports:
    def __init__(self) -> None:
        self._open: dict[str, Transport] = {}
        # Those that could not be reached, and are left alone for now.
        self.away: set[Channel] = set()

    def of(self, channel: Channel) -> Transport:
        """SMS and WhatsApp share one gateway."""
        name = "email" if channel == Channel.EMAIL else "phone"
        if name not in self._open:
            self._open[name] = Email() if name == "email" else import_string(settings.PHONE)()
        return self._open[name]

    def close(self) -> None:
        for transport in self._open.values():
            try:
                transport.close()
            except OSError:
                logger.warning("connection did not close cleanly")
