"""From the facts of a visit to what the book knows of it: the one place where the two meet."""

from collections.abc import Iterable
from typing import Final, NamedTuple, Protocol, TypeAlias
from uuid import UUID

from ledger.clinical.book import Event, Known
from ledger.clinical.entry import Entry
from ledger.clinical.moments import seconds
from ledger.facts import RecordedFact
from ledger.personal import Erased
from ledger.records.visit import (
    Form,
    RestrictedPartKept,
    VisitCorrected,
    VisitReassigned,
    VisitRecorded,
    VisitRecordedInParts,
    VisitVoided,
)

Withheld: TypeAlias = tuple[int, bytes] | None
"""Dictionary and packed bytes of what a document is without (`ledger.document_parts`)."""


class ReadDocument(Protocol):
    """From form, dictionary and packed bytes to what the document says."""

    def __call__(
        self, form: Form, dictionary: int, packed: bytes, withheld: Withheld = None, /
    ) -> tuple[Entry, ...]:
        """Return its entries; with what it is without, those of the whole."""
        ...


VISIT_FACTS: Final = (
    VisitRecorded, VisitRecordedInParts, VisitCorrected, RestrictedPartKept, VisitVoided,
    VisitReassigned,
)  # fmt: skip
"""The facts that change what a book shows; the other ones of a visit do not."""


class Holder(NamedTuple):
    """What has to be kept of a visit to understand its next fact."""

    subject: UUID
    facility: str
    form: Form
    voided: bool = False


def told(
    recorded: RecordedFact, holder: Holder | None, read: ReadDocument
) -> tuple[Holder, tuple[Known, ...]]:
    """Return who holds the visit after a fact of `VISIT_FACTS`, and what the book learns of it.

    What was erased teaches nothing but that it was there.
    """
    fact = recorded.fact
    if isinstance(fact, VisitRecorded):
        assert recorded.subject is not None, "a visit is about somebody"
        first = Holder(recorded.subject, recorded.act.organisation or "", fact.form)
        known = _known(recorded, first, Event.RECORDED, _read(fact, read))
        if not isinstance(fact, VisitRecordedInParts):
            return first, (known,)
        return first, (known, _known(recorded, first, Event.RESTRICTED, _withheld(fact, read)))
    assert holder is not None, "a visit's first fact is its recording"
    match fact:
        case VisitCorrected():
            now = holder._replace(form=fact.form, voided=False)
            return now, (_known(recorded, now, Event.CORRECTED, _read(fact, read)),)
        case RestrictedPartKept():
            return holder, (_known(recorded, holder, Event.RESTRICTED, _kept(fact, holder, read)),)
        case VisitVoided():
            return holder._replace(voided=True), (_known(recorded, holder, Event.VOIDED),)
        case VisitReassigned():
            return _moved(recorded, fact, holder, read)
        case _:
            return holder, ()


def _moved(
    recorded: RecordedFact, fact: VisitReassigned, holder: Holder, read: ReadDocument
) -> tuple[Holder, tuple[Known, ...]]:
    now = holder._replace(subject=fact.to, form=fact.form)
    left = _known(recorded, holder, Event.LEFT)
    arrived = _known(recorded, now, Event.ARRIVED, _read(fact, read))
    still_voided = (_known(recorded, now, Event.VOIDED),) if holder.voided else ()
    return now, (left, arrived, *still_voided)


def _known(
    recorded: RecordedFact, holder: Holder, event: Event, entries: tuple[Entry, ...] = ()
) -> Known:
    return Known(
        recorded.stream_id, recorded.version, event, holder.subject, holder.facility,
        recorded.position, seconds(recorded.act.at), holder.form.value, entries,
    )  # fmt: skip


def _read(
    fact: VisitRecorded | VisitCorrected | VisitReassigned, read: ReadDocument
) -> tuple[Entry, ...]:
    if isinstance(fact.document, Erased):
        return ()
    return read(fact.form, fact.dictionary, fact.document)


def _withheld(fact: VisitRecordedInParts, read: ReadDocument) -> tuple[Entry, ...]:
    """Return the withheld entries alone, as they stand in the whole."""
    if isinstance(fact.document, Erased) or isinstance(fact.withheld, Erased):
        return ()
    apart = fact.second, fact.withheld
    whole = read(fact.form, fact.dictionary, fact.document, apart)
    return tuple(entry for entry in whole if entry.categories)


def _kept(fact: RestrictedPartKept, holder: Holder, read: ReadDocument) -> tuple[Entry, ...]:
    """Return the withheld entries alone: the others stand in the part before."""
    if isinstance(fact.document, Erased):
        return ()
    whole = read(holder.form, fact.dictionary, fact.document)
    return tuple(entry for entry in whole if entry.categories)


def known_of(history: Iterable[RecordedFact], read: ReadDocument) -> list[Known]:
    """Return what the book knows of one visit, from all facts of its stream."""
    holder: Holder | None = None
    known: list[Known] = []
    for recorded in history:
        if isinstance(recorded.fact, VISIT_FACTS):
            holder, more = told(recorded, holder, read)
            known.extend(more)
    return known
