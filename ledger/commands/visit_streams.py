"""A visit's stream as it stands: its state, whose it is now, the received bytes of a revision."""

from typing import Final, cast
from uuid import UUID

from ledger import documents
from ledger.commands.loading import Loaded
from ledger.document_parts import together
from ledger.errors import NotFoundError
from ledger.facts import FactStore, History, RecordedFact
from ledger.personal import Erased
from ledger.records import visit
from ledger.records.visit import Visit, VisitCorrected, VisitReassigned, VisitRecorded

REVISIONS: Final = (VisitRecorded, VisitCorrected, VisitReassigned)
"""The facts that begin a revision."""


def load_visit(facts: FactStore, stream: UUID) -> Loaded[Visit]:
    """Return a visit.

    Raises:
        NotFoundError: There is none.
    """
    history = facts.history(stream)
    # Whoever asks may name the stream of something else.
    if not isinstance(next(iter(history.facts), None), VisitRecorded):
        raise NotFoundError("no visit is known under this reference")
    state = state_of(history)
    assert state is not None, "it was recorded"
    return Loaded(history, state)


def sender_of(history: History) -> str:
    """Return the code of the facility that sent a visit that there is."""
    return history.recorded[0].act.organisation or ""


def subject_of(history: History) -> UUID | None:
    """Return whose a visit is now; None if its stream is empty."""
    recorded = [one for one in history.recorded if isinstance(one.fact, REVISIONS)]
    return recorded[-1].subject if recorded else None


def document_of(revision: visit.Revision, *, whole: bool = True) -> bytes | None:
    """Return the received bytes of a revision; None if they are erased.

    Without ``whole`` what is without the restricted entries.
    """
    dictionary, packed = revision.dictionary, revision.document
    if whole and revision.restricted is not None:
        dictionary, packed = revision.restricted
    if isinstance(packed, Erased):
        return None
    shown = documents.unpack(dictionary, packed)
    if not whole or revision.withheld is None:
        return shown
    second, apart = revision.withheld
    return None if isinstance(apart, Erased) else together(shown, documents.unpack(second, apart))


def state_of(history: History) -> Visit | None:
    """Return the visit whose stream ``history`` is; None if it is empty."""
    return visit.fold(cast("tuple[visit.Fact, ...]", history.facts))


def newest(history: History) -> RecordedFact:
    """Return the fact that began the newest revision of a visit that there is."""
    return next(one for one in reversed(history.recorded) if isinstance(one.fact, REVISIONS))
