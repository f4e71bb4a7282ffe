"""Is this certificate genuine, and does it still stand? One pure function answers: `verify`.

The checks, in their order; the first that fails decides, and later ones only add what they know:

     1  text       length; the form of our code; digits, each chunk within its bytes
     2  layout     the one layout of a token, by slicing; nothing unprotected, no byte left over
     3  header     exactly algorithm, kid and type, in CBOR's one form
     4  key        the trust list is fresh enough; it has the kid; the algorithm is the key's own
     5  signature
     6  payload    deterministic CBOR, every claim in its one form
     7  meaning    a known kind; issuer, use and window of the key; log time against compromise
     8  time       issued before now (leeway 300 s), not expired (leeway 60 s)
     9  status     revoked, suspended, superseded, or not known
    10  log        in the public register, or too young to be
    11  subject    about the person whom the checker has in mind
    12  acceptance of a paper that is used up: by whom, until when, not used before

No clock, no network, no exception for a bad certificate. Foreign formats are chosen by their
prefix and checked by their own profile with their own trust store: none of their keys can ever
vouch for one of our certificates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from keys.trust_judgement import Finding, KeyNote, KeyReason, Signed, judge
from keys.trust_list import TrustedKey, TrustList
from ledger.certificates.disclosure import Asked, is_about
from ledger.certificates.kind import CertificateKind, Status, Taking, Token
from ledger.certificates.qr_text import from_qr_text
from ledger.certificates.token import SignedToken, read_claims, read_signed
from ledger.errors import InvalidInputError, StoreUnavailableError
from verify_api.acceptance import Acceptance, Checker
from verify_api.acceptance import judge as accept
from verify_api.evidence import LogSource, StatusSource, UseSource, known_use
from verify_api.key_reasons import JUDGED
from verify_api.profiles.directory import verify_by_prefix, verify_by_shape
from verify_api.question import Policy, Question
from verify_api.verdict import (
    NOT_LOOKED_UP,
    NOT_TAKEN,
    OVERRULED,
    PRECEDENCE,
    Authenticity,
    Axis,
    Check,
    Evidence,
    Issuer,
    LogEvidence,
    Logged,
    Reason,
    Standing,
    StatusEvidence,
    SubjectMatch,
    Verdict,
)

ISSUED_LEEWAY: Final = timedelta(seconds=300)
"""How far a verifier's clock may be behind the issuer's."""
EXPIRY_LEEWAY: Final = timedelta(seconds=60)


def verify(
    text: str,
    *,
    at: datetime,
    trust: TrustList,
    status: StatusSource,
    policy: Policy,
    log: LogSource | None = None,
    asked: Asked | None = None,
    use: UseSource | None = None,
    checker: Checker | None = None,
) -> Verdict:
    """Return what is known of the certificate in ``text`` at the moment ``at``.

    The arguments are those of `verify_api.question.Question`.

    Raises:
        ledger.errors.StoreUnavailableError: ``status`` or ``log`` could not be asked: nothing was
            checked, which is not an answer about the certificate.
    """
    question = Question(text, at, trust, status, policy, log, asked, use, checker)
    opened = _opened(question)
    if isinstance(opened, Verdict):
        return opened
    return _judged(opened, _is_signed(opened, policy), question)


def verify_many(questions: Sequence[Question]) -> list[Verdict | StoreUnavailableError]:
    """Return what `verify` answers to each of ``questions``, or why one could not be asked.

    The same steps, each for all before the next: code that runs a hundred times in a row is at
    hand, where after each signature it would have to be fetched again. That is a sixth of the time.
    """
    opened = [_opened(question) for question in questions]
    signed = [
        not isinstance(one, Verdict) and _is_signed(one, question.policy)
        for one, question in zip(opened, questions, strict=True)
    ]
    return list(map(_judged_or_not, opened, signed, questions))


class _Opened(NamedTuple):
    """A token of the right form, and the key that it names."""

    signed: SignedToken
    key: TrustedKey


def _judged_or_not(
    opened: _Opened | Verdict,
    signed: bool,  # noqa: FBT001  what the step before has found
    question: Question,
) -> Verdict | StoreUnavailableError:
    if isinstance(opened, Verdict):
        return opened
    try:
        return _judged(opened, signed, question)
    except StoreUnavailableError as error:
        return error


def _opened(question: Question) -> _Opened | Verdict:
    """1 to 4. Return the token and its key, or the answer where there is none."""
    at, trust, policy = question.at, question.trust, question.policy
    foreign = verify_by_prefix(question.text, trust=policy.foreign, at=at)
    if foreign is not None:
        return _without_person(foreign, question.asked)
    try:
        signed = read_signed(from_qr_text(question.text, hosts=policy.hosts))  # 1, 2, 3
    except InvalidInputError as error:
        return _unreadable(error, question)
    if trust.is_beyond_grace(at):
        # 4. Says nothing about the certificate: the list cannot know what was revoked since.
        found = _Found(Authenticity.UNDETERMINED, Check.KEY, Reason.TRUST_LIST_STALE)
        return _refused(found, question)
    key = trust.key_by_short_kid(signed.short_kid)
    if key is None:
        return _refused(_Found(*JUDGED[KeyReason.UNKNOWN_KEY]), question)
    if key.public.algorithm.cose != signed.algorithm:
        found = _Found(Authenticity.ALTERED, Check.KEY, Reason.KEY_ALGORITHM)
        return _refused(found, question)
    return _Opened(signed, key)


def _is_signed(opened: _Opened, policy: Policy) -> bool:
    """5. Return whether the key made the signature."""
    signed, key = opened.signed, opened.key.public
    if policy.signatures is None:
        return key.verify(signed.signature, signed.signed)
    return policy.signatures.verify(key, signed.signature, signed.signed)


def _judged(
    opened: _Opened,
    is_signed: bool,  # noqa: FBT001  what the step before has found
    question: Question,
) -> Verdict:
    """6 to 12. Return the answer, now that it is known whether the signature is good."""
    if not is_signed:
        found = _Found(Authenticity.ALTERED, Check.SIGNATURE, Reason.SIGNATURE_WRONG)
        return _refused(found, question)
    try:
        token = read_claims(opened.signed.unverified_payload)  # 6
    except InvalidInputError as error:
        reason = Reason.BROKEN_PAYLOAD if error.rule == "not_canonical" else Reason.BROKEN_CLAIMS
        return _refused(_Found(Authenticity.UNSUPPORTED, Check.PAYLOAD, reason), question)
    genuine = _understand(token, opened.signed, opened.key, question)  # 7
    if isinstance(genuine, Verdict):
        return genuine
    status_evidence = question.status.status_of(token, genuine.digest, question.at)
    checked = (
        _check_time(token, question.at)  # 8
        + _check_status(genuine, status_evidence)  # 9
        + _check_log(genuine.log, status_evidence)  # 10
        + _check_subject(token, question.asked)  # 11
    )
    if genuine.kind.taking is None:
        return _verdict(genuine, status_evidence, checked, question)
    return _taken_in(genuine, genuine.kind.taking, status_evidence, checked, question)  # 12


class _Genuine(NamedTuple):
    """A certificate that a trusted key signed, and might sign."""

    token: Token
    digest: bytes
    kind: CertificateKind
    key: TrustedKey
    log: LogEvidence
    notes: frozenset[KeyNote]


class _Found(NamedTuple):
    """One thing that a check found: the axis that it settles, and why."""

    axis: Axis
    check: Check
    reason: Reason


_Findings: TypeAlias = tuple[_Found, ...]


def _understand(
    token: Token, signed: SignedToken, key: TrustedKey, question: Question
) -> _Genuine | Verdict:
    """7. A known kind; and may this key have signed it, then?"""
    kind = question.policy.kinds.get(token.document_type)
    if kind is None:
        found = _Found(Authenticity.UNSUPPORTED, Check.MEANING, Reason.UNKNOWN_DOCUMENT)
        return _refused(found, question)
    digest = sha256(signed.signed).digest()
    log = NOT_LOOKED_UP
    if question.log is not None:
        log = question.log.find(token, digest, question.at)
    judgement = judge(
        question.trust,
        key,
        Signed(
            signed.algorithm,
            token.document_type,
            token.issuer,
            token.issued_at,
            log.logged_at,
            logged_exactly=log.exactly,
        ),
        at=question.at,
    )
    if judgement.finding is not Finding.COUNTS:
        return _refused(_Found(*JUDGED[judgement.reason]), question)
    return _Genuine(token, digest, kind, key, log, judgement.notes)


def _check_time(token: Token, at: datetime) -> _Findings:
    if token.issued_at > at + ISSUED_LEEWAY:
        return (_Found(Standing.NOT_YET_VALID, Check.TIME, Reason.ISSUED_IN_FUTURE),)
    if token.expires_at + EXPIRY_LEEWAY <= at:
        return (_Found(Standing.EXPIRED, Check.TIME, Reason.EXPIRED),)
    return ()


_STANDING: Final[Mapping[Status, tuple[Standing, Reason]]] = MappingProxyType({
    Status.REVOKED: (Standing.REVOKED, Reason.REVOKED),
    Status.SUSPENDED: (Standing.SUSPENDED, Reason.SUSPENDED),
    Status.SUPERSEDED: (Standing.SUPERSEDED, Reason.SUPERSEDED),
})  # fmt: skip


def _check_status(genuine: _Genuine, evidence: StatusEvidence) -> _Findings:
    if evidence.status is not None and evidence.status is not Status.VALID:
        # A mark against it counts wherever it stands: it can only make the answer worse.
        standing, reason = _STANDING[evidence.status]
        return (_Found(standing, Check.STATUS, reason),)
    if not genuine.token.status.uri.startswith(genuine.key.status_prefixes):
        return (_Found(Standing.UNKNOWN, Check.STATUS, Reason.STATUS_ELSEWHERE),)
    if evidence.status is None:
        reason = Reason.STATUS_STALE if evidence.stale else Reason.STATUS_MISSING
        return (_Found(Standing.UNKNOWN, Check.STATUS, reason),)
    return ()


def _check_log(log: LogEvidence, evidence: StatusEvidence) -> _Findings:
    if evidence.registered is False:
        # The log's public half is the register: what it does not have was signed outside of it.
        reason = Reason.NOT_IN_REGISTER if evidence.same_content else Reason.OTHER_CONTENT
        return (_Found(Logged.NOT_FOUND, Check.LOG, reason),)
    if log.logged is Logged.NOT_FOUND:
        return (_Found(Logged.NOT_FOUND, Check.LOG, Reason.NOT_IN_REGISTER),)
    if log.logged is Logged.TOO_YOUNG:
        return (_Found(Logged.TOO_YOUNG, Check.LOG, Reason.LOG_TOO_YOUNG),)
    return ()


def _check_subject(token: Token, asked: Asked | None) -> _Findings:
    if asked is None or asked.nothing or is_about(token.holder, asked):
        return ()
    return (_Found(SubjectMatch.DOES_NOT_MATCH, Check.SUBJECT, Reason.SUBJECT_DIFFERS),)


def _taken_in(
    genuine: _Genuine, taking: Taking, status: StatusEvidence, found: _Findings, question: Question
) -> Verdict:
    """12. Return the answer about a paper that is used up by being taken in."""
    token, at, checker = genuine.token, question.at, question.checker
    evidence = known_use(question.use, token, genuine.kind, status)
    calendar = question.policy.calendar
    accepting = accept(taking, token, at=at, evidence=evidence, checker=checker, calendar=calendar)
    over = [one for one in found if accepting.serves and one.axis is Standing.EXPIRED]
    kept = tuple(one for one in found if one not in over)
    if kept and accepting.axis not in {*NOT_TAKEN, Acceptance.IN_USE_HERE}:
        # What does not stand is not acceptable; but care that goes on by it goes on.
        axis = OVERRULED.get(min(kept, key=_rank).axis, Acceptance.USE_UNKNOWN)
        accepting = replace(accepting, axis=axis)
    if accepting.axis in NOT_TAKEN:
        kept += (_Found(accepting.axis, Check.ACCEPTANCE, NOT_TAKEN[accepting.axis]),)
    verdict = _verdict(genuine, status, kept, question)
    noted = (*verdict.reasons, *(Reason.SERVES_EPISODE for _ in over))
    return replace(verdict, accepting=accepting, reasons=noted)


_NOTES: Final[Mapping[KeyNote, Reason]] = MappingProxyType({
    KeyNote.LIST_STALE_WITHIN_GRACE: Reason.TRUST_LIST_AGEING,
    KeyNote.LATER_COMPROMISED: Reason.KEY_LATER_COMPROMISED,
})  # fmt: skip


def _verdict(
    genuine: _Genuine,
    status: StatusEvidence,
    found: _Findings,
    question: Question,
) -> Verdict:
    """Return the answer about a genuine certificate: the axes, and the deciding reason first."""
    names, trust, log = genuine.key.names, question.trust, genuine.log
    asked = question.asked is not None and not question.asked.nothing
    standing, logged = Standing.IN_FORCE, log.logged
    subject = SubjectMatch.MATCHES if asked else SubjectMatch.NOT_ASKED
    decisive = sorted(found, key=_rank)
    for axis, _, _ in reversed(decisive):  # the most decisive one comes last, and stays
        if isinstance(axis, Standing):
            standing = axis
        elif isinstance(axis, Logged):
            logged = axis
        elif isinstance(axis, SubjectMatch):
            subject = axis
    return Verdict(
        authenticity=Authenticity.GENUINE,
        standing=standing,
        logged=logged,
        subject=subject,
        checked_at=question.at,
        reasons=tuple([one.reason for one in decisive] + _noted(genuine)),
        failed_check=decisive[0].check if decisive else None,
        token=genuine.token,
        kind=genuine.kind,
        issuer=Issuer(genuine.key.issuer, *names),
        evidence=Evidence(trust.version, trust.issued, status, log),
    )


def _noted(genuine: _Genuine) -> list[Reason]:
    younger = [Reason.YOUNGER_THAN_LANDMARKS] if genuine.log.younger else []
    return [_NOTES[note] for note in genuine.notes] + younger


def _rank(found: _Found) -> int:
    return _RANK[found.axis]


_RANK: Final = {axis: rank for rank, axis in enumerate(PRECEDENCE)}


def _refused(found: _Found, question: Question) -> Verdict:
    """Return the answer about something that is not genuine, without a word of what it claims."""
    axis = found.axis
    return Verdict(
        authenticity=axis if isinstance(axis, Authenticity) else Authenticity.GENUINE,
        standing=Standing.UNKNOWN,
        logged=axis if isinstance(axis, Logged) else Logged.NOT_CHECKED,
        subject=SubjectMatch.NOT_ASKED,
        checked_at=question.at,
        reasons=(found.reason,),
        failed_check=found.check,
        evidence=Evidence(trust_version=question.trust.version, trust_issued=question.trust.issued),
    )


_UNREADABLE: Final[Mapping[str, tuple[Axis, Check, Reason]]] = MappingProxyType({
    "qr_text_form": (Authenticity.UNSUPPORTED, Check.TEXT, Reason.UNKNOWN_FORMAT),
    "foreign_host": (Authenticity.UNSUPPORTED, Check.TEXT, Reason.FOREIGN_HOST),
    "too_long": (Authenticity.DAMAGED, Check.TEXT, Reason.TOO_LONG),
    "not_digits": (Authenticity.DAMAGED, Check.TEXT, Reason.BROKEN_TEXT),
    "digits_length": (Authenticity.DAMAGED, Check.TEXT, Reason.BROKEN_TEXT),
    "digits_overflow": (Authenticity.DAMAGED, Check.TEXT, Reason.BROKEN_TEXT),
    "layout": (Authenticity.DAMAGED, Check.LAYOUT, Reason.BROKEN_LAYOUT),
    "header": (Authenticity.DAMAGED, Check.HEADER, Reason.BROKEN_HEADER),
})  # fmt: skip


def _unreadable(error: InvalidInputError, question: Question) -> Verdict:
    foreign = None
    if error.rule == "qr_text_form":
        foreign = verify_by_shape(question.text, trust=question.policy.foreign, at=question.at)
    if foreign is not None:
        return _without_person(foreign, question.asked)
    return _refused(_Found(*_UNREADABLE[error.rule]), question)


def _without_person(foreign: Verdict, asked: Asked | None) -> Verdict:
    """Say so if something was asked of the person: names in foreign formats are not compared."""
    if asked is None or asked.nothing or foreign.authenticity is not Authenticity.GENUINE:
        return foreign
    return replace(foreign, reasons=(*foreign.reasons, Reason.SUBJECT_NOT_COMPARED))
