"""Issuing a certificate: the intent is a fact first, the signature second, the issue a fact third.

1. `sign`: an officer who did not draft it signs. Number, status index, key and times are taken and
   recorded with the hash of the very bytes that will be signed; all in one transaction.
2. `finish`: the signer signs these bytes; token, issue, short code and, for a correction, the end
   of the certificate that it replaces are recorded in one transaction. Only then is the token
   handed out.

A kill between leaves the intent. `finish` may be repeated by anybody at any time: software keys
give the same bytes again, and with a hardware module the first recorded signature is the one.
Source: ADR 3.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from itertools import count
from threading import Lock
from typing import Final
from uuid import UUID

from keys.algorithms import PublicKey
from keys.errors import KeysError
from keys.signer import Signer
from keys.trust_list import KeyState, TrustedKey
from ledger.calendar import WorkingCalendar, local_day, standard_calendar
from ledger.certificates import lifecycle
from ledger.certificates.kind import CertificateKind, ProofTerm, Token
from ledger.certificates.lifecycle import Certificate, Phase
from ledger.certificates.lifecycle_facts import CertificateIssued, CertificateSigned
from ledger.certificates.qr_text import short_code
from ledger.certificates.register import (
    NumberAssigned,
    ShortCodeAssigned,
    StatusIndexTaken,
    number_stream,
    short_code_stream,
    status_index_stream,
)
from ledger.certificates.token import write_token
from ledger.commands.certificates import CertificateOnFile, load
from ledger.commands.loading import until_settled
from ledger.commands.status_lists import Draw, StatusBoard, draw_index
from ledger.errors import LedgerError, RefusedError
from ledger.facts import Act, Change, FactStore
from ledger.personal import Erased

ATTEMPTS: Final = 16
"""How often taking a number or an index is tried against faster colleagues."""
TRIES_A_LIST: Final = 4
"""Of those, before another list is opened."""
_SIGNATURE_BYTES: Final = 64

Series = tuple[str, str, int]
"""Authority, kind, year: each is numbered 1, 2, 3 … by itself."""


@dataclass(slots=True)
class IssuingDesk:
    """What issuing needs besides the certificate; one a process, shared by its threads."""

    facts: FactStore
    signer: Signer
    draw: Draw
    """Random numbers that nobody can guess."""
    board: StatusBoard = field(default_factory=StatusBoard)
    """The status lists; it also says which kinds there are."""
    calendar: WorkingCalendar = field(default_factory=standard_calendar)
    """In which legal terms are counted."""
    numbered: dict[Series, int] = field(default_factory=dict)
    """Numbers known to be taken: a hint that spares reads, never a truth."""
    taking_turns: Lock = field(default_factory=Lock, repr=False)
    """Held while a number is taken: threads that all try the same next number only cost retries.

    Other processes are still met at the store, which lets one of two pass.
    """


@dataclass(frozen=True, slots=True)
class IssuedCertificate:
    """A certificate in force, and its signed token."""

    certificate: UUID
    token: bytes
    short_code: str
    position: int
    """Of its issue in the ledger: wait for it in a view to find the certificate there."""
    request: UUID | None
    """The request that it answers: to be marked ready next."""


def issue(desk: IssuingDesk, *, certificate: UUID, key: TrustedKey, act: Act) -> IssuedCertificate:
    """Sign and finish; repeated by the same officer, the same certificate comes back.

    Raises:
        NotFoundError: There is no such draft.
        RefusedError: A rule forbids it, or the signer does.
    """
    state = load(desk.facts, certificate).certificate
    repeated = state.intent is not None and state.intent.signer == act.actor
    if not repeated:
        sign(desk, certificate=certificate, key=key, act=act)
    return finish(desk, certificate=certificate, act=act)


def sign(desk: IssuingDesk, *, certificate: UUID, key: TrustedKey, act: Act) -> CertificateSigned:
    """Record the officer's signature as the intent to issue; nothing is signed by a key yet.

    Args:
        desk: Where it is done.
        certificate: The draft.
        key: The authority's key as the trust list in force has it.
        act: Its actor is the signing officer, its time the time of issue.

    Raises:
        ConflictError: Others were faster, `ATTEMPTS` times.
        NotFoundError: There is no such draft.
        RefusedError: ``signer_is_drafter``, ``not_drafted``, ``key_not_entitled`` and others.
    """
    attempts = count()

    def attempt() -> CertificateSigned:
        found = load(desk.facts, certificate)
        state = lifecycle.may_sign(found.certificate, signer=act.actor)
        kind = _kind_of(desk, state)
        issued_at = act.at.replace(microsecond=0)
        term = kind.term_of(lifecycle.content_of(state), issued_at, desk.calendar)
        _check_key(key, kind, issued_at, term.until)
        desk.board.catch_up(desk.facts)
        return _record_intent(desk, found, kind, key, term, _ruled(act, term), next(attempts))

    with desk.taking_turns:
        return until_settled(attempt, attempts=ATTEMPTS)


def _record_intent(
    desk: IssuingDesk,
    found: CertificateOnFile,
    kind: CertificateKind,
    key: TrustedKey,
    term: ProofTerm,
    act: Act,
    attempt: int,
) -> CertificateSigned:
    issued_at = act.at.replace(microsecond=0)
    year = local_day(issued_at).year
    ordinal, number = next_number(desk, authority=key.issuer, kind=kind, year=year)
    status, opened = draw_index(
        desk.board,
        kind=kind,
        key=key,
        expires_at=term.until,
        draw=desk.draw,
        # Indices that are taken again and again mean full lists: one more is opened.
        more=attempt // TRIES_A_LIST,
    )
    intent = CertificateSigned(
        signer=act.actor,
        authority=key.issuer,
        number=number,
        kid=key.public.kid,
        status=status,
        issued_at=issued_at,
        expires_at=term.until,
        signed_digest=b"",
        purpose=kind.purpose,
    )
    token = claims_of(replace(found.certificate, intent=intent), kind)
    intent = replace(intent, signed_digest=sha256(_to_be_signed(token, key.public)).digest())
    desk.facts.append(
        act,
        found.history.then(intent, subject=found.subject),
        Change(
            number_stream(key.issuer, year, number),
            0,
            (NumberAssigned(ordinal, number, found.id),),
        ),
        Change(
            status_index_stream(status.uri, status.index),
            0,
            (StatusIndexTaken(status.index, found.id),),
        ),
        *opened,
    )
    desk.numbered[key.issuer, kind.code, year] = ordinal
    return intent


def _ruled(act: Act, term: ProofTerm) -> Act:
    """Return ``act`` with the rule and the calendar that set the term: they are kept with it."""
    if term.rule is None:
        return act
    return replace(act, procedure_version=term.rule, calendar_version=term.calendar)


def next_number(
    desk: IssuingDesk, *, authority: str, kind: CertificateKind, year: int
) -> tuple[int, str]:
    """Return the first free ordinal of the year's series, and the number made of it.

    Finds it by doubling and halving from what is known, so a year with a million numbers costs a
    process forty small reads once, and two a number from then on.
    """

    def is_taken(ordinal: int) -> bool:
        stream = number_stream(authority, year, _number(ordinal, authority, kind))
        return desk.facts.history(stream).version > 0

    taken, step = desk.numbered.get((authority, kind.code, year), 0), 1
    while is_taken(taken + step):
        taken, step = taken + step, step * 2
    free = taken + step
    while free - taken > 1:
        middle = (free + taken) // 2
        taken, free = (middle, free) if is_taken(middle) else (taken, middle)
    return free, _number(free, authority, kind)


def _number(ordinal: int, authority: str, kind: CertificateKind) -> str:
    named = (kind.number_suffix,) if kind.compact else (kind.number_suffix, authority)
    return f"{ordinal}/{'-'.join(part for part in named if part)}"


def finish(desk: IssuingDesk, *, certificate: UUID, act: Act) -> IssuedCertificate:
    """Sign what was intended and issue it; the first recorded answer is the answer.

    Raises:
        NotFoundError: There is no such certificate.
        RefusedError: There is no intent, it was withdrawn, its person was forgotten, the program
            would now write other bytes, or the certificate that it corrects is not in force.
    """

    def attempt() -> CertificateOnFile:
        found = load(desk.facts, certificate)
        if found.certificate.issued_at is None:
            _seal(desk, found, act)
            return load(desk.facts, certificate)
        return found

    # Who is overtaken looks again: then the other's signature stands, or a rule says no.
    found = until_settled(attempt)
    token = lifecycle.token_of(found.certificate)
    issued = next(r for r in found.history.recorded if isinstance(r.fact, CertificateIssued))
    request = found.certificate.drafted.request
    return IssuedCertificate(certificate, token, short_code(token), issued.position, request)


def _seal(desk: IssuingDesk, found: CertificateOnFile, act: Act) -> None:
    token = _signed_token(desk, found.certificate)
    sealed, issued = lifecycle.seal(
        found.certificate, token=token, token_digest=sha256(token).digest(), at=act.at
    )
    code = desk.facts.history(short_code_stream(short_code(token)))
    # The same code for this certificate means that somebody is faster: the append will say so.
    if code.version and code.facts != (ShortCodeAssigned(found.id),):
        raise RefusedError("short_code_taken", "withdraw this one: its code finds another one")
    desk.facts.append(
        act,
        found.history.then(sealed, issued, subject=found.subject),
        code.then(ShortCodeAssigned(found.id)),
        *_end_of_the_corrected(desk, found, act),
    )


def _end_of_the_corrected(
    desk: IssuingDesk, found: CertificateOnFile, act: Act
) -> tuple[Change, ...]:
    correction = found.certificate.drafted.correction
    if correction is None:
        return ()
    wrong = load(desk.facts, correction.certificate)
    corrected = lifecycle.correct(
        wrong.certificate, decision=correction.decision, superseded_by=found.id, at=act.at
    )
    return (wrong.history.then(corrected, subject=wrong.subject),)


def _signed_token(desk: IssuingDesk, state: Certificate) -> bytes:
    intent = state.intent
    if intent is None or state.phase is not Phase.SIGNED:
        raise RefusedError("not_signed", f"the certificate is {state.phase.value}, expected signed")
    public = desk.signer.public(intent.kid)

    def sign_intended(message: bytes) -> bytes:
        # Bytes approved are bytes signed: nothing else gets a signature.
        if isinstance(intent.signed_digest, Erased):
            raise RefusedError("intent_erased", "what was to be signed has been erased")
        if sha256(message).digest() != intent.signed_digest:
            raise RefusedError("intent_differs", "these are not the bytes that were approved")
        signature = desk.signer.sign(intent.kid, message)
        if not public.verify(signature, message):
            raise RefusedError("signature_broken", "the signer made a signature that does not hold")
        return signature

    return write_token(claims_of(state, _kind_of(desk, state)), key=public, sign=sign_intended)


def claims_of(state: Certificate, kind: CertificateKind) -> Token:
    """Return the claims of a signed certificate, from its facts alone.

    Raises:
        RefusedError: It has no intent, or the person was forgotten.
    """
    intent = state.intent
    if intent is None:
        raise RefusedError("not_signed", "this certificate has not been signed")
    return Token(
        issuer=intent.authority,
        issued_at=intent.issued_at,
        expires_at=intent.expires_at,
        holder=lifecycle.holder_of(state),
        status=intent.status,
        document_type=kind.document_type,
        number=intent.number,
        details=kind.check(lifecycle.content_of(state)),
    )


def _to_be_signed(token: Token, key: PublicKey) -> bytes:
    messages: list[bytes] = []

    def listen(message: bytes) -> bytes:
        messages.append(message)
        return bytes(_SIGNATURE_BYTES)

    write_token(token, key=key, sign=listen)
    return messages[0]


def _kind_of(desk: IssuingDesk, state: Certificate) -> CertificateKind:
    kind = desk.board.kinds.get(state.drafted.kind)
    if kind is None:
        raise RefusedError("kind_unknown", "this program does not know this kind of certificate")
    return kind


def _check_key(
    key: TrustedKey, kind: CertificateKind, issued_at: datetime, until: datetime
) -> None:
    """Refuse a key under which every verifier would refuse the certificate."""
    in_time = key.sign_from <= issued_at < key.sign_until
    lasts = until <= key.verify_until
    if key.state is not KeyState.ACTIVE or not in_time:
        raise RefusedError("key_not_active", "the authority's key may not sign now")
    if kind.document_type not in key.uses:
        raise RefusedError("key_not_entitled", "the authority's key is not for this kind")
    if not lasts:
        raise RefusedError("key_ends_too_early", "the key's signatures end before the certificate")


@dataclass(slots=True)
class OpenIntents:
    """Intents that nobody has finished or withdrawn, folded from the ledger as it grows."""

    position: int = 0
    certificates: dict[UUID, None] = field(default_factory=dict)
    """In the order in which they were signed."""

    def catch_up(self, facts: FactStore) -> None:
        """Take in everything that is in the ledger now."""
        batch = facts.read(after=self.position, limit=_BATCH, topics=_INTENT_TOPICS)
        while batch:
            for recorded in batch:
                self.position = recorded.position
                if recorded.topic == "certificate.signed/1":
                    self.certificates[recorded.stream_id] = None
                else:
                    self.certificates.pop(recorded.stream_id, None)
            batch = facts.read(after=self.position, limit=_BATCH, topics=_INTENT_TOPICS)


_BATCH: Final = 1000
_INTENT_TOPICS: Final = ("certificate.signed/1", "certificate.sealed/1", "certificate.withdrawn/1")


def finish_intents(
    desk: IssuingDesk, intents: OpenIntents, *, act: Callable[[], Act]
) -> dict[UUID, IssuedCertificate | LedgerError | KeysError]:
    """Finish what a crash left between intent and signature; say what became of each.

    Also an intent that another process is just finishing may be among them: that is no harm.
    """
    intents.catch_up(desk.facts)
    outcome: dict[UUID, IssuedCertificate | LedgerError | KeysError] = {}
    for certificate in tuple(intents.certificates):
        try:
            outcome[certificate] = finish(desk, certificate=certificate, act=act())
        except (LedgerError, KeysError) as error:
            outcome[certificate] = error
    return outcome
