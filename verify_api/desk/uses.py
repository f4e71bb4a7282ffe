"""What a paper's own use says, read from its stream alone: no view, nothing of what it says."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple, cast
from uuid import UUID

from ledger.certificates.kinds.appointment import KIND as APPOINTMENT
from ledger.certificates.kinds.referral import KIND as REFERRAL
from ledger.facts import FactStore
from ledger.identifiers import appointment_stream, referral_stream
from ledger.records.appointment import facts as appointment_facts
from ledger.records.appointment import use as appointment
from ledger.records.referral import facts as referral_facts
from ledger.records.referral import use as referral
from verify_api.acceptance import NO_USE, UseEvidence, UseStage


class _Reader(NamedTuple):
    """Where the use of one kind of paper stands, and how it is read."""

    stream: Callable[[UUID], UUID]
    topics: Sequence[str]
    read: Callable[[tuple[object, ...]], UseEvidence]


def use_on_file(facts: FactStore, certificate: UUID, kind: str) -> UseEvidence:
    """Return what is known of the use of a certificate of ``kind``; `NO_USE` for kinds without.

    A paper that was issued and whose use was not opened yet is available.
    """
    reader = _READERS.get(kind)
    if reader is None:
        return NO_USE
    return reader.read(facts.excerpt(reader.stream(certificate), reader.topics).facts)


def _referral(facts: tuple[object, ...]) -> UseEvidence:
    state = referral.fold(cast("tuple[referral_facts.Fact, ...]", facts))
    if state is None:
        return UseEvidence(UseStage.AVAILABLE)
    last = state.use or (state.past[-1] if state.past else None)
    return UseEvidence(
        _REFERRAL_STAGES[state.stage],
        None if last is None else last.facility,
        None if last is None else last.since,
        state.presented,
        state.needs_appointment,
    )


def _appointment(facts: tuple[object, ...]) -> UseEvidence:
    state = appointment.fold(cast("tuple[appointment_facts.Fact, ...]", facts))
    if state is None:
        return UseEvidence(UseStage.AVAILABLE)
    return UseEvidence(_APPOINTMENT_STAGES[state.stage], state.used_by, state.used_at)


_REFERRAL_STAGES: Final = {
    referral.Stage.AVAILABLE: UseStage.AVAILABLE,
    referral.Stage.PRESENTED: UseStage.AVAILABLE,
    referral.Stage.IN_USE: UseStage.IN_USE,
    referral.Stage.CLOSED: UseStage.USED_UP,
    referral.Stage.REJECTED: UseStage.FINALLY_REJECTED,
    referral.Stage.CANCELLED: UseStage.TAKEN_BACK,
}
_APPOINTMENT_STAGES: Final = {
    appointment.Stage.ISSUED: UseStage.AVAILABLE,
    appointment.Stage.MISSED: UseStage.AVAILABLE,
    appointment.Stage.CONSUMED: UseStage.USED_UP,
    appointment.Stage.RESCHEDULED: UseStage.MOVED,
    appointment.Stage.CANCELLED: UseStage.TAKEN_BACK,
}
_READERS: Final[Mapping[str, _Reader]] = MappingProxyType({
    REFERRAL.code: _Reader(referral_stream, tuple(referral_facts.TOPICS), _referral),
    APPOINTMENT.code: _Reader(
        appointment_stream, tuple(appointment_facts.TOPICS), _appointment),
})  # fmt: skip
