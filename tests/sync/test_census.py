"""A pass over rows that move while it reads them passes nobody over who is there from its beginning to its end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from budtender.connectors.aiq_options import PAGE
from budtender.connectors.aiq_personas import PersonaPage
from budtender.sync.census import OVERLAP_ROWS, Place

#: Before each page: from where rows are taken away, by their share of the list, how many, and how many are new.
MOVES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(1, 400), st.integers(0, OVERLAP_ROWS)).filter(lambda m: m[1] > m[2])
    | st.none(),
    max_size=12,
)


@given(rows=st.integers(0, 6 * PAGE), moves=MOVES)
def test_nobody_who_stays_is_passed_over(rows: int, moves: list[tuple[float, int, int] | None]) -> None:
    there, stayed, seen = list(range(rows)), set(range(rows)), set[int]()
    place, new = Place(), rows
    for move in [*moves, *[None] * 40]:
        if move is not None:
            share, gone, came = move
            cut = int(share * len(there))
            stayed -= set(there[cut : cut + gone])
            if gone <= len(there) - cut:  # else fewer are gone than are new
                there = [*there[:cut], *there[cut + gone :], *range(new, new + came)]
                new += came
            else:
                there = there[:cut]
        part = there[place.start : place.start + PAGE]
        page = PersonaPage(people=(), came=len(part), total=len(there))
        back = place.stepped_back(page)
        if back is not None:
            place = back
            continue
        seen |= set(part)
        place = place.behind(page)
        if place.is_end(page):
            break
    else:
        raise AssertionError("the pass found no end")
    assert stayed <= seen
