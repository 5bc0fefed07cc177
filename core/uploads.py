"""What a form may send as files, whatever its page: nothing of it fills memory or disk."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler

# A little more than any of our forms takes: the form itself says that it is too much.
MAX_BYTES = 6_000_000


class CappedUploadHandler(FileUploadHandler):
    """Goes first. What comes after the limit, over all files of a request, is read and dropped.

    The file that is cut stays longer than its form allows, so it is refused there with a sentence.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.taken > MAX_BYTES:
            return None
        self.taken += len(raw_data)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
