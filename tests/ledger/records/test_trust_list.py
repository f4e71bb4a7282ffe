from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from keys.algorithms import ESP256, PrivateKey
from keys.trust_list import KeyState, TrustedKey, TrustList
from ledger.errors import RefusedError
from ledger.records.trust_list import (
    Publications,
    SigningKeyRegistered,
    TrustListPublished,
    fold,
    publish,
    register,
)

START = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def a_key() -> TrustedKey:
    return TrustedKey(
        public=PrivateKey.generate(ESP256).public,
        issuer="MOJ",
        names=("Cơ quan mẫu", "Specimen authority"),
        uses=frozenset({1}),
        sign_from=START,
        sign_until=START + DAY,
        verify_until=START + DAY,
        state=KeyState.PENDING,
    )


FIRST, SECOND = a_key(), a_key()
LIST = TrustList(1, "vn-records", START, START + DAY, None, (FIRST,), (), 1)
REGISTERED = register(Publications(), kid=FIRST.public.kid)


def test_a_key_is_registered_once() -> None:
    assert SigningKeyRegistered(FIRST.public.kid) == REGISTERED
    with pytest.raises(RefusedError) as refused:
        register(fold((REGISTERED,)), kid=FIRST.public.kid)
    assert refused.value.rule == "signing_key_exists"


def test_a_publication_keeps_the_document_and_says_which_keys_it_holds() -> None:
    fact = publish(fold((REGISTERED,)), trust=LIST, document=b"signed", at=START)
    assert fact == TrustListPublished(
        1, sha256(b"signed").digest(), b"signed", (FIRST.public.kid,), START
    )
    state = fold((REGISTERED, fact))
    assert (state.version, state.document) == (1, b"signed")


def test_a_version_follows_the_last_one() -> None:
    with pytest.raises(RefusedError) as refused:
        publish(fold((REGISTERED,)), trust=replace(LIST, version=2), document=b"", at=START)
    assert refused.value.rule == "trust_list_version"


@pytest.mark.parametrize("keys", [(), (SECOND,), (FIRST, SECOND)], ids=["none", "other", "more"])
def test_a_version_holds_the_registered_keys_and_no_others(keys: tuple[TrustedKey, ...]) -> None:
    with pytest.raises(RefusedError) as refused:
        publish(fold((REGISTERED,)), trust=replace(LIST, keys=keys), document=b"", at=START)
    assert refused.value.rule == "trust_list_keys"
