"""The numbered checks: each refusal under its own name, and nothing false is ever valid."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keys.algorithms import PrivateKey
from keys.trust_list import KeyState, TrustList
from ledger import canonical
from ledger.certificates.disclosure import Asked
from ledger.certificates.kind import Status, StatusReference, Token
from ledger.certificates.qr_text import to_qr_text
from ledger.certificates.token import TOKEN_TYP, write_claims
from tests_support.signed_certificates import (
    AT,
    HOST,
    IN_FORCE,
    ISSUING_KEY,
    POLICY,
    STATUS_KEY,
    TOKEN,
    TRUST,
    UNLISTED_KEY,
    Says,
    code,
    ed25519,
    signed,
    trusting,
)
from verify_api.evidence import LogSource, NoStatus, StatusSource
from verify_api.verdict import (
    Authenticity,
    Check,
    LogEvidence,
    Logged,
    Overall,
    Reason,
    Standing,
    State,
    StatusEvidence,
    SubjectMatch,
    Verdict,
)
from verify_api.verification import verify


@dataclass(frozen=True, slots=True)
class Log:
    """A log source with one answer for everything."""

    evidence: LogEvidence

    def find(self, token: Token, digest: bytes, at: datetime) -> LogEvidence:
        assert (token, len(digest), at) == (token, 32, at)
        return self.evidence


def checked(
    text: str | None = None,
    *,
    at: datetime = AT,
    trust: TrustList = TRUST,
    status: StatusSource = IN_FORCE,
    log: LogSource | None = None,
    asked: Asked | None = None,
) -> Verdict:
    return verify(
        code() if text is None else text,
        at=at,
        trust=trust,
        status=status,
        policy=POLICY,
        log=log,
        asked=asked,
    )


def hand_made(claims: dict[Any, Any] | bytes, key: PrivateKey = ISSUING_KEY) -> str:
    """Return a code whose claims no writer of ours would sign."""
    payload = claims if isinstance(claims, bytes) else canonical.encode(claims)
    protected = canonical.encode({1: -9, 4: key.public.short_kid, 16: TOKEN_TYP})
    encode = canonical.encode
    signature = key.sign(encode(["Signature1", protected, b"", payload]))
    token = b"\xd2\x84" + encode(protected) + b"\xa0" + encode(payload) + encode(signature)
    return to_qr_text(token, HOST)


def test_a_genuine_certificate_in_force_is_valid_and_says_so_on_every_axis() -> None:
    verdict = checked()
    assert (verdict.overall, verdict.state) == (Overall.VALID, State.VALID)
    assert (verdict.authenticity, verdict.standing) == (Authenticity.GENUINE, Standing.IN_FORCE)
    assert (verdict.logged, verdict.subject) == (Logged.NOT_CHECKED, SubjectMatch.NOT_ASKED)
    assert verdict.reasons == ()
    assert verdict.failed_check is None
    assert verdict.token == TOKEN
    assert verdict.issuer is not None
    assert verdict.issuer.name_en == "Police of Sample City"
    assert verdict.evidence.trust_version == 4
    assert verdict.evidence.status.as_of == AT


def test_digits_alone_are_the_same_certificate() -> None:
    assert checked(code().split("#")[1]).token == TOKEN


@pytest.mark.parametrize(
    ("text", "check", "reason", "state"),
    [
        ("", 1, Reason.UNKNOWN_FORMAT, State.NOT_OURS),
        ("https://shop.example/item?id=7", 1, Reason.UNKNOWN_FORMAT, State.NOT_OURS),
        ("WIFI:S:net;T:WPA;P:secret;;", 1, Reason.UNKNOWN_FORMAT, State.NOT_OURS),
        ("HL0:6BFA", 1, Reason.UNKNOWN_FORMAT, State.NOT_OURS),
        ("1" * 9000, 1, Reason.TOO_LONG, State.UNREADABLE),
        (code()[:-1], 1, Reason.BROKEN_TEXT, State.UNREADABLE),
        (code()[:-17], 1, Reason.BROKEN_TEXT, State.UNREADABLE),
        (code() + "9", 1, Reason.BROKEN_TEXT, State.UNREADABLE),
        (code().replace("#0", "#x"), 1, Reason.UNKNOWN_FORMAT, State.NOT_OURS),
        (to_qr_text(signed() + b"\x00", HOST), 2, Reason.BROKEN_LAYOUT, State.UNREADABLE),
        (to_qr_text(b"\xd2\x84\x40\xa0\x40\x58\x40" + bytes(64), HOST), 3, Reason.BROKEN_HEADER,
         State.UNREADABLE),
    ],
)  # fmt: skip
def test_what_is_no_code_of_ours_cannot_be_told(
    text: str, check: int, reason: Reason, state: State
) -> None:
    verdict = checked(text)
    assert verdict.reasons == (reason,)
    assert verdict.failed_check == check
    assert verdict.state is state
    assert verdict.overall is Overall.CANNOT_TELL
    assert verdict.token is None


def test_only_listed_hosts_are_read_where_a_verifier_lists_them() -> None:
    policy = replace(POLICY, hosts=frozenset({HOST}))
    text = to_qr_text(signed(), "evil.example")
    verdict = verify(text, at=AT, trust=TRUST, status=IN_FORCE, policy=policy)
    assert verdict.reasons == (Reason.FOREIGN_HOST,)
    assert verify(code(), at=AT, trust=TRUST, status=IN_FORCE, policy=policy).state is State.VALID


def test_an_unknown_key_is_an_unknown_issuer_whatever_it_signs() -> None:
    verdict = checked(code(key=UNLISTED_KEY))
    assert verdict.reasons == (Reason.KEY_UNKNOWN,)
    assert verdict.state is State.ISSUER_UNKNOWN


def test_the_algorithm_is_the_keys_and_not_the_tokens() -> None:
    data = bytearray(signed())
    data[data.index(b"\x01\x28\x04") + 1] = 0x26  # -7, the older number for the same key
    assert checked(to_qr_text(bytes(data), HOST)).reasons == (Reason.KEY_ALGORITHM,)


def test_an_ed25519_key_signs_if_its_record_says_so() -> None:
    key = ed25519(1)
    assert checked(code(key=key), trust=trusting(public=key.public)).state is State.VALID


def test_one_flipped_bit_in_the_content_is_altered() -> None:
    data = bytearray(signed())
    data[100] ^= 1
    verdict = checked(to_qr_text(bytes(data), HOST))
    assert verdict.reasons == (Reason.SIGNATURE_WRONG,)
    assert verdict.state is State.ALTERED
    assert verdict.failed_check is Check.SIGNATURE


def test_the_second_signature_of_the_same_content_is_the_same_certificate() -> None:
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    data = signed()
    other = order - int.from_bytes(data[-32:], "big")
    verdict = checked(to_qr_text(data[:-32] + other.to_bytes(32, "big"), HOST))
    assert verdict.state is State.VALID
    assert verdict.token == TOKEN


def test_a_header_in_both_buckets_is_damaged() -> None:
    data = signed()
    at = data.index(b"\xa0\x58", 20)
    spoiled = data[:at] + b"\xa1\x01\x28" + data[at + 1 :]
    assert checked(to_qr_text(spoiled, HOST)).reasons == (Reason.BROKEN_LAYOUT,)


PAYLOAD = write_claims(TOKEN)
CLAIMS = canonical.decode(PAYLOAD)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (PAYLOAD + b"\x00", Reason.BROKEN_PAYLOAD),
        (b"\xa7" + PAYLOAD[1:] + b"\x04\x01", Reason.BROKEN_PAYLOAD),
        (b"\xbf" + PAYLOAD[1:] + b"\xff", Reason.BROKEN_PAYLOAD),
        (b"", Reason.BROKEN_PAYLOAD),
        (canonical.encode({**CLAIMS, 4: "later"}), Reason.BROKEN_CLAIMS),
        (canonical.encode([CLAIMS]), Reason.BROKEN_CLAIMS),
    ],
    ids=["trailing", "a claim twice", "indefinite", "empty", "form", "no map"],
)
def test_signed_content_in_another_form_is_not_accepted(payload: bytes, reason: Reason) -> None:
    verdict = checked(hand_made(payload))
    assert verdict.reasons == (reason,)
    assert verdict.failed_check is Check.PAYLOAD
    assert verdict.overall is Overall.CANNOT_TELL


def test_an_unknown_document_with_a_good_signature_is_named_so() -> None:
    verdict = checked(code(replace(TOKEN, document_type=99)), trust=trusting(uses=frozenset({99})))
    assert verdict.reasons == (Reason.UNKNOWN_DOCUMENT,)
    assert verdict.state is State.NOT_OURS


@pytest.mark.parametrize(
    ("trust", "reason", "authenticity"),
    [
        (trusting(uses=frozenset({2})), Reason.KEY_USE, Authenticity.NOT_FOR_THIS_KIND),
        (trusting(issuer="CA02"), Reason.KEY_ISSUER, Authenticity.UNKNOWN_ISSUER),
        (trusting(state=KeyState.PENDING), Reason.KEY_NOT_YET_USED, Authenticity.UNKNOWN_ISSUER),
        (trusting(sign_until=TOKEN.issued_at), Reason.KEY_WINDOW, Authenticity.UNKNOWN_ISSUER),
        (trusting(sign_from=TOKEN.issued_at + timedelta(seconds=1)), Reason.KEY_WINDOW,
         Authenticity.UNKNOWN_ISSUER),
        (trusting(verify_until=AT), Reason.KEY_RETIRED, Authenticity.UNKNOWN_ISSUER),
        (trusting(state=KeyState.REVOKED), Reason.KEY_REVOKED, Authenticity.UNKNOWN_ISSUER),
    ],
    ids=["use", "issuer", "pending", "window closed", "window not open", "past", "revoked"],
)  # fmt: skip
def test_a_key_vouches_only_for_what_and_when_its_record_says(
    trust: TrustList, reason: Reason, authenticity: Authenticity
) -> None:
    verdict = checked(trust=trust)
    assert verdict.reasons == (reason,)
    assert verdict.authenticity is authenticity
    assert verdict.state is State.ISSUER_UNKNOWN
    assert verdict.overall is Overall.NOT_VALID
    assert verdict.token is None


def test_a_key_for_status_lists_makes_no_certificates() -> None:
    assert checked(code(key=STATUS_KEY)).reasons == (Reason.KEY_USE,)


def test_a_retired_keys_certificate_still_counts() -> None:
    assert checked(trust=trusting(state=KeyState.RETIRED)).state is State.VALID


COMPROMISED = trusting(
    state=KeyState.REVOKED, compromised_since=TOKEN.issued_at + timedelta(minutes=10)
)


@pytest.mark.parametrize(
    ("minutes", "reason", "state"),
    [
        (None, Reason.KEY_COMPROMISED_UNPROVEN, State.CANNOT_CONFIRM),
        (5, Reason.KEY_LATER_COMPROMISED, State.VALID),
        (10, Reason.KEY_COMPROMISED, State.ISSUER_UNKNOWN),
        (-6, Reason.LOG_TIME, State.NOT_IN_REGISTER),
        (1441, Reason.LOG_TIME, State.NOT_IN_REGISTER),
    ],
)
def test_a_compromised_key_is_judged_by_the_logs_time(
    minutes: int | None, reason: Reason, state: State
) -> None:
    log = None
    if minutes is not None:
        logged_at = TOKEN.issued_at + timedelta(minutes=minutes)
        log = Log(LogEvidence(Logged.IN_LOG, 7, logged_at))
    verdict = checked(trust=COMPROMISED, log=log)
    assert verdict.reasons == (reason,)
    assert verdict.state is state


def test_a_trust_list_past_its_update_is_noted_and_then_answers_nothing() -> None:
    late = TRUST.next_update + timedelta(days=1)
    noted = checked(at=late)
    assert noted.state is State.VALID
    assert noted.reasons == (Reason.TRUST_LIST_AGEING,)
    for text in (code(), code(key=UNLISTED_KEY)):
        too_late = checked(text, at=TRUST.next_update + timedelta(days=7))
        assert too_late.reasons == (Reason.TRUST_LIST_STALE,)
        assert too_late.overall is Overall.CANNOT_TELL


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (TOKEN.issued_at - timedelta(seconds=301), State.NOT_YET_VALID),
        (TOKEN.issued_at - timedelta(seconds=300), State.VALID),
        (TOKEN.expires_at + timedelta(seconds=59), State.VALID),
        (TOKEN.expires_at + timedelta(seconds=60), State.EXPIRED),
    ],
)
def test_time_has_its_leeway_and_no_more(at: datetime, state: State) -> None:
    lasting = replace(TRUST, next_update=datetime(2027, 12, 1, tzinfo=UTC))
    assert checked(at=at, trust=lasting).state is state


@pytest.mark.parametrize(
    ("status", "standing", "state"),
    [
        (Status.REVOKED, Standing.REVOKED, State.REVOKED),
        (Status.SUSPENDED, Standing.SUSPENDED, State.SUSPENDED),
        (Status.SUPERSEDED, Standing.SUPERSEDED, State.SUPERSEDED),
    ],
)
def test_what_the_issuer_says_against_it_is_the_answer(
    status: Status, standing: Standing, state: State
) -> None:
    evidence = StatusEvidence(status, as_of=AT, since=AT, superseded_by=("453/LLTP-CA01",))
    verdict = checked(status=Says(evidence))
    assert (verdict.standing, verdict.state) == (standing, state)
    assert verdict.overall is Overall.NOT_VALID
    assert verdict.evidence.status.superseded_by == ("453/LLTP-CA01",)


def test_expired_goes_before_revoked_and_both_are_told() -> None:
    lasting = replace(TRUST, next_update=datetime(2027, 12, 1, tzinfo=UTC))
    verdict = checked(
        at=TOKEN.expires_at + timedelta(days=1),
        trust=lasting,
        status=Says(StatusEvidence(Status.REVOKED, as_of=AT)),
    )
    assert verdict.state is State.EXPIRED
    assert verdict.reasons == (Reason.EXPIRED, Reason.REVOKED)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (NoStatus(), Reason.STATUS_MISSING),
        (Says(StatusEvidence(as_of=AT - timedelta(days=9), stale=True)), Reason.STATUS_STALE),
    ],
)
def test_an_unknown_standing_is_never_valid(source: StatusSource, reason: Reason) -> None:
    verdict = checked(status=source)
    assert verdict.reasons == (reason,)
    assert verdict.standing is Standing.UNKNOWN
    assert verdict.state is State.CANNOT_CONFIRM


@pytest.mark.parametrize("prefixes", [("https://other.example/",), ()])
def test_a_status_elsewhere_than_the_issuers_place_is_not_known(prefixes: tuple[str, ...]) -> None:
    verdict = checked(trust=trusting(status_prefixes=prefixes))
    assert verdict.reasons == (Reason.STATUS_ELSEWHERE,)
    assert verdict.state is State.CANNOT_CONFIRM
    revoked = Says(StatusEvidence(Status.REVOKED, as_of=AT))
    assert checked(trust=trusting(status_prefixes=prefixes), status=revoked).state is State.REVOKED


def test_a_status_reference_is_signed_with_the_rest() -> None:
    other = replace(TOKEN, status=StatusReference(1, TOKEN.status.uri))
    assert signed(other) != signed()


@pytest.mark.parametrize("same_content", [True, False])
def test_signed_outside_of_the_register_is_not_in_the_register(same_content: object) -> None:
    evidence = StatusEvidence(
        as_of=AT, online=True, registered=False, same_content=bool(same_content)
    )
    verdict = checked(status=Says(evidence))
    assert verdict.logged is Logged.NOT_FOUND
    assert verdict.state is State.NOT_IN_REGISTER
    assert verdict.reasons[0] is (Reason.NOT_IN_REGISTER if same_content else Reason.OTHER_CONTENT)
    assert verdict.overall is Overall.NOT_VALID


@pytest.mark.parametrize(
    ("logged", "state"),
    [
        (Logged.IN_LOG, State.VALID),
        (Logged.TOO_YOUNG, State.CANNOT_CONFIRM),
        (Logged.NOT_FOUND, State.NOT_IN_REGISTER),
        (Logged.NOT_CHECKED, State.VALID),
    ],
)
def test_the_log_has_its_own_axis(logged: Logged, state: State) -> None:
    verdict = checked(log=Log(LogEvidence(logged, 7, None)))
    assert (verdict.logged, verdict.state) == (logged, state)


SUBJECTS = [
    (Asked(), SubjectMatch.NOT_ASKED, State.VALID),
    (Asked(name="nguyen van mau"), SubjectMatch.MATCHES, State.VALID),
    (Asked(name="tran van mau"), SubjectMatch.DOES_NOT_MATCH, State.SUBJECT_DIFFERS),
]


@pytest.mark.parametrize(("asked", "subject", "state"), SUBJECTS)
def test_the_person_has_an_axis_too(asked: Asked, subject: SubjectMatch, state: State) -> None:
    verdict = checked(asked=asked)
    assert (verdict.subject, verdict.state) == (subject, state)


def test_a_revoked_certificate_of_somebody_else_is_revoked_first() -> None:
    revoked = Says(StatusEvidence(Status.REVOKED, as_of=AT))
    verdict = checked(status=revoked, asked=Asked(name="tran van mau"))
    assert (verdict.state, verdict.failed_check) == (State.REVOKED, Check.STATUS)
    assert verdict.reasons == (Reason.REVOKED, Reason.SUBJECT_DIFFERS)
