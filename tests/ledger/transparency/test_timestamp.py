"""Tokens of an authority that `openssl` plays, and every way in which one can be wrong."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import tsp

from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.stamped_head import StampedHead
from ledger.transparency.timestamp import TimestampAuthority, request
from tests_support.time_authority import OTHER_POLICY, POLICY, TimeAuthority, authority

NOTE = b"records.example/log\n900\nAAAA\n\n"
NONCE = b"\x81\x02\x03\x04\x05\x06\x07\x08"
CHANGES = 200


@pytest.fixture(params=["rsa", "ec"])
def tsa(request: pytest.FixtureRequest) -> TimeAuthority:
    return authority(request.param)


def stamped(tsa: TimeAuthority, message: bytes = NOTE, *, policy: str | None = None) -> bytes:
    return tsa.reply(request(message, NONCE, policy=policy))


def refused(believed: TimestampAuthority, message: bytes, token: bytes, **more: object) -> str:
    with pytest.raises(ProofError) as raised:
        believed.check(message, token, **more)  # type: ignore[arg-type]
    return raised.value.rule


def test_a_question_is_read_by_others_as_it_is_meant(tsa: TimeAuthority) -> None:
    shown = tsa.read_query(request(NOTE, NONCE, policy=OTHER_POLICY))
    assert "Hash Algorithm: sha512" in shown
    assert f"Nonce: 0x{NONCE.hex().upper()}" in shown
    assert f"Policy OID: {OTHER_POLICY}" in shown
    assert "Certificate required: yes" in shown


def test_a_token_says_when_it_was_given_and_openssl_agrees(tsa: TimeAuthority) -> None:
    token = stamped(tsa)
    believed = TimestampAuthority(tsa.certificate)
    at = believed.check(NOTE, token, nonce=NONCE, policy=POLICY)
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=5)
    assert tsa.accepts(NOTE, token)


def test_the_policy_that_is_asked_for_is_given(tsa: TimeAuthority) -> None:
    token = stamped(tsa, policy=OTHER_POLICY)
    believed = TimestampAuthority(tsa.certificate)
    believed.check(NOTE, token, policy=OTHER_POLICY)
    assert refused(believed, NOTE, token, policy=POLICY) == "timestamp_policy"


def test_a_token_over_other_bytes_is_good_over_other_bytes(tsa: TimeAuthority) -> None:
    token = stamped(tsa)
    believed = TimestampAuthority(tsa.certificate)
    assert refused(believed, NOTE + b"!", token) == "timestamp_imprint"
    assert not tsa.accepts(NOTE + b"!", token)


def test_an_answer_to_another_question_is_refused(tsa: TimeAuthority) -> None:
    believed = TimestampAuthority(tsa.certificate)
    assert refused(believed, NOTE, stamped(tsa), nonce=bytes(8)) == "timestamp_nonce"


def test_a_token_of_somebody_else_is_refused(tsa: TimeAuthority) -> None:
    stranger = authority("rsa", 1)
    believed = TimestampAuthority(tsa.certificate)
    assert refused(believed, NOTE, stamped(stranger)) == "timestamp_signature"
    assert not tsa.accepts(NOTE, stamped(stranger))
    both = TimestampAuthority(tsa.certificate + stranger.certificate)
    both.check(NOTE, stamped(stranger))


def test_an_authority_that_says_no_is_heard(tsa: TimeAuthority) -> None:
    answer = tsa.reply(b"no question")
    assert refused(TimestampAuthority(tsa.certificate), NOTE, answer) == "timestamp_refused"


@pytest.mark.parametrize("status", range(1, 6))
def test_only_what_is_granted_is_a_token(tsa: TimeAuthority, status: int) -> None:
    token = bytearray(stamped(tsa))
    at = bytes(token).index(b"\x30\x03\x02\x01\x00") + 4
    token[at] = status
    assert refused(TimestampAuthority(tsa.certificate), NOTE, bytes(token)) == "timestamp_refused"


@pytest.mark.parametrize(
    "garbage", [b"", b"\x00", b"<html>", bytes(300), b"\x30\x80", b"\x30" * 70_000]
)
def test_garbage_is_no_token(tsa: TimeAuthority, garbage: bytes) -> None:
    assert refused(TimestampAuthority(tsa.certificate), NOTE, garbage) == "timestamp_form"


def test_a_token_that_is_cut_off_or_goes_on_is_none(tsa: TimeAuthority) -> None:
    token = stamped(tsa)
    believed = TimestampAuthority(tsa.certificate)
    for wrong in (token[:-1], token[: len(token) // 2]):
        assert refused(believed, NOTE, wrong) == "timestamp_form"
        assert not tsa.accepts(NOTE, wrong)
    assert refused(believed, NOTE, token + b"\x00") == "timestamp_form"  # openssl reads no further


@pytest.mark.parametrize("wrong", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAA==\n"])
def test_who_is_believed_has_to_be_said(wrong: bytes) -> None:
    with pytest.raises(InvalidInputError) as raised:
        TimestampAuthority(wrong)
    assert raised.value.rule == "tsa_certificate"


# One byte


def unsigned_places(token: bytes) -> set[int]:
    """Where CMS has bytes that no signature covers: two versions, and the algorithm's name."""
    signed = tsp.TimeStampResp.load(token)["time_stamp_token"]["content"]
    signer = signed["signer_infos"][0]
    start = token.index(signed.contents)
    signer_at = token.rindex(signer.contents)
    name = signer["signature_algorithm"].dump()
    name_at = signer_at + signer.contents.rindex(name)
    return {start + 2, signer_at + 2, *range(name_at, name_at + len(name))}


def changes(token: bytes, seed: int) -> list[tuple[int, bytes]]:
    """Some one-byte changes, all over the token, and each place that is not signed."""
    dice = random.Random(seed)
    places = sorted({*dice.sample(range(len(token)), CHANGES), *unsigned_places(token)})
    return [
        (at, token[:at] + bytes([token[at] ^ dice.choice([1, 2, 64, 128])]) + token[at + 1 :])
        for at in places
    ]


@pytest.mark.many_cases
def test_no_byte_of_a_token_can_be_changed(tsa: TimeAuthority) -> None:
    token = stamped(tsa)
    believed = TimestampAuthority(tsa.certificate)
    rules = [refused(believed, NOTE, changed) for _, changed in changes(token, 3)]
    assert len(rules) >= CHANGES
    assert set(rules) <= {"timestamp_form", "timestamp_signature", "timestamp_refused"}


@pytest.mark.many_cases
def test_openssl_refuses_what_it_looks_at_and_we_refuse_the_rest(tsa: TimeAuthority) -> None:
    token = stamped(tsa)
    passed = {at for at, changed in changes(token, 4) if tsa.accepts(NOTE, changed)}
    assert passed <= unsigned_places(token)


def test_rsa_s_algorithm_has_two_names_that_say_the_same() -> None:
    tsa = authority("rsa")
    token = stamped(tsa)
    name = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01"  # rsaEncryption ends with 1, with SHA-256 with 11
    at = token.rindex(name + b"\x01") + len(name)
    renamed = token[:at] + b"\x0b" + token[at + 1 :]
    TimestampAuthority(tsa.certificate).check(NOTE, renamed)
    other = token[:at] + b"\x0d" + token[at + 1 :]  # with SHA-512: says something else
    assert refused(TimestampAuthority(tsa.certificate), NOTE, other) == "timestamp_form"


# Renewal


def test_a_renewed_token_says_that_the_first_was_there(tsa: TimeAuthority) -> None:
    believed = TimestampAuthority(tsa.certificate)
    head = StampedHead(900, NOTE, (stamped(tsa),))
    renewed = head._replace(tokens=(*head.tokens, stamped(tsa, head.next_message)))
    assert len(renewed.times(believed.check)) == 2
    assert tsa.accepts(NOTE + head.tokens[0], renewed.tokens[1])
    exchanged = renewed._replace(tokens=(stamped(tsa), renewed.tokens[1]))
    with pytest.raises(ProofError) as raised:
        exchanged.times(believed.check)
    assert raised.value.rule == "timestamp_imprint"


def test_a_token_older_than_what_it_renews_is_refused() -> None:
    times = iter([datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)])
    with pytest.raises(ProofError) as raised:
        StampedHead(900, NOTE, (b"1", b"2")).times(lambda _message, _token: next(times))
    assert raised.value.rule == "timestamp_order"
