"""Uploads of any size, without filling the disk."""

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Stores a file up to about `settings.LARGEST_UPLOAD` bytes; the rest is counted and discarded.

    The size of the file is the size sent, so that the form rejects it and says why.
    """

    def receive_data_chunk(self, raw_data, start):
        if start < settings.LARGEST_UPLOAD:
            super().receive_data_chunk(raw_data, start)
