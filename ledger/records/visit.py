"""A visit: what one facility sent of one treatment episode. Facts, state, decisions.

The received bytes are the fact: compressed with a numbered dictionary, sealed, never written anew.
A FHIR resource that is sent outside of any visit is kept in the same way, on a stream of its own.
Which facility sent it stands in the act; when it happened stands in the document alone, for a day
beside a pseudonym would point at a person.

    sent the first time             recorded
    the same bytes as now           nothing: it is the same message again
    other bytes                     corrected, with a reason, on the revision that the sender knows
    bytes of an older revision      refused: a message that was late on its way
    entered in error                voided; a correction brings it back
    the wrong person                reassigned: sealed anew under the other person's key

Source: Decision 130/QĐ-BYT and 3176/QĐ-BYT (a sent file is never overwritten; a resend says why).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TypeAlias, assert_never
from uuid import UUID

from ledger.attached_files import check_file
from ledger.errors import RefusedError
from ledger.names import check_text
from ledger.personal import Erased, Health, HealthRestricted

MAX_REASON = 500
"""Characters of a reason."""


class Form(IntEnum):
    """What the received bytes are."""

    FHIR_VISIT = 1
    """A Bundle with one Encounter."""
    FHIR_RESOURCE = 2
    """One resource outside of any visit."""
    FHIR_DOCUMENT = 3
    """A document Bundle, such as a patient summary from abroad."""
    INSURANCE_XML = 4
    """The tables of one episode. Source: Decision 3176/QĐ-BYT."""


@dataclass(frozen=True, slots=True)
class VisitRecorded:
    """A facility sent it for the first time."""

    form: Form
    schema: str
    """Version of the rules that it was accepted under, such as ``r4-1f3a90c2``."""
    dictionary: int
    """Which dictionary the document is compressed with; see `ledger.documents`."""
    document: Health[bytes]
    """The received bytes, packed; without the restricted entries, where there are any."""


@dataclass(frozen=True, slots=True)
class VisitRecordedInParts(VisitRecorded):
    """It came for the first time, and some of it is shown to few: that is sealed apart."""

    second: int
    """Which dictionary the withheld part is compressed with."""
    withheld: HealthRestricted[bytes]
    """With the document, the received bytes: see `ledger.document_parts`; packed."""


@dataclass(frozen=True, slots=True)
class RestrictedPartKept:
    """The revision before holds what is shown to few: here is the whole of what was received."""

    dictionary: int
    document: HealthRestricted[bytes]


@dataclass(frozen=True, slots=True)
class VisitCorrected:
    """The facility sent other bytes under the same key."""

    form: Form
    schema: str
    dictionary: int
    reason: Health[str]
    document: Health[bytes]


@dataclass(frozen=True, slots=True)
class VisitVoided:
    """It was entered in error: hidden in the book, kept in its history."""

    reason: Health[str]


@dataclass(frozen=True, slots=True)
class VisitReassigned:
    """It was about somebody else; sealed under that person's key from here on."""

    origin: UUID
    """Pseudonym of the person under whom it was recorded."""
    to: UUID
    form: Form
    schema: str
    dictionary: int
    reason: Health[str]
    document: Health[bytes]


@dataclass(frozen=True, slots=True)
class ReadersTold:
    """Those who had read it under the wrong person were told so."""

    origin: UUID
    readers: tuple[str, ...]
    """References of accounts, sorted."""


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often one rule was not met."""

    rule: str
    count: int


@dataclass(frozen=True, slots=True)
class VisitQualityAssessed:
    """What the later checks found: terminology, profiles, dates. It blocks and changes nothing."""

    revision: int
    assessor: str
    """Name and version of the checks."""
    errors: int
    warnings: int
    late: bool
    """Whether it came long after what it tells of."""
    rules: tuple[RuleCount, ...]
    """Sorted by rule."""


@dataclass(frozen=True, slots=True)
class DocumentAttached:
    """A file belongs to it, kept outside of the ledger under the hash of its sealed bytes."""

    address: bytes
    """SHA-256 of the sealed bytes."""
    size: int
    media_type: str
    title: Health[str]


Fact: TypeAlias = (
    VisitRecorded
    | RestrictedPartKept
    | VisitCorrected
    | VisitVoided
    | VisitReassigned
    | ReadersTold
    | VisitQualityAssessed
    | DocumentAttached
)

TOPICS: dict[str, type] = {
    "visit.recorded/1": VisitRecorded,
    "visit.recorded_in_parts/1": VisitRecordedInParts,
    "visit.restricted_kept/1": RestrictedPartKept,
    "visit.corrected/1": VisitCorrected,
    "visit.voided/1": VisitVoided,
    "visit.reassigned/1": VisitReassigned,
    "visit.readers_told/1": ReadersTold,
    "visit.quality_assessed/1": VisitQualityAssessed,
    "visit.attached/1": DocumentAttached,
}
"""Stored name with schema version, and the fact; never renamed once written."""


@dataclass(frozen=True, slots=True)
class Packed:
    """Bytes as `ledger.documents` packs them."""

    dictionary: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of what was sent."""

    form: Form
    schema: str
    dictionary: int
    document: bytes | Erased
    restricted: tuple[int, bytes | Erased] | None = None
    """Dictionary and document of the whole, where the other one is without restricted entries."""
    withheld: tuple[int, bytes | Erased] | None = None
    """Dictionary and what the document is without, where that is kept in place of the whole."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as the facts so far tell."""

    revisions: tuple[Revision, ...]
    """Oldest first; never empty."""
    voided: bool = False
    subject: UUID | None = None
    """The person it was reassigned to; None while it is still the first one's."""
    assessed: int = 0
    """The newest revision that the later checks have looked at."""
    attached: tuple[DocumentAttached, ...] = ()

    @property
    def revision(self) -> int:
        """Number of the newest revision, from 1 on."""
        return len(self.revisions)

    @property
    def newest(self) -> Revision:
        """What was sent last."""
        return self.revisions[-1]


@dataclass(frozen=True, slots=True)
class Sent:
    """What a facility sends: checked, packed, not yet a fact."""

    form: Form
    schema: str
    received: bytes
    """As it came."""
    document: Packed
    """Of the received bytes, or of them without the restricted entries."""
    restricted: Packed | None = None
    """Of the received bytes, where ``document`` is without something."""
    withheld: Packed | None = None
    """What ``document`` is without; for a first time, in place of ``restricted``."""


def evolve(state: Visit | None, fact: Fact) -> Visit:
    """Return the visit after ``fact``."""
    if isinstance(fact, VisitRecorded):
        return Visit((_revision(fact),))
    assert state is not None, "a visit's first fact is its recording"
    match fact:
        case VisitCorrected():
            return replace(state, revisions=(*state.revisions, _revision(fact)), voided=False)
        case RestrictedPartKept():
            whole = replace(state.newest, restricted=(fact.dictionary, fact.document))
            return replace(state, revisions=(*state.revisions[:-1], whole))
        case VisitReassigned():
            moved = _revision(fact)
            revisions = (*state.revisions, moved)
            # Its files are sealed anew and named again, too.
            return replace(state, revisions=revisions, subject=fact.to, attached=())
        case VisitVoided():
            return replace(state, voided=True)
        case _:
            return _noted(state, fact)


def _noted(state: Visit, fact: ReadersTold | VisitQualityAssessed | DocumentAttached) -> Visit:
    match fact:
        case VisitQualityAssessed():
            return replace(state, assessed=fact.revision)
        case DocumentAttached():
            return replace(state, attached=(*state.attached, fact))
        case ReadersTold():
            return state
        case _:
            assert_never(fact)


def _revision(fact: VisitRecorded | VisitCorrected | VisitReassigned) -> Revision:
    withheld = (fact.second, fact.withheld) if isinstance(fact, VisitRecordedInParts) else None
    return Revision(fact.form, fact.schema, fact.dictionary, fact.document, withheld=withheld)


def fold(facts: Iterable[Fact]) -> Visit | None:
    """Return the visit after all ``facts``; None if there are none."""
    state: Visit | None = None
    for fact in facts:
        state = evolve(state, fact)
    return state


def take_in(
    state: Visit | None, *, sent: Sent, known: Sequence[bytes | None] = (),
    reason: str | None = None, expected: int | None = None,
) -> tuple[Fact, ...]:  # fmt: skip
    """Return what is new about the visit; nothing, if the same was sent before.

    ``known`` holds the received bytes of every revision, oldest first, None where erased;
    ``expected`` is the revision that the sender means to correct, where they name it.

    Raises:
        RefusedError: ``stale_resend``, ``correction_needs_a_reason`` or ``revision_differs``.
    """
    if state is None:
        return (_first(sent),)
    assert len(known) == state.revision, "the bytes of every revision are compared"
    if sent.received == known[-1] and not state.voided:
        return ()
    if sent.received in known[:-1]:
        raise RefusedError("stale_resend", "an older version of this visit came again")
    checked = _check_reason(reason)
    _check_revision(state, expected)
    corrected = VisitCorrected(
        sent.form, sent.schema, sent.document.dictionary, checked, sent.document.data
    )
    return (corrected, *_kept(sent.restricted))


def _first(sent: Sent) -> VisitRecorded:
    shown, apart = sent.document, sent.withheld
    if apart is None:
        return VisitRecorded(sent.form, sent.schema, shown.dictionary, shown.data)
    return VisitRecordedInParts(
        sent.form, sent.schema, shown.dictionary, shown.data, apart.dictionary, apart.data
    )


def _kept(whole: Packed | None) -> tuple[RestrictedPartKept, ...]:
    return () if whole is None else (RestrictedPartKept(whole.dictionary, whole.data),)


def void(state: Visit, *, reason: str, expected: int | None = None) -> VisitVoided:
    """Return that it was entered in error, or refuse."""
    if state.voided:
        raise RefusedError("already_voided", "this visit is marked as entered in error already")
    _check_revision(state, expected)
    return VisitVoided(_check_reason(reason))


def reassign(
    state: Visit, *, origin: UUID, to: UUID, document: Packed, restricted: Packed | None,
    reason: str, expected: int | None = None,
) -> tuple[Fact, ...]:  # fmt: skip
    """Return the reassignment from ``origin`` to ``to``; to be sealed for ``to``.

    ``document`` and ``restricted`` hold what the newest revision holds: its content is the same.
    ``expected`` is the revision that the caller means, where they name it.
    """
    _check_revision(state, expected)
    if origin == to:
        raise RefusedError("same_person", "expected another person than now")
    _check_stands(state)
    newest = state.newest
    moved = VisitReassigned(
        origin, to, newest.form, newest.schema, document.dictionary, _check_reason(reason),
        document.data,
    )  # fmt: skip
    return (moved, *_kept(restricted))


def assess(
    state: Visit, *, assessor: str, errors: int, warnings: int, late: bool,
    rules: Iterable[RuleCount],
) -> tuple[VisitQualityAssessed, ...]:  # fmt: skip
    """Return what the later checks found of the newest revision; nothing if they had looked."""
    if state.assessed >= state.revision:
        return ()
    counts = tuple(sorted(rules, key=lambda one: one.rule))
    return (VisitQualityAssessed(state.revision, assessor, errors, warnings, late, counts),)


def attach(
    state: Visit, *, address: bytes, size: int, media_type: str, title: str
) -> tuple[DocumentAttached, ...]:
    """Return that a file belongs to it; nothing if it was attached before.

    ``address`` is the SHA-256 of the file's sealed bytes, which lie outside of the ledger.

    Raises:
        RefusedError: ``voided``.
        InvalidInputError: A part has the wrong form.
    """
    _check_stands(state)
    check_file(address, size, media_type)
    checked = check_text(title, place="title", longest=MAX_REASON)
    if any(one.address == address for one in state.attached):
        return ()
    return (DocumentAttached(address, size, media_type, checked),)


def _check_stands(state: Visit) -> None:
    if state.voided:
        raise RefusedError("voided", "this visit is marked as entered in error; correct it first")


def _check_reason(reason: str | None) -> str:
    if reason is None or not reason.strip():
        raise RefusedError("correction_needs_a_reason", "expected why it differs from before")
    return check_text(reason, place="reason", longest=MAX_REASON)


def _check_revision(state: Visit, expected: int | None) -> None:
    if expected is not None and expected != state.revision:
        raise RefusedError("revision_differs", f"the visit is at revision {state.revision}")
