"""What is asked about appointments, as it stands; and what a facility's acts make of it.

Whatever ends an appointment ends what is asked about it, in the same transaction: on the page of
asks or beside it, the person is told the same. `ledger.commands.asking` and `answering` are the
commands themselves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import cast
from uuid import UUID

from ledger.errors import NotFoundError
from ledger.facts import Change, FactStore, History
from ledger.identifiers import appointment_request_stream
from ledger.records.appointment_request import request as record
from ledger.records.appointment_request.facts import AppointmentRequestMade, AskKind, Fact
from ledger.records.appointment_request.request import Ask

Beside = Callable[[], Sequence[Change]]
"""What is appended with an act, decided anew each time that somebody was faster."""


def nothing() -> tuple[Change, ...]:
    """Return that nothing is appended beside."""
    return ()


@dataclass(frozen=True, slots=True)
class AskOnFile:
    """An ask with the stream that it was folded from."""

    history: History
    state: Ask

    @property
    def ask(self) -> UUID:
        """Its stream."""
        return self.history.stream_id

    @property
    def subject(self) -> UUID:
        """Pseudonym of the person for whom it was made."""
        subject = self.history.recorded[0].subject
        assert subject is not None, "an ask is somebody's"
        return subject

    def then(self, *facts: Fact) -> Change:
        """Return the change that appends ``facts``."""
        return self.history.then(*facts, subject=self.subject)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked about one appointment."""

    last: AskOnFile | None
    times: int
    following: History
    """The stream of the next ask, which is empty."""


def load(facts: FactStore, ask: UUID) -> AskOnFile:
    """Return an ask.

    Raises:
        NotFoundError: There is none.
    """
    found = _on_file(facts.history(ask))
    if found is None:
        raise NotFoundError("no ask is known under this reference")
    return found


def _on_file(history: History) -> AskOnFile | None:
    # Whoever asks may name the stream of something else.
    if not isinstance(next(iter(history.facts), None), AppointmentRequestMade):
        return None
    state = record.fold(cast("tuple[Fact, ...]", history.facts))
    assert state is not None, "it was made"
    return AskOnFile(history, state)


def asked_about(facts: FactStore, appointment: UUID) -> Asked:
    """Return what was asked about an appointment; costs as many reads as it was asked about."""
    last: AskOnFile | None = None
    for ordinal in count(1):
        history = facts.history(appointment_request_stream(appointment, ordinal))
        if not history.version:
            return Asked(last, ordinal - 1, history)
        last = _on_file(history)
    raise AssertionError("counting has no end")


def when_ended(
    facts: FactStore, appointment: UUID, *, by: AskKind | None, replaced_by: UUID | None = None
) -> tuple[Change, ...]:
    """Return what becomes of the open ask about an appointment that ends by ``by``."""
    last = asked_about(facts, appointment).last
    if last is None:
        return ()
    decided = record.appointment_ended(last.state, by=by, replaced_by=replaced_by)
    return (last.then(*decided),) if decided else ()


def when_issued(facts: FactStore, certificate: UUID) -> tuple[Change, ...]:
    """Return the answer to the ask for which a new appointment was drafted; nothing without one.

    The draft's act names the ask, and the ask names the draft.
    """
    ask = facts.history(certificate).recorded[0].act.correlation
    found = None if ask is None else _on_file(facts.history(ask))
    if found is None:
        return ()
    decided = record.issued(found.state, appointment=certificate)
    return (found.then(*decided),) if decided else ()
