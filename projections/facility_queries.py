"""Facilities by name: each word that is typed begins a word of theirs, in whatever order.

The rarest of the words leads. At most `MOST_LOOKED_AT` of its facilities are held against the
others, so that an answer costs the same however many facilities there are; a search so broad that
this is not enough says that there are more.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from projections.facility_register import REGISTER, FacilityRow, search_words
from projections.view_store import Session

MOST: Final = 20
"""Facilities of an answer."""
MOST_WORDS: Final = 8
"""Words that are compared; the rest of a long name tells no two facilities apart."""
MOST_LOOKED_AT: Final = 1_000
"""Facilities of one word that are looked at: one in thirteen of the country's 12,693."""
_AFTER: Final = "\U0010ffff"
"""Behind every letter: what begins with a word stands between it and it with this at its end."""
_COLUMNS: Final = ", ".join(REGISTER.names)


class Named(NamedTuple):
    """What a search found, by name."""

    facilities: tuple[FacilityRow, ...]
    more: bool
    """Whether others fit, too, or could not all be looked at."""


def facilities_named(session: Session, text: str, *, limit: int = MOST) -> Named:
    """Return facilities that may be asked and whose name fits ``text``; none for no word."""
    words = search_words(text)[:MOST_WORDS]
    found = {word: _looked_at(session, word) for word in words}
    rarest = min(words, key=lambda word: found[word], default="")
    if not found.get(rarest):
        return Named((), more=False)
    codes = _fitting(session, rarest, [one for one in words if one != rarest], limit + 1)
    more = len(codes) > limit or found[rarest] >= MOST_LOOKED_AT
    return Named(_rows(session, codes[:limit]), more)


def _looked_at(session: Session, word: str) -> int:
    """Return how many words begin so, as far as they are counted."""
    rows = session.execute(
        "SELECT count(*) FROM (SELECT 1 FROM facility_words WHERE word >= ? AND word < ? "
        "LIMIT ?) counted",
        (word, word + _AFTER, MOST_LOOKED_AT),
    )
    return int(rows[0][0])


def _fitting(session: Session, first: str, others: Sequence[str], limit: int) -> list[str]:
    """Return codes, in the order of the names."""
    also = " AND d.words LIKE ?" * len(others)
    rows = session.execute(
        "SELECT DISTINCT d.words, d.code FROM (SELECT code, words FROM facility_words "  # noqa: S608 (our own words)
        "WHERE word >= ? AND word < ? ORDER BY word, code LIMIT ?) d "
        f"WHERE 1 = 1{also} ORDER BY d.words, d.code LIMIT ?",
        (first, first + _AFTER, MOST_LOOKED_AT, *(f"% {word}%" for word in others), limit),
    )
    return [str(row[1]) for row in rows]


def _rows(session: Session, codes: Sequence[str]) -> tuple[FacilityRow, ...]:
    if not codes:
        return ()
    marks = ", ".join("?" * len(codes))
    rows = session.execute(
        f"SELECT {_COLUMNS} FROM facility_register WHERE code IN ({marks})",  # noqa: S608 (our own words)
        codes,
    )
    known = {row.code: row for row in map(FacilityRow._make, rows)}
    return tuple(known[code] for code in codes)
