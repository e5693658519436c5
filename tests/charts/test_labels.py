"""Labels at the ends of lines: wrapping, and placing without overlaps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.labels import spread, wrapped


def test_labels_with_enough_room_stay_at_their_lines():
    assert spread([(50, 10), (20, 10), (80, 20)], 0, 100) == [50, 20, 80]


def test_labels_that_overlap_move_apart_by_as_little_as_possible():
    assert spread([(50, 10), (52, 10)], 0, 100) == [46, 56]


def test_labels_keep_the_order_of_their_lines():
    assert spread([(52, 10), (50, 10), (51, 10)], 0, 100) == [61, 41, 51]


def test_labels_stay_between_the_limits():
    assert spread([(0, 10), (2, 10), (100, 20)], 0, 100) == [5, 15, 90]


def test_labels_without_room_are_not_placed():
    assert spread([(10, 60), (20, 60)], 0, 100) is None


@given(
    st.lists(
        st.tuples(st.integers(-50, 350).map(float), st.sampled_from([17.0, 32.0, 47.0])), max_size=6
    )
)
def test_no_label_ever_covers_another(labels):
    middles = spread(labels, 0, 400)
    if middles is None:
        assert sum(height for _wanted, height in labels) > 400
        return
    placed = sorted(
        (middle - height / 2, middle + height / 2)
        for middle, (_wanted, height) in zip(middles, labels, strict=True)
    )
    edges = [0.0, *(edge for pair in placed for edge in pair), 400.0]
    assert all(later >= earlier - 0.11 for earlier, later in zip(edges, edges[1:], strict=False))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Azerbaijan", ("Azerbaijan",)),
        ("Kazakhstan: Exports", ("Kazakhstan:", "Exports")),
        ("one two three four five six", ("one two", "three four", "five six")),
        ("one two three four five six seven", ("one two", "three four", "five six…")),
    ],
)
def test_long_labels_are_wrapped_and_then_cut(text, lines):
    assert wrapped(text, 12, 3) == lines
