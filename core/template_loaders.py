"""A template loader that strips indentation."""

import re

from django.template.loaders import filesystem

_INDENTATION = re.compile(r"\n[ \t]+")


class Loader(filesystem.Loader):
    """Loads templates without their indentation, which would be a third of a page's size."""

    def get_contents(self, origin) -> str:
        return _INDENTATION.sub("\n", super().get_contents(origin))
