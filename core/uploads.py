"""Uploads of any size, without filling the disk."""

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Keeps a file up to `settings.LARGEST_UPLOAD` bytes; the rest is counted and let go.

    The size of the file stays what was sent, so that its form refuses it with the reason.
    """

    def receive_data_chunk(self, raw_data, start):
        if start < settings.LARGEST_UPLOAD:
            super().receive_data_chunk(raw_data, start)
