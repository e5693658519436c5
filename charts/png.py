"""PNG pictures of SVG drawings, with a font of our own: servers may have none."""

import resvg_py
from fontpkg import path

FAMILY = "IBM Plex Sans"
# Two pixels for each unit, as for screens of high density and for slides.
SCALE = 2
# The most units of an SVG's area: 25 million pixels take 100 MB while they are drawn.
LARGEST = 25_000_000 // SCALE**2


def png(svg: str) -> bytes:
    """A standalone SVG as a PNG of twice its size. All text is in one font, so that the picture
    is the same on every machine; letters that the font lacks are drawn as boxes."""
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=SCALE,
        skip_system_fonts=True,
        font_files=[str(path(FAMILY))],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )
