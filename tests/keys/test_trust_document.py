from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest

from keys.algorithms import ED25519, ESP256, ML_DSA_44, PrivateKey
from keys.envelope import EnvelopeSigner, write_sign
from keys.errors import TrustListError
from keys.trust_document import (
    MAX_DOCUMENT_BYTES,
    MAX_SIGNATURES,
    MEDIA_TYPE,
    digest_of,
    payload_of,
    read,
    read_root,
    read_unpinned,
    write,
    write_root,
)
from keys.trust_list import KeyState, Officer, Root, TrustedKey, TrustList, jwks

START = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
CLASSICAL = PrivateKey.generate(ESP256)
LASTING = PrivateKey.generate(ML_DSA_44)
OFFICER = Officer("officer-1", CLASSICAL.public, LASTING.public)
SIGNERS = [EnvelopeSigner(key.public, key.sign) for key in (CLASSICAL, LASTING)]
KEY = TrustedKey(
    public=PrivateKey.generate(ESP256).public,
    issuer="MOJ",
    names=("Cơ quan mẫu", "Specimen authority"),
    uses=frozenset({2, 1, "status"}),
    sign_from=START,
    sign_until=START + 100 * DAY,
    verify_until=START + 300 * DAY,
    state=KeyState.ACTIVE,
    status_prefixes=("https://verify.example.vn/status/",),
)
REVOKED = replace(
    KEY,
    public=PrivateKey.generate(ED25519).public,
    uses=frozenset({"checkpoint"}),
    state=KeyState.REVOKED,
    revoked_at=START + DAY,
    compromised_since=START,
    reason="stolen",
    status_prefixes=(),
)
LIST = TrustList(
    version=1,
    list_id="vn-records",
    issued=START,
    next_update=START + 3 * DAY,
    previous=None,
    keys=(KEY, REVOKED),
    officers=(OFFICER,),
    threshold=1,
)
ROOT = LIST.root
PROTECTED = cbor2.dumps({16: MEDIA_TYPE})


def test_a_list_is_written_and_read() -> None:
    document = write(LIST, SIGNERS)
    assert read(document, ROOT) == LIST
    assert read_unpinned(document) == LIST


def test_the_payload_is_what_the_documentation_says() -> None:
    payload = cbor2.loads(payload_of(LIST))
    assert payload.keys() == {
        "v", "seq", "list_id", "issued", "next_update", "prev", "threshold", "officers", "keys",
    }  # fmt: skip
    assert payload["issued"] == int(START.timestamp())
    first, second = payload["keys"]
    assert first["use"] == [1, 2, "status"]
    assert first["kid"] == KEY.public.kid
    assert first["names"] == ["Cơ quan mẫu", "Specimen authority"]
    assert second["compromised_since"] == int(START.timestamp())
    assert len(digest_of(LIST)) == 32


def test_both_signatures_stand_in_the_document() -> None:
    _, _, payload, signatures = cbor2.loads(write(LIST, SIGNERS)[2:])
    assert payload == payload_of(LIST)
    assert [len(signature) for _, _, signature in signatures] == [64, 2420]


def _signed(payload: object) -> bytes:
    data = payload if isinstance(payload, bytes) else cbor2.dumps(payload, canonical=True)
    return write_sign(data, PROTECTED, SIGNERS)


def _changed(**changes: object) -> bytes:
    return _signed({**cbor2.loads(payload_of(LIST)), **changes})


def _with_key(**changes: object) -> bytes:
    key: dict[str, Any] = cbor2.loads(payload_of(LIST))["keys"][0]
    return _changed(keys=[{**key, **changes}])


COSE_KEY = KEY.public.cose_key

UNREADABLE = {
    "nothing": b"",
    "another tag": b"\xd2\x80",
    "too large": bytes(MAX_DOCUMENT_BYTES + 1),
    "another type": write_sign(payload_of(LIST), cbor2.dumps({16: "text/plain"}), SIGNERS),
    "too many signatures": write_sign(
        payload_of(LIST), PROTECTED, SIGNERS[:1] * (MAX_SIGNATURES + 1)
    ),
    "a payload that is no CBOR": _signed(b"\xff"),
    "a payload that is no map": _signed([]),
    "a payload in another encoding": _signed(payload_of(LIST) + b"\x00"),
    "another format": _changed(v=2),
    "a member too many": _changed(more=1),
    "text for a version": _changed(seq="1"),
    "a boolean for a version": _changed(seq=True),
    "a time before 1970": _changed(issued=-1),
    "a time that no calendar has": _changed(next_update=1 << 60),
    "a number for the previous version": _changed(prev=5),
    "keys that are no list": _changed(keys={}),
    "a key that is no map": _changed(keys=[5]),
    "a key with a member too many": _with_key(more=1),
    "an algorithm that is not ours": _with_key(alg=-7),
    "a key of another algorithm": _with_key(alg=-19),
    "a key with another name": _with_key(kid=bytes(32)),
    "a key with a member that is not its own": _with_key(cose_key={**COSE_KEY, 4: b"kid"}),
    "a key that is none": _with_key(cose_key={1: 2}),
    "three names": _with_key(names=["a", "b", "c"]),
    "a name that is a number": _with_key(names=["a", 5]),
    "a use that is a boolean": _with_key(use=[True]),
    "uses in another order": _with_key(use=["status", 1]),
    "a use twice": _with_key(use=[1, 1]),
    "an unknown state": _with_key(state="lost"),
    "a reason that is a number": _with_key(reason=5),
    "a time that is text": _with_key(sign_from="2026-11-01"),
    "an officer that is no map": _changed(officers=[5]),
    "an officer whose key is none": _changed(
        officers=[{"person": "x", "classical": {}, "lasting": {}}]
    ),
}


@pytest.mark.parametrize("document", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_trust_list_is_an_error_never_an_empty_list(document: bytes) -> None:
    with pytest.raises(TrustListError) as refused:
        read(document, ROOT)
    assert refused.value.rule == "unreadable"


def test_what_a_stranger_signed_is_not_even_parsed() -> None:
    stranger = PrivateKey.generate(ESP256)
    signer = EnvelopeSigner(stranger.public, stranger.sign)
    with pytest.raises(TrustListError) as refused:
        read(write_sign(b"\xff", PROTECTED, [signer]), ROOT)
    assert refused.value.rule == "old_officers"


def test_a_list_must_at_least_be_approved_by_its_own_officers() -> None:
    with pytest.raises(TrustListError) as refused:
        read_unpinned(write(LIST, SIGNERS[:1]))
    assert refused.value.rule == "new_officers"


BAD_FORM: dict[str, tuple[TrustList, str]] = {
    "no officers": (replace(LIST, officers=()), "officers"),
    "a threshold that nobody reaches": (replace(LIST, threshold=2), "officers"),
    "a person twice": (replace(LIST, officers=(OFFICER, OFFICER)), "officers"),
    "version 0": (replace(LIST, version=0), "chain"),
    "a first version with a previous one": (replace(LIST, previous=bytes(32)), "chain"),
    "a second version without one": (replace(LIST, version=2), "chain"),
    "a short previous digest": (replace(LIST, version=2, previous=bytes(31)), "chain"),
    "expired when issued": (replace(LIST, next_update=START), "times"),
    "a time with fractions": (
        replace(LIST, issued=START - timedelta(microseconds=1)),
        "times",
    ),
    "a naive time": (
        replace(LIST, keys=(replace(KEY, sign_from=START.replace(tzinfo=None)),)),
        "times",
    ),
    "a window that never opens": (
        replace(LIST, keys=(replace(KEY, sign_until=START),)),
        "window",
    ),
    "verification ends before signing": (
        replace(LIST, keys=(replace(KEY, verify_until=START + DAY),)),
        "window",
    ),
    "an issuer of thirteen characters": (
        replace(LIST, keys=(replace(KEY, issuer="A" * 13),)),
        "issuer",
    ),
    "an issuer that is not ASCII": (replace(LIST, keys=(replace(KEY, issuer="BỘ"),)), "issuer"),
    "no issuer": (replace(LIST, keys=(replace(KEY, issuer=""),)), "issuer"),
    "no use": (replace(LIST, keys=(replace(KEY, uses=frozenset()),)), "uses"),
    "an unknown service": (replace(LIST, keys=(replace(KEY, uses=frozenset({"x"})),)), "uses"),
    "a negative type": (replace(LIST, keys=(replace(KEY, uses=frozenset({-1})),)), "uses"),
    "revoked without a date": (
        replace(LIST, keys=(replace(KEY, state=KeyState.REVOKED),)),
        "state",
    ),
    "compromised but active": (
        replace(LIST, keys=(replace(KEY, compromised_since=START),)),
        "state",
    ),
}


@pytest.mark.parametrize(("trust", "rule"), BAD_FORM.values(), ids=BAD_FORM.keys())
def test_a_list_of_bad_form_is_never_written(trust: TrustList, rule: str) -> None:
    with pytest.raises(TrustListError) as refused:
        write(trust, SIGNERS)
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    "prefix",
    [
        "https://verify.example.vn",
        "https://verify.example.vn/status",
        "http://verify.example.vn/",
        "https://user@verify.example.vn/",
        "https://verify.example.vn/?list=/",
        "https:///",
        "http://127.0.0.1.example.vn/",
        "ftp://verify.example.vn/",
        "",
    ],
)
def test_a_status_prefix_cannot_grow_into_another_host(prefix: str) -> None:
    with pytest.raises(TrustListError) as refused:
        write(replace(LIST, keys=(replace(KEY, status_prefixes=(prefix,)),)), SIGNERS)
    assert refused.value.rule == "status_prefix"


@pytest.mark.parametrize(
    "prefix", ["https://verify.example.vn/", "http://127.0.0.1:8000/status/", "http://localhost/"]
)
def test_a_status_prefix_is_https_or_this_machine(prefix: str) -> None:
    trust = replace(LIST, keys=(replace(KEY, status_prefixes=(prefix,)),))
    assert read_unpinned(write(trust, SIGNERS)) == trust


def test_two_keys_that_a_token_could_not_tell_apart_make_no_list() -> None:
    with pytest.raises(TrustListError) as refused:
        replace(LIST, keys=(KEY, replace(KEY, issuer="MOH")))
    assert refused.value.rule == "short_kid_shared"


def test_nor_does_a_signed_document_that_lists_them() -> None:
    key = cbor2.loads(payload_of(LIST))["keys"][0]
    with pytest.raises(TrustListError) as refused:
        read(_changed(keys=[key, key]), ROOT)
    assert refused.value.rule == "short_kid_shared"


def test_keys_are_found_by_both_their_names() -> None:
    assert LIST.by_kid(KEY.public.kid) is KEY
    assert LIST.key_by_short_kid(KEY.public.short_kid) is KEY
    assert LIST.by_kid(bytes(32)) is None
    assert LIST.key_by_short_kid(bytes(8)) is None


def test_a_list_is_stale_at_its_next_update_and_useless_seven_days_later() -> None:
    moments = [timedelta(seconds=-1), timedelta(), 7 * DAY - timedelta(seconds=1), 7 * DAY]
    at = [LIST.next_update + moment for moment in moments]
    assert [LIST.is_stale(moment) for moment in at] == [False, True, True, True]
    assert [LIST.is_beyond_grace(moment) for moment in at] == [False, False, False, True]


def test_a_root_is_pinned_as_bytes() -> None:
    assert read_root(write_root(ROOT)) == ROOT
    for data in (
        b"",
        b"\xa0",
        cbor2.dumps({"v": 1, "threshold": 1, "officers": 5}, canonical=True),
    ):
        with pytest.raises(TrustListError):
            read_root(data)
    with pytest.raises(TrustListError):
        write_root(Root((), 1))


def test_an_officer_has_one_key_of_each_sort() -> None:
    for keys in ((CLASSICAL, CLASSICAL), (LASTING, LASTING)):
        with pytest.raises(TrustListError):
            Officer("officer-1", keys[0].public, keys[1].public)


def test_revoked_keys_are_not_among_the_jwks() -> None:
    assert jwks(LIST) == {"keys": [KEY.public.jwk()]}
