from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keys.algorithms import ALGORITHMS, ESP256, Algorithm, PrivateKey
from keys.trust_list import KeyState
from ledger.errors import RefusedError
from ledger.records.signing_key import (
    NOTICE,
    Fact,
    SigningKey,
    SigningKeyActivated,
    SigningKeyCompromised,
    SigningKeyRetired,
    activate,
    check_successor,
    create,
    declare_compromise,
    evolve,
    fold,
    retire,
)

DAY = timedelta(days=1)
START = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
PUBLIC = PrivateKey.generate(ESP256).public
ASKED: dict[str, Any] = {
    "public": PUBLIC,
    "issuer": "MOJ",
    "names": ("Cơ quan mẫu", "Specimen authority"),
    "uses": frozenset({2, 1, "status"}),
    "sign_from": START,
    "sign_until": START + 100 * DAY,
    "verify_until": START + 300 * DAY,
    "status_prefixes": ("https://verify.example.vn/status/",),
}
CREATED = create(None, **ASKED)
ACTIVATED = SigningKeyActivated(START)
RETIRED = SigningKeyRetired(START + 50 * DAY)
COMPROMISED = SigningKeyCompromised(START + 10 * DAY, START + 20 * DAY, "stolen")


def given(*facts: Fact) -> SigningKey | None:
    return fold(facts)


def refused_rule(refused: pytest.ExceptionInfo[RefusedError]) -> str:
    return refused.value.rule


def test_a_key_that_was_made_is_pending_and_keeps_all_that_was_said() -> None:
    key = given(CREATED)
    assert key is not None
    assert key.state is KeyState.PENDING
    assert key.public == PUBLIC
    assert (key.issuer, key.names, key.uses) == (ASKED["issuer"], ASKED["names"], ASKED["uses"])
    assert (key.sign_from, key.sign_until) == (ASKED["sign_from"], ASKED["sign_until"])
    assert key.verify_until == ASKED["verify_until"]
    assert key.status_prefixes == ASKED["status_prefixes"]


@pytest.mark.parametrize("algorithm", ALGORITHMS.values(), ids=lambda algorithm: algorithm.name)
def test_a_key_of_every_algorithm_comes_back_from_its_fact(algorithm: Algorithm) -> None:
    public = PrivateKey.generate(algorithm).public
    key = given(create(None, **{**ASKED, "public": public}))
    assert key is not None
    assert key.public == public


def test_a_key_is_made_once() -> None:
    with pytest.raises(RefusedError) as refused:
        create(given(CREATED), **ASKED)
    assert refused_rule(refused) == "signing_key_exists"


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"sign_until": START}, "signing_key_window"),
        ({"verify_until": START + DAY}, "signing_key_window"),
        ({"issuer": "a name of many letters"}, "signing_key_issuer"),
        ({"uses": frozenset()}, "signing_key_uses"),
        ({"uses": frozenset({"anything"})}, "signing_key_uses"),
        ({"status_prefixes": ("http://example.vn/",)}, "signing_key_status_prefix"),
        ({"sign_from": START.replace(tzinfo=None)}, "signing_key_times"),
    ],
)
def test_a_key_that_no_list_could_hold_is_refused(changed: dict[str, Any], rule: str) -> None:
    with pytest.raises(RefusedError) as refused:
        create(None, **{**ASKED, **changed})
    assert refused_rule(refused) == rule


def test_a_key_is_activated_seven_days_after_it_was_published() -> None:
    at = START + NOTICE
    fact = activate(given(CREATED), at=at, published_since=START)
    assert fact == SigningKeyActivated(at)
    key = given(CREATED, fact)
    assert key is not None
    assert key.state is KeyState.ACTIVE


@pytest.mark.parametrize(
    ("published_since", "rule"),
    [
        (START + timedelta(seconds=1), "signing_key_notice"),
        (None, "signing_key_not_published"),
    ],
)
def test_a_key_that_verifiers_do_not_know_yet_is_not_activated(
    published_since: datetime | None, rule: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        activate(given(CREATED), at=START + NOTICE, published_since=published_since)
    assert refused_rule(refused) == rule


def test_a_first_start_needs_no_notice_but_a_reason() -> None:
    because = "first start of this ledger"
    fact = activate(given(CREATED), at=START, published_since=None, immediately_because=because)
    assert fact.immediately_because == because
    with pytest.raises(RefusedError) as refused:
        activate(given(CREATED), at=START, published_since=None, immediately_because="  ")
    assert refused_rule(refused) == "reason_missing"


@pytest.mark.parametrize(
    "facts",
    [(CREATED, ACTIVATED), (CREATED, ACTIVATED, RETIRED), (CREATED, COMPROMISED)],
    ids=["active", "retired", "revoked"],
)
def test_only_a_pending_key_is_activated(facts: tuple[Fact, ...]) -> None:
    with pytest.raises(RefusedError) as refused:
        activate(given(*facts), at=START + 60 * DAY, published_since=START)
    assert refused_rule(refused) == "signing_key_not_pending"


def test_a_retired_keys_window_ends_with_the_second_of_its_retirement() -> None:
    at = START + 50 * DAY + timedelta(microseconds=123_456)
    fact = retire(given(CREATED, ACTIVATED), at=at)
    assert fact.sign_until == START + 50 * DAY + timedelta(seconds=1)
    key = given(CREATED, ACTIVATED, fact)
    assert key is not None
    assert (key.state, key.sign_until) == (KeyState.RETIRED, fact.sign_until)


def test_retiring_late_does_not_reopen_the_window() -> None:
    fact = retire(given(CREATED, ACTIVATED), at=START + 200 * DAY)
    assert fact.sign_until == CREATED.sign_until


@pytest.mark.parametrize(
    "facts",
    [(CREATED,), (CREATED, ACTIVATED, RETIRED), (CREATED, ACTIVATED, COMPROMISED)],
    ids=["pending", "retired", "revoked"],
)
def test_only_an_active_key_is_retired(facts: tuple[Fact, ...]) -> None:
    with pytest.raises(RefusedError) as refused:
        retire(given(*facts), at=START + 60 * DAY)
    assert refused_rule(refused) == "signing_key_not_active"


def test_a_key_whose_window_has_not_opened_is_not_retired() -> None:
    with pytest.raises(RefusedError) as refused:
        retire(given(CREATED, ACTIVATED), at=START - DAY)
    assert refused_rule(refused) == "signing_key_window"


@pytest.mark.parametrize(
    "facts",
    [(CREATED,), (CREATED, ACTIVATED), (CREATED, ACTIVATED, RETIRED)],
    ids=["pending", "active", "retired"],
)
def test_any_key_can_be_compromised(facts: tuple[Fact, ...]) -> None:
    fact = declare_compromise(
        given(*facts), since=START + 10 * DAY, at=START + 20 * DAY, reason="stolen"
    )
    assert fact == COMPROMISED
    key = given(*facts, fact)
    assert key is not None
    assert key.state is KeyState.REVOKED
    assert key.compromised_since == START + 10 * DAY
    assert key.revoked_at == START + 20 * DAY


def test_a_compromise_moves_earlier_and_keeps_the_day_of_its_revocation() -> None:
    compromised = given(CREATED, ACTIVATED, COMPROMISED)
    earlier = declare_compromise(
        compromised, since=START + 5 * DAY, at=START + 30 * DAY, reason="found in the logs"
    )
    key = given(CREATED, ACTIVATED, COMPROMISED, earlier)
    assert key is not None
    assert key.compromised_since == START + 5 * DAY
    assert key.revoked_at == START + 20 * DAY
    assert key.reason == "found in the logs"


@pytest.mark.parametrize("since", [START + 10 * DAY, START + 11 * DAY], ids=["again", "later"])
def test_a_compromise_never_moves_later(since: datetime) -> None:
    with pytest.raises(RefusedError) as refused:
        declare_compromise(
            given(CREATED, COMPROMISED), since=since, at=START + 30 * DAY, reason="a mistake"
        )
    assert refused_rule(refused) == "compromise_only_earlier"


def test_a_compromise_lies_in_the_past_and_has_a_reason() -> None:
    with pytest.raises(RefusedError) as refused:
        declare_compromise(given(CREATED), since=START + DAY, at=START, reason="stolen")
    assert refused_rule(refused) == "compromise_in_future"
    with pytest.raises(RefusedError) as refused:
        declare_compromise(given(CREATED), since=START, at=START, reason="")
    assert refused_rule(refused) == "reason_missing"


def test_nothing_happens_to_a_key_that_was_never_made() -> None:
    attempts: list[Callable[[], object]] = [
        lambda: activate(None, at=START, published_since=START),
        lambda: retire(None, at=START),
        lambda: declare_compromise(None, since=START, at=START, reason="stolen"),
        lambda: check_successor(None, sign_from=START, overlap=DAY),
    ]
    for attempt in attempts:
        with pytest.raises(RefusedError) as refused:
            attempt()
        assert refused_rule(refused) == "signing_key_unknown"


def test_a_successor_takes_over_without_a_gap() -> None:
    active = given(CREATED, ACTIVATED)
    last = CREATED.sign_until - 7 * DAY
    check_successor(active, sign_from=last, overlap=7 * DAY)
    with pytest.raises(RefusedError) as refused:
        check_successor(active, sign_from=last + DAY, overlap=7 * DAY)
    assert refused_rule(refused) == "signing_key_gap"
    with pytest.raises(RefusedError) as refused:
        check_successor(given(CREATED), sign_from=START, overlap=DAY)
    assert refused_rule(refused) == "signing_key_not_active"


def test_folding_in_two_parts_is_folding_at_once() -> None:
    facts = (CREATED, ACTIVATED, RETIRED, COMPROMISED)
    whole = fold(facts)
    for cut in range(1, len(facts)):
        state = fold(facts[:cut])
        for fact in facts[cut:]:
            state = evolve(state, fact)
        assert state == whole
