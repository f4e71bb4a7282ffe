"""Every published figure counted again from the facts, and held against the rows that are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ledger.audit.findings import Finding, in_order
from ledger.audit.stats import DAILY, QUALITY, RULES, Counting, Figures, disagreements
from ledger.facts import FactStore
from projections import daily_figures, facility_quality
from projections.live_views import live_views
from projections.view import Table

PUBLISHED: Final[Mapping[str, tuple[str, Table]]] = {
    DAILY: ("daily_figures", daily_figures.DAYS),
    QUALITY: ("facility_quality", facility_quality.MONTHS),
    RULES: ("facility_quality", facility_quality.RULES),
}
"""Published table to its view and its form."""
_BATCH: Final = 1_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A published table at one moment."""

    position: int
    """For which it is published."""
    rows: list[dict[str, Any]]


def published(url: str) -> dict[str, Shown]:
    """Return every published table, all at one moment.

    Raises:
        ViewsUnavailableError: The views' database is not there or does not answer.
    """
    with live_views(url) as live:
        standing = {row[0]: row[2] for row in live.registry()}
        return {
            name: Shown(
                int(standing[view]),
                [dict(zip(rows.names, row, strict=True)) for row in live.rows(rows)],
            )
            for name, (view, rows) in PUBLISHED.items()
        }


def recounted(facts: FactStore, tables: Mapping[str, Shown], position: int | None) -> (
    dict[str, Any]
):  # fmt: skip
    """Return all figures as the facts make them, and where a published one differs.

    Args:
        facts: Without personal parts.
        tables: What is published.
        position: Whose figures are told; None for the latest that is published.
    """
    standing = {shown.position for shown in tables.values()}
    holds = position or max(standing)
    return _compared(_figures(facts, {holds, *standing}), tables, holds)


def _figures(facts: FactStore, positions: set[int]) -> dict[int, Figures]:
    """Return the figures at each of the positions, from one walk."""
    counting, found = Counting(), {}
    head = facts.head()
    for stop in sorted(min(one, head) for one in positions):
        while counting.position < stop:
            limit = min(_BATCH, stop - counting.position)
            counting.take_in(facts.read(after=counting.position, limit=limit))
        found[stop] = counting.figures()
    return found


def _compared(
    figures: Mapping[int, Figures], tables: Mapping[str, Shown], holds: int
) -> dict[str, Any]:
    findings: list[Finding] = []
    told = figures[min(holds, max(figures))]
    answer: list[dict[str, Any]] = []
    for name, shown in tables.items():
        made = figures.get(shown.position)
        if made is not None:
            keys = PUBLISHED[name][1].keys
            findings += disagreements(
                name, made.tables[name], shown.rows, keys, shown.position
            )  # fmt: skip
        answer.append({
            "table": name,
            "published_at_position": shown.position,
            "compared": made is not None,
            "figures": [
                {"key": "/".join(key), **sums} for key, sums in sorted(told.tables[name].items())
            ],
        })  # fmt: skip
    return {
        "position": told.position,
        "tables": answer,
        "findings": [one.as_json() for one in in_order(findings)],
    }
