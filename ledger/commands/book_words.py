"""What a book says by itself, beside the visits: the person's own words, a recorded death.

What was taken back reads as a visit that was entered in error: gone from then on, there before.
"""

from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from ledger.clinical.book import Event, Known, fold
from ledger.clinical.entry import Entry, Kind, Status
from ledger.clinical.moments import VIETNAM, seconds, span
from ledger.commands.reading import NOW, ManyStreams, Moments
from ledger.facts import History, RecordedFact
from ledger.identifiers import health_book_stream
from ledger.personal import Erased
from ledger.records.health_book.facts import (
    DeathRecorded,
    DeathWithdrawn,
    SelfEntered,
    SelfWithdrawn,
)

NOT_SENT: Final = 0
"""In place of a form (`ledger.records.visit.Form`): there is no received document behind it."""
UNSORTED: Final = frozenset({Kind.NOTE})
"""Free words that nobody sorts into categories: kept from whoever has any category withheld."""


def words_of(facts: ManyStreams, subjects: Iterable[UUID]) -> list[Known]:
    """Return it as the fold of a book takes it; what was erased is not there."""
    streams = {health_book_stream(one): one for one in subjects}
    histories = facts.histories(list(streams))
    return [
        known
        for stream, subject in streams.items()
        for known in _all_known(histories[stream], subject)
    ]


def _all_known(history: History, subject: UUID) -> Iterator[Known]:
    death: UUID | None = None
    for recorded in history.recorded:
        match recorded.fact:
            case SelfWithdrawn(note=note):
                yield _taken_back(recorded, subject, note)
            case DeathWithdrawn() if death is not None:
                yield _taken_back(recorded, subject, death)
            case _:
                if isinstance(recorded.fact, DeathRecorded):
                    death = recorded.event_id
                yield from _known(recorded, subject)


def _known(recorded: RecordedFact, subject: UUID) -> Iterator[Known]:
    match recorded.fact:
        case SelfEntered(note=str(note)):
            at = recorded.act.at.astimezone(VIETNAM).isoformat(timespec="seconds")
            yield _said(recorded, subject, "", _entry(Kind.NOTE, note, at))
        case DeathRecorded(on=on, evidence=evidence) if not isinstance(on, Erased):
            shown = () if isinstance(evidence, Erased) else (("evidence", evidence),)
            entry = _entry(Kind.DEATH, "Tử vong · Died", on.isoformat(), shown)
            yield _said(recorded, subject, recorded.act.organisation or "", entry)
        case _:
            return


def _entry(kind: Kind, text: str, start: str, details: tuple[tuple[str, str], ...] = ()) -> Entry:
    found = span(start)
    return Entry(
        kind=kind, type="", id="", place=0, status=Status.RECORDED, text=text, start=start,
        at=None if found is None else found[0], details=details,
    )  # fmt: skip


def _said(recorded: RecordedFact, subject: UUID, facility: str, entry: Entry) -> Known:
    """Return it as a visit of its own, so that one fact never takes the place of another."""
    return Known(
        recorded.event_id, 1, Event.RECORDED, subject, facility, recorded.position,
        seconds(recorded.act.at), NOT_SENT, (entry,),
    )  # fmt: skip


def _taken_back(recorded: RecordedFact, subject: UUID, said: UUID) -> Known:
    return Known(
        said, 2, Event.VOIDED, subject, "", recorded.position, seconds(recorded.act.at), NOT_SENT,
        (),
    )  # fmt: skip


def died_on(words: Iterable[Known], moments: Moments = NOW) -> str:
    """Return the day of death, YYYY-MM-DD, as known at those moments; empty if there is none."""
    book = fold(words, as_of=moments.as_of_seconds, effective=moments.effective_end)
    return next((one.entry.start for one in book.items if one.entry.kind is Kind.DEATH), "")
