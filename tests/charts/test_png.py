"""SVG drawings as PNG, without the fonts of the machine."""

import struct

from charts.png import SCALE, png

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" viewBox="0 0 40 30">'
    '<rect width="40" height="30" fill="#fff"/>'
    '<text x="5" y="20" font-family="system-ui, sans-serif" font-size="13">{}</text></svg>'
)


def test_a_picture_has_twice_the_size_of_its_svg():
    content = png(SVG.format("A"))
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", content[16:24]) == (40 * SCALE, 30 * SCALE)


def test_every_letter_of_the_languages_of_the_site_is_drawn():
    # A letter that the font lacks would be drawn as the same box as any other such letter.
    letters = "əğıöşüçƏĞİÖŞÜÇәғқңөұүһіӘҒҚҢӨҰҮҺІяЯ–→“”…·≥"
    box = png(SVG.format("\U0010fffd"))
    drawn = {letter: png(SVG.format(letter)) for letter in letters}
    blank = png(SVG.format(""))
    assert [letter for letter, picture in drawn.items() if picture in (box, blank)] == []
