"""The offline bundle: read from pinned officers only, as old as it says, refused if changed."""

import json
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from keys.algorithms import ML_DSA_44, PrivateKey
from keys.envelope import EnvelopeSigner, read_sign1, write_sign1
from keys.trust_document import digest_of, read_root, write
from keys.trust_list import GRACE, Officer, Root, TrustList
from ledger import canonical
from ledger.certificates.status_list import write_status_list_token
from ledger.errors import InvalidInputError
from tests_support.foreign_vectors import card, health, identity, own_trust
from tests_support.signed_certificates import (
    AT,
    IN_FORCE,
    ISSUING_KEY,
    POLICY,
    STATUS_KEY,
    STATUS_URI,
    TOKEN,
    TRUST,
    UNLISTED_KEY,
    code,
    p256,
    published,
)
from verify_api.bundle import (
    BUNDLE_TYP,
    REVOCATIONS_HOLD,
    Bundle,
    OfflineEvidence,
    read_bundle,
    write_bundle,
)
from verify_api.verdict import Overall, Reason, State
from verify_api.verification import verify

GOLDEN = Path(__file__).parents[1] / "golden" / "bundles.json"
CLASSICAL, LASTING = p256(11), PrivateKey.generate(ML_DSA_44)
OFFICER = Officer("officer-1", CLASSICAL.public, LASTING.public)
ROOT = Root((OFFICER,), 1)
NEW_CLASSICAL, NEW_LASTING = p256(12), PrivateKey.generate(ML_DSA_44)
NEW_OFFICER = Officer("officer-2", NEW_CLASSICAL.public, NEW_LASTING.public)

FIRST = replace(TRUST, version=1, previous=None, officers=(OFFICER,), threshold=1)
SECOND = replace(FIRST, version=2, previous=digest_of(FIRST), officers=(NEW_OFFICER,))


def document(trust: TrustList, *keys: PrivateKey) -> bytes:
    return write(trust, [EnvelopeSigner(key.public, key.sign) for key in keys])


FIRST_DOCUMENT = document(FIRST, CLASSICAL, LASTING)
SECOND_DOCUMENT = document(SECOND, CLASSICAL, LASTING, NEW_CLASSICAL, NEW_LASTING)
LIST = write_status_list_token(
    published({TOKEN.status.index + 1: 1}), key=STATUS_KEY.public, sign=STATUS_KEY.sign
)
BUNDLE = Bundle(AT - timedelta(hours=1), (FIRST_DOCUMENT,), {STATUS_URI: LIST})


def written(bundle: Bundle = BUNDLE, key: PrivateKey = STATUS_KEY) -> bytes:
    return write_bundle(bundle, key=key.public, sign=key.sign)


def read(data: bytes, **changes: Any) -> OfflineEvidence:
    return read_bundle(data, changes.pop("root", ROOT), **{"at": AT, **changes})


def test_a_certificate_is_verified_from_a_bundle_alone() -> None:
    evidence = read(written())
    assert evidence.trust == FIRST
    assert evidence.made_at == BUNDLE.made_at
    verdict = verify(code(), at=AT, trust=evidence.trust, status=evidence.status, policy=POLICY)
    assert verdict.state is State.VALID
    assert verdict.evidence.status.as_of == AT - timedelta(hours=2)
    assert not verdict.evidence.status.online


def test_the_same_bundle_has_the_same_bytes() -> None:
    assert written() == written()


def test_a_bundle_grows_old_in_its_answers_and_not_at_once() -> None:
    for days, reasons in (
        (8, (Reason.STATUS_STALE,)),
        (27, (Reason.STATUS_STALE, Reason.TRUST_LIST_AGEING)),
        (40, (Reason.TRUST_LIST_STALE,)),
    ):
        at = AT + timedelta(days=days)
        evidence = read(written(), at=at)
        verdict = verify(code(), at=at, trust=evidence.trust, status=evidence.status, policy=POLICY)
        assert verdict.reasons == reasons
        assert verdict.overall is Overall.CANNOT_TELL


def test_a_verifier_may_want_younger_lists_than_the_issuer() -> None:
    evidence = read(written(), longest_age=timedelta(minutes=30))
    verdict = verify(code(), at=AT, trust=evidence.trust, status=evidence.status, policy=POLICY)
    assert verdict.reasons == (Reason.STATUS_STALE,)


def test_the_officers_of_any_version_may_be_pinned() -> None:
    both = written(replace(BUNDLE, trust_documents=(FIRST_DOCUMENT, SECOND_DOCUMENT)))
    assert read(both).trust == SECOND
    assert read(both, root=Root((NEW_OFFICER,), 1)).trust == SECOND


def payload_with(**changes: Any) -> bytes:
    """Return a signed bundle with members of its payload replaced."""
    members: dict[int, Any] = {
        0: 1,
        1: int(BUNDLE.made_at.timestamp()),
        2: [FIRST_DOCUMENT],
        3: {STATUS_URI: LIST},
    }
    payload = canonical.encode(
        {**members, **{int(name[1:]): value for name, value in changes.items()}}
    )
    protected = canonical.encode({1: -9, 4: STATUS_KEY.public.kid, 16: BUNDLE_TYP})
    return write_sign1(protected, payload, STATUS_KEY.sign)


def header_with(header: Any) -> bytes:
    payload = canonical.encode({0: 1, 1: 1, 2: [FIRST_DOCUMENT], 3: {}})
    return write_sign1(canonical.encode(header), payload, STATUS_KEY.sign)


GOOD = written()
STRANGER = document(replace(FIRST, officers=(NEW_OFFICER,)), NEW_CLASSICAL, NEW_LASTING)


# By name, because the lasting signatures in them are random: test ids must not be.
REFUSED = {
    "empty": (b"", "bundle", "layout"),
    "cut off": (GOOD[:-1], "bundle", "layout"),
    "trailing": (GOOD + b"\x00", "bundle", "layout"),
    "too long": (bytes((32 << 20) + 1), "bundle", "too_long"),
    "signature": (GOOD[:-1] + bytes([GOOD[-1] ^ 1]), "bundle.signature", "signature"),
    "unlisted key": (written(key=UNLISTED_KEY), "bundle.signature", "signature"),
    "certificate key": (written(key=ISSUING_KEY), "bundle.key", "key_not_for_this_use"),
    "future": (
        written(replace(BUNDLE, made_at=AT + timedelta(hours=1))),
        "bundle.made_at",
        "from_the_future",
    ),
    "stranger's officers": (
        written(replace(BUNDLE, trust_documents=(STRANGER,))),
        "bundle.trust",
        "old_officers",
    ),
    "no trust list": (
        written(replace(BUNDLE, trust_documents=(b"",))),
        "bundle.trust",
        "old_officers",
    ),
    "twice the same version": (
        written(replace(BUNDLE, trust_documents=(FIRST_DOCUMENT, FIRST_DOCUMENT))),
        "bundle.trust",
        "rollback",
    ),
    "broken status list": (
        written(replace(BUNDLE, status_lists={STATUS_URI: LIST[:-1] + b"\x00"})),
        "status_list.signature",
        "signature",
    ),
    "status list elsewhere": (
        written(replace(BUNDLE, status_lists={STATUS_URI + "x": LIST})),
        "status_list.sub",
        "uri",
    ),
    "format": (payload_with(_0=2), "bundle", "form"),
    "time": (payload_with(_1=-1), "bundle", "form"),
    "no documents": (payload_with(_2=[]), "bundle", "form"),
    "documents": (payload_with(_2=["text"]), "bundle", "form"),
    "addresses": (payload_with(_3={1: LIST}), "bundle", "form"),
    "lists": (payload_with(_3={STATUS_URI: "text"}), "bundle", "form"),
    "foreign trust": (payload_with(_4=b"\xa0"), "bundle.foreign", "form"),
    "foreign trust is text": (payload_with(_4="text"), "bundle.foreign", "form"),
    "header without type": (
        header_with({1: -9, 4: STATUS_KEY.public.kid}),
        "bundle.protected",
        "header",
    ),
    "header of another type": (
        header_with({1: -9, 4: STATUS_KEY.public.kid, 16: "text/plain"}),
        "bundle.protected",
        "header",
    ),
    "header is no map": (header_with([]), "bundle.protected", "header"),
    "algorithm": (
        header_with({1: -19, 4: STATUS_KEY.public.kid, 16: BUNDLE_TYP}),
        "bundle.key",
        "algorithm_not_of_key",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bundle_that_is_not_to_be_believed_is_refused(name: str) -> None:
    data, place, rule = REFUSED[name]
    with pytest.raises(InvalidInputError) as refused:
        read(data)
    assert (refused.value.place, refused.value.rule) == (place, rule)


def golden() -> dict[str, bytes]:
    """Return the bundles that were written once, and the root that they begin from."""
    written = json.loads(GOLDEN.read_text("utf-8"))
    return {name: b64decode(value) for name, value in written.items()}


@pytest.mark.parametrize("name", ["format 1", "format 1 with foreign trust"])
def test_a_bundle_that_was_written_once_is_read_for_ever(name: str) -> None:
    files = golden()
    evidence = read_bundle(files[name], read_root(files["root"]), at=AT)
    verdict = verify(code(), at=AT, trust=evidence.trust, status=evidence.status, policy=POLICY)
    assert verdict.state is State.VALID
    assert [issuer.name for issuer in evidence.foreign.hcert] == (
        ["Bộ Mẫu", ""] if "foreign" in name else []
    )


def test_a_bundle_without_foreign_trust_has_the_bytes_that_it_always_had() -> None:
    payload = canonical.decode(read_sign1(written()).payload)
    assert set(payload) == {0, 1, 2, 3}
    more = written(replace(BUNDLE, foreign=own_trust()))
    assert set(canonical.decode(read_sign1(more).payload)) == {0, 1, 2, 3, 4}


def test_foreign_trust_is_as_old_as_the_trust_list_beside_it() -> None:
    foreign = read(written(replace(BUNDLE, foreign=own_trust()))).foreign
    assert foreign.until == FIRST.next_update + GRACE
    assert foreign.revoked_until == BUNDLE.made_at + REVOCATIONS_HOLD
    policy = replace(POLICY, foreign=foreign)
    for at, state in ((AT, State.VALID), (foreign.until, State.CANNOT_CONFIRM)):
        for text in (health(), card(), identity()):
            verdict = verify(text, at=at, trust=FIRST, status=IN_FORCE, policy=policy)
            assert verdict.state is state


def test_a_trust_list_older_than_one_that_was_held_is_refused() -> None:
    assert read(GOOD, newest_seen=1).trust.version == 1
    with pytest.raises(InvalidInputError) as refused:
        read(GOOD, newest_seen=2)
    assert refused.value.rule == "rollback"
