"""How templates are read."""

import re

from django.template.loaders import filesystem

_INDENTATION = re.compile(r"\n[ \t]+")


class Loader(filesystem.Loader):
    """The templates without their indentation, which would be a third of what a page sends."""

    def get_contents(self, origin) -> str:
        return _INDENTATION.sub("\n", super().get_contents(origin))
