"""What a form may send as files, whatever its page: nothing of it fills memory or disk."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler

# A little more than any of our forms takes: the form itself says that it is too much.
MAX_BYTES = 11_000_000


class CappedUploadHandler(MemoryFileUploadHandler):
    """All files of a request in memory, up to the limit; what comes after it is read and dropped.

    A file that was cut says its true size, so its form refuses it with a sentence.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.activated, self.taken = True, 0

    def handle_raw_input(self, *_args: Any, **_kwargs: Any) -> None:
        """Ours whatever the request's length."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.taken <= MAX_BYTES:
            self.taken += len(raw_data)
            self.file.write(raw_data)


def is_over_quota(sent: int, size: int, *more: int) -> bool:
    """Whether somebody who sent so many files, of so many bytes, in a day may not send files of
    these sizes too.
    """
    count, total = sent + len(more), size + sum(more)
    return bool(more) and (count > settings.FILES_PER_DAY or total > settings.FILE_BYTES_PER_DAY)
