"""What desks and holders ask of their papers, in pages that cost the same wherever they begin."""

from typing import Final
from uuid import UUID

from projections.paper_desk import PAPERS, PaperRow
from projections.view_store import Session

MOST: Final = 200
"""Rows a page."""
_COLUMNS: Final = ", ".join(f"p.{name}" for name in PAPERS.names)
_LAST: Final = 1 << 62


def papers_of_facility(
    session: Session,
    *,
    facility: str,
    kind: str,
    role: str,
    stage: str | None = None,
    after: str = "",
    limit: int = MOST,
) -> tuple[PaperRow, ...]:
    """Return the papers of ``kind`` that a facility issued or that are addressed to it.

    Args:
        session: A reading transaction.
        facility: Its code.
        kind: Of the papers.
        role: ``from`` for its own, ``to`` for those addressed to it.
        stage: Only those that are there.
        after: Reference of the last one of the page before.
        limit: Most rows.
    """
    condition, values = ("AND p.stage = ?", (stage,)) if stage is not None else ("", ())
    found = session.execute(
        f"SELECT {_COLUMNS} FROM paper_places q JOIN paper_desk p "  # noqa: S608 (our own words)
        "ON p.certificate = q.certificate WHERE q.facility = ? AND q.certificate > ? "
        f"AND q.role = ? AND p.kind = ? {condition} ORDER BY q.certificate LIMIT ?",
        (facility, after, role, kind, *values, limit),
    )
    return tuple(PaperRow._make(row) for row in found)


def papers_of_holder(
    session: Session, subject: UUID, *, before: int | None = None, limit: int = MOST
) -> tuple[tuple[int, PaperRow], ...]:
    """Return a person's papers with a number below ``before``, the newest first."""
    found = session.execute(
        f"SELECT h.number, {_COLUMNS} FROM papers_held h JOIN paper_desk p "  # noqa: S608 (our own words)
        "ON p.certificate = h.certificate WHERE h.subject = ? AND h.number < ? "
        "ORDER BY h.number DESC LIMIT ?",
        (str(subject), _LAST if before is None else before, limit),
    )
    return tuple((int(row[0]), PaperRow._make(row[1:])) for row in found)
