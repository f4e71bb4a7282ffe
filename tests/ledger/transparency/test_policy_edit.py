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
    end_log_keys,
    join_log_keys,
    new_policy,
    remove_witness,
    replace_witness,
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


def test_a_witness_is_replaced_and_as_many_are_enough(policy: Policy) -> None:
    for name in ("one", "two"):
        policy = add_witness(policy, name, both_keys(f"{name}.example"), f"https://{name}.example/")
    policy = set_quorum(policy, 2)
    new = both_keys("new.example")
    found = replace_witness(policy, "one", new, "https://new.example/")
    assert found.groups[ENOUGH] == (ENOUGH, 2, ("two", "one"))
    assert [found.witnesses[name].key for name in found.groups["one"].members] == new
    assert len(found.witnesses) == 4
    assert parse_policy(write_policy(found)) == found
    with pytest.raises(NotFoundError):
        replace_witness(policy, "three", new, "https://new.example/")


def test_a_log_s_keys_are_joined_and_ended(policy: Policy) -> None:
    old = [log.key for log in policy.logs]
    new = [note_signer("a.example/log", key.kind).key for key in old]
    both = join_log_keys(policy, new)
    assert both.log_keys("a.example/log") == [*old, *new]
    ended = end_log_keys(both, old, 9)
    assert ended.log_keys("a.example/log", size=9) == [*old, *new]
    assert ended.log_keys("a.example/log", size=10) == new
    assert ended.log_keys("a.example/log") == [*old, *new]
    assert parse_policy(write_policy(ended)) == ended
    assert end_log_keys(ended, old, 12) == ended
    with pytest.raises(InvalidInputError, match="each log key once"):
        join_log_keys(ended, old)


@pytest.mark.parametrize("count", [1, 2])
def test_of_each_kind_a_key_is_left(policy: Policy, count: int) -> None:
    with pytest.raises(RefusedError, match="each kind"):
        end_log_keys(policy, [log.key for log in policy.logs][:count], 9)


def test_the_end_of_a_key_is_a_remark_to_other_programs(policy: Policy) -> None:
    old = [log.key for log in policy.logs]
    new = [note_signer("a.example/log", key.kind).key for key in old]
    text = write_policy(end_log_keys(join_log_keys(policy, new), old, 9))
    assert f"\n#: log-until 9 {old[0].short}\n" in text
    remarks = [line for line in text.splitlines() if line.startswith("#")]
    assert len(remarks) == 2
    plain = "".join(f"{line}\n" for line in text.splitlines() if not line.startswith("#"))
    assert parse_policy(plain) == join_log_keys(policy, new)


@pytest.mark.parametrize(
    ("remark", "rule"),
    [
        ("#:", "line_form"), ("#: log-until 9", "line_form"), ("#: until 9 {key}", "line_form"),
        ("#: log-until 09 {key}", "size_form"), ("#: log-until 9 {other}", "unknown_key"),
        ("#: log-until 9 {key}\n#: log-until 10 {key}", "unknown_key"),
    ],
)  # fmt: skip
def test_the_end_of_a_key_is_read_in_one_form(policy: Policy, remark: str, rule: str) -> None:
    key, other = policy.logs[0].key.short, note_signer("b.example/log", ED25519_NOTE).key.short
    text = write_policy(policy) + remark.format(key=key, other=other) + "\n"
    with pytest.raises(InvalidInputError) as refused:
        parse_policy(text)
    assert refused.value.rule == rule
    # What stands above the key that it is about is nobody's end.
    if rule == "size_form":
        with pytest.raises(InvalidInputError, match="policy line 1"):
            parse_policy(f"#: log-until 9 {key}\n" + write_policy(policy))


def test_a_remark_of_people_is_passed_over(policy: Policy) -> None:
    assert parse_policy(f"# log-until 9 x\n#:x\n{write_policy(policy)}") == policy
