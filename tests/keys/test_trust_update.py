"""Attacks on the trust list: each update here is one that a verifier must not follow."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from keys.algorithms import ESP256, ML_DSA_44, PrivateKey, PublicKey
from keys.envelope import EnvelopeSigner
from keys.errors import TrustListError
from keys.signer import MemorySigner
from keys.trust_document import digest_of, read, write
from keys.trust_list import KeyState, Officer, Root, TrustedKey, TrustList
from keys.trust_update import accept, accept_all

DAY = timedelta(days=1)
START = datetime(2026, 11, 1, tzinfo=UTC)
NOW = START + DAY


@dataclass
class Office:
    """Officers with their keys, and three trusted keys in different states."""

    signer: MemorySigner = field(default_factory=MemorySigner)

    def officer(self, person: str) -> Officer:
        return Officer(person, self.signer.generate(ESP256), self.signer.generate(ML_DSA_44))

    def sign(self, trust: TrustList, *keys: PublicKey) -> bytes:
        return write(
            trust, [EnvelopeSigner(key, partial(self.signer.sign, key.kid)) for key in keys]
        )

    def sign_by(self, trust: TrustList, *officers: Officer) -> bytes:
        return self.sign(trust, *(key for who in officers for key in (who.classical, who.lasting)))


OFFICE = Office()
AN, BINH, CHI = (OFFICE.officer(person) for person in ("officer-1", "officer-2", "officer-3"))
STRANGER = OFFICE.officer("stranger")


def a_key(state: KeyState = KeyState.ACTIVE, **changes: object) -> TrustedKey:
    key = TrustedKey(
        public=PrivateKey.generate(ESP256).public,
        issuer="MOJ",
        names=("Cơ quan mẫu", "Specimen authority"),
        uses=frozenset({1, "status"}),
        sign_from=START - 10 * DAY,
        sign_until=START + 100 * DAY,
        verify_until=START + 300 * DAY,
        state=state,
        status_prefixes=("https://verify.example.vn/status/",),
    )
    return replace(key, **changes)  # type: ignore[arg-type] # fields by name


ACTIVE = a_key()
RETIRED = a_key(KeyState.RETIRED, sign_until=START - DAY, verify_until=START + 90 * DAY)
LAPSED = a_key(KeyState.RETIRED, sign_until=START - 5 * DAY, verify_until=START - DAY)
COMPROMISED = a_key(
    KeyState.REVOKED, revoked_at=START, compromised_since=START - 2 * DAY, reason="stolen"
)
HELD = TrustList(
    version=1,
    list_id="vn-records",
    issued=START,
    next_update=START + 3 * DAY,
    previous=None,
    keys=(ACTIVE, RETIRED, LAPSED, COMPROMISED),
    officers=(AN, BINH, CHI),
    threshold=2,
)
NEXT = replace(HELD, version=2, previous=digest_of(HELD), issued=NOW, next_update=NOW + 3 * DAY)


def _next(**changes: object) -> TrustList:
    return replace(NEXT, **changes)  # type: ignore[arg-type] # fields by name


def _with_key(old: TrustedKey, **changes: object) -> bytes:
    new = replace(old, **changes)  # type: ignore[arg-type] # fields by name
    keys = tuple(new if key is old else key for key in HELD.keys)
    return OFFICE.sign_by(_next(keys=keys), AN, BINH)


GOOD = OFFICE.sign_by(NEXT, AN, BINH)


def test_a_proper_update_is_followed() -> None:
    assert accept(HELD, GOOD, at=NOW) == NEXT


def test_officers_and_threshold_may_change_if_old_and_new_ones_approve() -> None:
    new = _next(officers=(CHI, STRANGER), threshold=2)
    data = OFFICE.sign_by(new, AN, BINH, CHI, STRANGER)
    assert accept(HELD, data, at=NOW).root == Root((CHI, STRANGER), 2)


PROPER_CHANGES: dict[str, Callable[[], bytes]] = {
    "a new key": lambda: OFFICE.sign_by(_next(keys=(*HELD.keys, a_key(KeyState.PENDING))), AN, CHI),
    "a key is retired": lambda: _with_key(ACTIVE, state=KeyState.RETIRED, sign_until=NOW),
    "a key is given up": lambda: _with_key(
        ACTIVE, state=KeyState.REVOKED, revoked_at=NOW, compromised_since=START
    ),
    "a compromise moves earlier": lambda: _with_key(COMPROMISED, compromised_since=START - 9 * DAY),
    "an open window grows at its end": lambda: _with_key(
        ACTIVE, sign_until=START + 150 * DAY, verify_until=START + 400 * DAY
    ),
    "a window shrinks": lambda: _with_key(ACTIVE, sign_until=START + 20 * DAY),
}


@pytest.mark.parametrize("change", PROPER_CHANGES.values(), ids=PROPER_CHANGES.keys())
def test_a_proper_change_of_a_key_is_followed(change: Callable[[], bytes]) -> None:
    assert accept(HELD, change(), at=NOW).version == 2


def _fork() -> bytes:
    other = replace(HELD, next_update=START + 2 * DAY)
    return OFFICE.sign_by(_next(previous=digest_of(other)), AN, BINH)


ATTACKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "one officer of two": (lambda: OFFICE.sign_by(NEXT, AN), "old_officers"),
    "one officer twice": (lambda: OFFICE.sign_by(NEXT, AN, AN), "old_officers"),
    "strangers": (lambda: OFFICE.sign_by(NEXT, STRANGER), "old_officers"),
    "an officer and a stranger": (lambda: OFFICE.sign_by(NEXT, AN, STRANGER), "old_officers"),
    "classical signatures only": (
        lambda: OFFICE.sign(NEXT, AN.classical, BINH.classical, CHI.classical),
        "old_officers",
    ),
    "lasting signatures only": (
        lambda: OFFICE.sign(NEXT, AN.lasting, BINH.lasting, CHI.lasting),
        "old_officers",
    ),
    "one half from each of two officers": (
        lambda: OFFICE.sign(NEXT, AN.classical, AN.lasting, BINH.classical, CHI.lasting),
        "old_officers",
    ),
    "the new officers have not approved": (
        lambda: OFFICE.sign_by(_next(officers=(CHI, STRANGER)), AN, BINH),
        "new_officers",
    ),
    "the old officers have not approved": (
        lambda: OFFICE.sign_by(_next(officers=(STRANGER,), threshold=1), STRANGER, AN),
        "old_officers",
    ),
    "an officer under two names": (
        lambda: OFFICE.sign_by(
            _next(officers=(AN, replace(AN, person="officer-9"), BINH)), AN, BINH
        ),
        "officers",
    ),
    "nobody needs to approve": (
        lambda: OFFICE.sign_by(_next(threshold=0), AN, BINH),
        "officers",
    ),
    "another list": (lambda: OFFICE.sign_by(_next(list_id="other"), AN, BINH), "other_list"),
    "the held version again": (lambda: OFFICE.sign_by(HELD, AN, BINH), "rollback"),
    "a version is skipped": (lambda: OFFICE.sign_by(_next(version=3), AN, BINH), "gap"),
    "a fork of the history": (_fork, "not_chained"),
    "a chain that starts anew": (
        lambda: OFFICE.sign_by(_next(version=1, previous=None), AN, BINH),
        "rollback",
    ),
    "issued before the held one": (
        lambda: OFFICE.sign_by(_next(issued=START - DAY), AN, BINH),
        "issued_backwards",
    ),
    "an expired list": (
        lambda: OFFICE.sign_by(_next(issued=START, next_update=NOW), AN, BINH),
        "expired",
    ),
    "a list from the future": (
        lambda: OFFICE.sign_by(_next(issued=NOW + timedelta(seconds=301)), AN, BINH),
        "from_the_future",
    ),
    "a key is removed": (
        lambda: OFFICE.sign_by(_next(keys=(ACTIVE, RETIRED, LAPSED)), AN, BINH),
        "key_removed",
    ),
    "a key is exchanged": (
        lambda: _with_key(ACTIVE, public=PrivateKey.generate(ESP256).public),
        "key_removed",
    ),
    "a key gets another issuer": (lambda: _with_key(ACTIVE, issuer="MOH"), "key_changed"),
    "a key gets another use": (
        lambda: _with_key(ACTIVE, uses=frozenset({1, 2, "status"})),
        "key_changed",
    ),
    "a retired key is active again": (
        lambda: _with_key(RETIRED, state=KeyState.ACTIVE),
        "state_backwards",
    ),
    "a revoked key is retired again": (
        lambda: _with_key(
            COMPROMISED, state=KeyState.RETIRED, revoked_at=None, compromised_since=None
        ),
        "state_backwards",
    ),
    "a compromise is undone": (
        lambda: _with_key(COMPROMISED, compromised_since=None),
        "compromise_undone",
    ),
    "a compromise moves later": (
        lambda: _with_key(COMPROMISED, compromised_since=START),
        "compromise_undone",
    ),
    "a revocation moves later": (
        lambda: _with_key(COMPROMISED, revoked_at=NOW),
        "compromise_undone",
    ),
    "a window reaches further back": (
        lambda: _with_key(ACTIVE, sign_from=START - 20 * DAY),
        "window_widened",
    ),
    "a closed window opens again": (
        lambda: _with_key(RETIRED, sign_until=START + 30 * DAY),
        "window_widened",
    ),
    "a key that verified no more verifies again": (
        lambda: _with_key(LAPSED, verify_until=START + 30 * DAY),
        "window_widened",
    ),
}


@pytest.mark.parametrize(("attack", "rule"), ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_on_the_list_is_refused(attack: Callable[[], bytes], rule: str) -> None:
    with pytest.raises(TrustListError) as refused:
        accept(HELD, attack(), at=NOW)
    assert refused.value.rule == rule


def test_no_flipped_bit_makes_another_list() -> None:
    for place in range(0, len(GOOD) * 8, 97):
        changed = bytearray(GOOD)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(TrustListError):
            accept(HELD, bytes(changed), at=NOW)


def _walk(steps: int) -> list[bytes]:
    held, documents = HELD, []
    for step in range(1, steps + 1):
        issued = START + step * 3 * DAY
        held = replace(
            held,
            version=held.version + 1,
            previous=digest_of(held),
            issued=issued,
            next_update=issued + 3 * DAY,
        )
        documents.append(OFFICE.sign_by(held, BINH, CHI))
    return documents


def test_a_sleeper_walks_over_versions_that_have_expired_meanwhile() -> None:
    documents = _walk(4)
    assert accept_all(HELD, documents, at=START + 13 * DAY).version == 5
    with pytest.raises(TrustListError) as refused:
        accept_all(HELD, documents[:3], at=START + 13 * DAY)
    assert refused.value.rule == "expired"


def test_a_sleeper_cannot_leave_out_a_version() -> None:
    documents = _walk(3)
    with pytest.raises(TrustListError) as refused:
        accept_all(HELD, [documents[0], documents[2]], at=START + 10 * DAY)
    assert refused.value.rule == "gap"


def test_a_first_list_is_read_by_a_pinned_root_only() -> None:
    document = OFFICE.sign_by(HELD, AN, CHI)
    assert read(document, HELD.root, at=NOW) == HELD
    with pytest.raises(TrustListError) as refused:
        read(document, Root((STRANGER, BINH), 1), at=NOW)
    assert refused.value.rule == "old_officers"
    with pytest.raises(TrustListError) as refused:
        read(document, HELD.root, at=START + 3 * DAY)
    assert refused.value.rule == "expired"
    assert read(document, HELD.root).is_stale(START + 3 * DAY)


def test_a_pinned_root_without_a_threshold_approves_nothing() -> None:
    with pytest.raises(TrustListError) as refused:
        read(GOOD, Root((), 0))
    assert refused.value.rule == "old_officers"
