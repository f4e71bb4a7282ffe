"""Trust for foreign formats as bytes: one form, the same for ever, and every other one refused."""

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keys.foreign_keys import ForeignKey
from ledger import canonical
from ledger.errors import InvalidInputError
from tests_support.foreign_vectors import own_trust, spki_key
from tests_support.signed_certificates import ed25519, p256
from verify_api.profiles.foreign import NO_FOREIGN_TRUST, ForeignIssuer, ForeignTrust
from verify_api.profiles.trust_form import read_foreign_trust, write_foreign_trust

KEY = ForeignKey(
    spki_key(p256(1)),
    hcert_kid=b"8 bytes.",
    purposes=frozenset({"1.2.3", "1.2.10"}),
    window=(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)),
)
SMALL = ForeignTrust(
    hcert=(ForeignIssuer((KEY,), "Bộ Mẫu"),),
    smart_health_cards=(ForeignIssuer((), "", "https://a.example"),),
    claim_169=(ForeignIssuer((ForeignKey(spki_key(ed25519(1)), "k"),)),),
    revoked_cards={"kid": {"b": None, "a": 5}},
)
GOLDEN = (
    "a40181836a" "42e1bb99204de1baab75" "f681" "84" "585b"
    "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
    "4838206279746573" "2e" "8266312e322e313065312e322e33" "82201a72bd0c00"
    "02818360" "7168747470733a2f2f612e6578616d706c65" "80"
    "03818360f68184582c302a300506032b6570032100"
    "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c"
    "416b80f6"
    "04a1636b6964a261610561" "62f6"
)  # fmt: skip


def test_the_bytes_are_those_that_were_decided_once() -> None:
    assert write_foreign_trust(SMALL).hex() == GOLDEN
    assert read_foreign_trust(bytes.fromhex(GOLDEN)) == SMALL


def test_what_is_read_is_written_again_and_a_key_is_named_as_its_credentials_name_it() -> None:
    data = write_foreign_trust(own_trust())
    read = read_foreign_trust(data)
    assert write_foreign_trust(read) == data
    assert [issuer.name for issuer in read.hcert] == ["Bộ Mẫu", ""]
    # A key set names keys in base64; here stand the bytes that a credential has.
    assert read.hcert[1].keys[0].hcert_kid == b"xx"
    assert read.claim_169[0].keys[0].kid == "id-1"
    assert read.revoked_cards == own_trust().revoked_cards


def test_trust_in_nobody_is_trust_too() -> None:
    assert read_foreign_trust(write_foreign_trust(NO_FOREIGN_TRUST)) == NO_FOREIGN_TRUST


SPKI = spki_key(p256(1)).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
GOOD: dict[object, object] = {1: [["A", None, [[SPKI, None, [], None]]]], 2: [], 3: [], 4: {}}
ODD: dict[str, Any] = {
    "a list": [],
    "one format less": {1: [], 2: [], 3: []},
    "one member more": {**GOOD, 5: []},
    "no issuers": {**GOOD, 1: {}},
    "an issuer of two": {**GOOD, 1: [["A", None]]},
    "a nameless issuer": {**GOOD, 1: [[None, None, []]]},
    "an address that is none": {**GOOD, 1: [["A", 5, []]]},
    "a key of three": {**GOOD, 1: [["A", None, [[SPKI, None, []]]]]},
    "a key that is none": {**GOOD, 1: [["A", None, [[b"key", None, [], None]]]]},
    "a name that is text": {**GOOD, 1: [["A", None, [[SPKI, "kid", [], None]]]]},
    "a kid that is no text": {**GOOD, 2: [["A", None, [[SPKI, b"\xff", [], None]]]]},
    "usages out of order": {**GOOD, 1: [["A", None, [[SPKI, None, ["2", "1"], None]]]]},
    "a usage twice": {**GOOD, 1: [["A", None, [[SPKI, None, ["1", "1"], None]]]]},
    "a usage that is a number": {**GOOD, 1: [["A", None, [[SPKI, None, [1], None]]]]},
    "half a window": {**GOOD, 1: [["A", None, [[SPKI, None, [], [1]]]]]},
    "a window of text": {**GOOD, 1: [["A", None, [[SPKI, None, [], ["1", "2"]]]]]},
    "a window beyond time": {**GOOD, 1: [["A", None, [[SPKI, None, [], [1, 253402300800]]]]]},
    "revoked by number": {**GOOD, 4: {1: {"a": None}}},
    "nothing revoked": {**GOOD, 4: {"kid": {}}},
    "revoked before a day": {**GOOD, 4: {"kid": {"a": "monday"}}},
    "revoked before nothing": {**GOOD, 4: {"kid": {"a": -1}}},
    "revoked in a list": {**GOOD, 4: {"kid": ["a"]}},
}


@pytest.mark.parametrize("name", ODD)
def test_every_other_form_is_refused(name: str) -> None:
    assert read_foreign_trust(canonical.encode(GOOD)).hcert[0].name == "A"
    with pytest.raises(InvalidInputError) as refused:
        read_foreign_trust(canonical.encode(ODD[name]))
    assert (refused.value.place, refused.value.rule) == ("bundle.foreign", "form")


@pytest.mark.parametrize("data", [b"", b"\xa0\x00", bytes.fromhex(GOLDEN)[:-1]])
def test_bytes_that_are_no_value_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidInputError):
        read_foreign_trust(data)


def test_trust_is_joined_and_as_old_as_the_older() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    one = ForeignTrust(SMALL.hcert, revoked_cards={"kid": {"a": 1}}, until=late)
    other = ForeignTrust(claim_169=SMALL.claim_169, revoked_cards=SMALL.revoked_cards, until=early)
    joined = one.joined(other)
    assert (joined.hcert, joined.claim_169) == (SMALL.hcert, SMALL.claim_169)
    assert joined.revoked_cards == {"kid": {"a": 5, "b": None}}
    assert joined.until == early
    assert joined.revoked_until is None
