"""What referrals and appointments have in common: drafted by a facility, signed with its key.

The facility that an officer acts for is the act's organisation. A paper's content names it, the
key that signs is its own, and its name on the paper is the one in the register of facilities.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast
from uuid import UUID

from keys.trust_list import TrustedKey
from ledger.calendar import local_day
from ledger.certificates import lifecycle
from ledger.certificates.health_paper import SALT_BYTES
from ledger.certificates.kind import CertificateKind, Holder
from ledger.certificates.lifecycle import Course, Phase, course
from ledger.certificates.lifecycle_facts import STEPS, Fact, Reason, Step
from ledger.certificates.register import number_stream
from ledger.commands import certificates, issuing
from ledger.commands.appointment_asks import Beside, nothing
from ledger.commands.books import subjects_of
from ledger.commands.certificates import CertificateOnFile, WrittenDecision
from ledger.commands.facilities import check_may_send, load_facility
from ledger.commands.issuing import IssuedCertificate, IssuingDesk
from ledger.commands.loading import answered, until_settled
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.facts import Act, Change, FactStore, Idempotency, Receipt
from ledger.identifiers import visit_stream
from ledger.names import check_text
from ledger.personal import Erased
from ledger.records import paper_key
from ledger.records.paper_key import KeyKind, PaperKeyTaken, paper_key_stream

YEARS_BACK: Final = 2
"""Years of issue in which a number is looked for: no paper holds longer than one."""

MAX_EPISODE_KEY: Final = 100
"""Characters of MA_LK. Source: Decision 130/QĐ-BYT, table 1."""

PaperKeys = Sequence[tuple[KeyKind, str]]
"""Names that one paper within the facility has."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper as a facility orders it."""

    certificate: UUID
    """A new random reference."""
    subject: UUID
    """Pseudonym of the patient."""
    holder: Holder
    content: Mapping[str, object]
    """Fields of the kind, without those that are added here: names of facilities, the salt."""
    salt: bytes
    """16 random bytes."""


def acting_facility(act: Act) -> str:
    """Return the code of the facility that the act's actor works for.

    Raises:
        RefusedError: ``no_facility``.
    """
    if act.organisation is None:
        raise RefusedError("no_facility", "expected somebody who acts for a facility")
    return act.organisation


def check_drafter(facts: FactStore, content: Mapping[str, object], act: Act) -> str:
    """Return the name of the acting facility, which ``content`` has to name.

    Raises:
        InvalidInputError: It names another one.
        RefusedError: ``facility_unknown``: not registered, or it may not issue now.
    """
    facility = acting_facility(act)
    if content.get("facility") != facility:
        raise InvalidInputError("content.facility", "another_facility", "the code of one's own")
    return check_may_send(facts, facility).name


def names_of(facts: FactStore, codes: object) -> list[str]:
    """Return the registered names of facilities, in the order of ``codes``.

    Raises:
        InvalidInputError: A code is none.
        RefusedError: ``facility_unknown``: nobody could come to where the paper sends them.
    """
    if not isinstance(codes, list | tuple):
        return []  # the kind's own check says what is wrong
    try:
        return [load_facility(facts, str(code)).state.name for code in codes]
    except NotFoundError:
        raise RefusedError("facility_unknown", "expected registered facilities") from None


def salted(content: Mapping[str, object], salt: bytes, **named: object) -> dict[str, object]:
    """Return ``content`` with what is added to every paper.

    Raises:
        InvalidInputError: It has such a field already: they are not for the facility to say.
    """
    added = {**named, "salt": salt.hex()}
    if not added.keys().isdisjoint(content):
        raise InvalidInputError("content", "unknown_field", "no names of facilities, no salt")
    assert len(salt) == SALT_BYTES, "the caller draws it"
    return {**content, **added}


def draft(
    facts: FactStore,
    order: Draft,
    *,
    kind: CertificateKind,
    content: Mapping[str, object],
    keys: PaperKeys,
    act: Act,
    idempotency: Idempotency | None,
    beside: Beside = nothing,
) -> Receipt:
    """Put a paper together, and take the names that are its own; all in one transaction.

    Raises:
        InvalidInputError: The kind may not say this.
        RefusedError: ``paper_key_taken`` (the rule ends in which), or the reference is taken.
    """

    def attempt() -> Receipt:
        if answer := answered(facts, idempotency):
            return answer
        history = facts.history(order.certificate)
        drafted = lifecycle.draft(
            lifecycle.fold(cast("tuple[Fact, ...]", history.facts)),
            kind=kind,
            content=content,
            holder=order.holder,
            drafter=act.actor,
        )
        taken = [_taken(facts, kind, acting_facility(act), key, order) for key in keys]
        change = history.then(drafted, subject=order.subject)
        return facts.append(act, change, *taken, *beside(), idempotency=idempotency)

    return until_settled(attempt)


def _taken(
    facts: FactStore, kind: CertificateKind, facility: str, key: tuple[KeyKind, str], order: Draft
) -> Change:
    history = facts.history(paper_key_stream(kind.code, facility, *key))
    known = paper_key.holder(cast("tuple[PaperKeyTaken, ...]", history.facts))
    if known is not None and _still_stands(facts, known):
        rule = f"{key[0].value.replace('-', '_')}_taken"
        raise RefusedError(rule, "another paper of this facility has it already")
    return history.then(PaperKeyTaken(order.certificate))


def _still_stands(facts: FactStore, certificate: UUID) -> bool:
    return course_of(facts, certificate).phase not in {
        Phase.WITHDRAWN, Phase.CANCELLED, Phase.RECALLED, Phase.SUPERSEDED,
    }  # fmt: skip


def course_of(facts: FactStore, certificate: UUID) -> Course:
    """Return how far a certificate has come, without opening what it says."""
    steps = facts.excerpt(certificate, STEPS).facts
    return course(cast("tuple[Step, ...]", steps))


def check_in_force(facts: FactStore, certificate: UUID) -> Course:
    """Return the course of a certificate in force.

    Raises:
        RefusedError: ``is_cancelled`` or what else has ended it, ``is_drafted`` before its issue.
    """
    state = course_of(facts, certificate)
    if state.phase is not Phase.ACTIVE:
        raise RefusedError(f"is_{state.phase.value}", f"the paper is {state.phase.value}")
    return state


def load_issued(facts: FactStore, certificate: UUID, kind: str) -> CertificateOnFile:
    """Return an issued certificate of ``kind``.

    Raises:
        NotFoundError: There is none.
    """
    found = certificates.load(facts, certificate)
    if found.certificate.drafted.kind != kind or found.certificate.issued_at is None:
        raise NotFoundError(f"no issued {kind} is known under this reference")
    return found


def sign_and_issue(
    desk: IssuingDesk, *, certificate: UUID, key: TrustedKey, act: Act, kind: str
) -> IssuedCertificate:
    """Sign and issue a paper with its own facility's key.

    Raises:
        NotFoundError: There is no such draft.
        RefusedError: ``issuer_differs``: signer or key of another facility; and what
            `ledger.commands.issuing.issue` refuses.
    """
    found = certificates.load(desk.facts, certificate)
    if found.certificate.drafted.kind != kind:
        raise NotFoundError(f"no {kind} is known under this reference")
    facility = lifecycle.content_of(found.certificate)["facility"]
    if not facility == key.issuer == act.organisation:
        raise RefusedError("issuer_differs", "a facility signs its own papers with its own key")
    check_may_send(desk.facts, key.issuer)
    return issuing.issue(desk, certificate=certificate, key=key, act=act)


def own_decision(number: str, reason: str, act: Act, *, why: Reason) -> WrittenDecision:
    """Return the facility's decision about its own paper: the reason is its document."""
    return WrittenDecision(number, local_day(act.at), why, reason.encode())


def cancelled_paper(facts: FactStore, certificate: UUID, reason: str, act: Act) -> Change:
    """Return the end of the paper itself."""
    found = certificates.load(facts, certificate)
    intent = found.certificate.intent
    assert intent is not None, "an issued certificate was signed"
    decision = own_decision(f"{intent.number}-H", reason, act, why=Reason.CONTENT_WRONG)
    ended = lifecycle.cancel(
        found.certificate,
        decision=decision.recorded(),
        summary=reason,
        document=decision.document,
        today=local_day(act.at),
        at=act.at,
    )
    return found.history.then(ended, subject=found.subject)


def episode_stream(facility: str, key: str) -> UUID:
    """Return the stream of an episode of ``facility`` that somebody typed the key of.

    Raises:
        InvalidInputError: It is blank, or longer than a key is.
    """
    return visit_stream(facility, check_text(key, place="episode_key", longest=MAX_EPISODE_KEY))


def same_person(facts: FactStore, one: UUID | None, other: UUID | None) -> bool:
    """Tell whether two pseudonyms are one person's: the same, or of books that are linked."""
    if one is None or other is None:
        return False
    return one == other or one in subjects_of(facts, other)


def find_paper(
    facts: FactStore, *, kind: str, facility: str, number: str, year: int
) -> UUID | None:
    """Return the paper of ``kind`` that ``facility`` issued under ``number``.

    ``number`` is the one printed by us, or the facility's own; ``year`` the year of now.
    """
    histories = [
        facts.history(number_stream(facility, year - back, number)) for back in range(YEARS_BACK)
    ]
    named = [fact for history in histories for fact in history.facts]
    numbered = [getattr(fact, "certificate", None) for fact in named]
    own = facts.history(paper_key_stream(kind, facility, KeyKind.OWN_NUMBER, number))
    numbered.append(paper_key.holder(cast("tuple[PaperKeyTaken, ...]", own.facts)))
    for certificate in numbered:
        if isinstance(certificate, UUID) and _is_of(facts, certificate, kind):
            return certificate
    return None


def _is_of(facts: FactStore, certificate: UUID, kind: str) -> bool:
    found = certificates.load(facts, certificate).certificate
    return found.drafted.kind == kind and found.issued_at is not None


def is_erased(found: CertificateOnFile) -> bool:
    """Tell whether nobody knows any more what the paper said."""
    return isinstance(found.certificate.drafted.content, Erased)
