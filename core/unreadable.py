"""The reason why a file cannot be read, as the child process reports it: without Django."""


def _(words: str) -> str:
    """Mark words for translation. Django's function needs settings, which the child lacks."""
    return words


class Unreadable(ValueError):
    """A file whose text cannot be extracted: `message` says why, with placeholders for `values`.

    The message is only marked for translation; the code that shows it translates it.
    """

    def __init__(self, message: str, **values):
        super().__init__(message, values)
        self.message, self.values = message, values
