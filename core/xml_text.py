"""Text for XML documents."""

import re

# Characters that XML 1.0 does not allow, not even escaped.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def xml_text(text: str) -> str:
    """A text without the characters that XML does not allow, but texts of sources may have."""
    return _NOT_XML.sub("", text)
