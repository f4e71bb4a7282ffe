"""Witnesses come and go, the quorum is changed: what is written is what will be read."""

import pytest

from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.transparency.note import (
    ED25519_COSIGNATURE,
    ED25519_NOTE,
    ML_DSA_44_SUBTREE,
    NoteKey,
)
from ledger.transparency.policy import NO_QUORUM, Policy, parse_policy, write_policy
from ledger.transparency.policy_edit import (
    ENOUGH,
    add_witness,
    new_policy,
    remove_witness,
    set_quorum,
)
from tests_support.memory_log import note_signer


def both_keys(name: str) -> list[NoteKey]:
    return [note_signer(name, kind).key for kind in (ED25519_COSIGNATURE, ML_DSA_44_SUBTREE)]


@pytest.fixture
def policy() -> Policy:
    kinds = (ED25519_NOTE, ML_DSA_44_SUBTREE)
    return new_policy([note_signer("a.example/log", kind).key for kind in kinds])


def test_a_log_begins_without_witnesses(policy: Policy) -> None:
    assert policy.quorum == NO_QUORUM
    assert parse_policy(write_policy(policy)) == policy


def test_the_first_witness_is_the_quorum(policy: Policy) -> None:
    found = add_witness(policy, "one", both_keys("one.example"), "https://one.example/")
    assert found.groups["one"].members == ("one-ed25519", "one-ml-dsa-44")
    assert found.groups["one"].threshold == 2
    assert found.groups[ENOUGH] == (ENOUGH, 1, ("one",))
    assert parse_policy(write_policy(found)) == found


def test_witnesses_come_and_go(policy: Policy) -> None:
    three = policy
    for name in ("one", "two", "three"):
        keys = both_keys(f"{name}.example")
        three = add_witness(three, name, keys[: 1 if name == "two" else 2], f"https://{name}/")
    two_of_three = set_quorum(three, 2)
    assert two_of_three.groups[ENOUGH] == (ENOUGH, 2, ("one", "two", "three"))
    two_of_two = remove_witness(two_of_three, "one")
    assert two_of_two.groups[ENOUGH].members == ("two", "three")
    assert set(two_of_two.witnesses) == {"two", "three-ed25519", "three-ml-dsa-44"}
    with pytest.raises(RefusedError) as refused:
        remove_witness(two_of_two, "two")
    assert refused.value.rule == "quorum_too_few"
    assert remove_witness(set_quorum(two_of_two, 1), "two").groups[ENOUGH].members == ("three",)


@pytest.mark.parametrize("enough", [0, 2])
def test_a_quorum_is_among_those_that_are_there(policy: Policy, enough: int) -> None:
    one = add_witness(policy, "one", both_keys("one.example"), "https://one/")
    with pytest.raises(RefusedError) as refused:
        set_quorum(one, enough)
    assert refused.value.rule == "quorum_too_few"


def test_who_is_there_is_not_added_again(policy: Policy) -> None:
    keys = both_keys("one.example")
    one = add_witness(policy, "one", keys, "https://one/")
    for name, some in (
        ("one", both_keys("two.example")),
        ("two", keys),
        (ENOUGH, keys),
        ("", keys),
    ):
        with pytest.raises(InvalidInputError):
            add_witness(one, name, some, "https://two/")
    for some, address in (([], "https://two/"), (both_keys("two.example"), "with space")):
        with pytest.raises(InvalidInputError):
            add_witness(one, "two", some, address)


def test_who_is_not_there_is_not_removed(policy: Policy) -> None:
    with pytest.raises(NotFoundError):
        remove_witness(policy, "one")


def test_a_policy_of_another_shape_is_left_to_a_hand(policy: Policy) -> None:
    (key,) = both_keys("one.example")[:1]
    other = parse_policy(
        f"{write_policy(policy).rpartition('quorum')[0]}witness w {key.vkey}\nquorum w\n"
    )
    with pytest.raises(RefusedError) as refused:
        set_quorum(other, 1)
    assert refused.value.rule == "policy_shape"
