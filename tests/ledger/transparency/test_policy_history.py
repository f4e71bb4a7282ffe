from ledger.transparency.note import ED25519_COSIGNATURE
from ledger.transparency.policy import Policy
from ledger.transparency.policy_edit import add_witness, set_quorum
from ledger.transparency.policy_history import FormerPolicy, Policies, policies
from tests_support.memory_log import ORIGIN, MemoryLog, note_signer

LOG = MemoryLog(witnesses=[note_signer("one.example", ED25519_COSIGNATURE)])


def grown(policy: Policy, *names: str) -> Policy:
    for name in names:
        key = note_signer(f"{name}.example", ED25519_COSIGNATURE).key
        policy = add_witness(policy, name, [key], f"https://{name}.example")
    return policy


ONE = grown(Policy(LOG.policy.logs, {}, {}, "none"), "one")
TWO = grown(ONE, "two")
THREE = set_quorum(grown(TWO, "three"), 2)


def test_each_head_has_the_policy_that_was_in_force() -> None:
    known = policies(THREE, [FormerPolicy(300, ONE), FormerPolicy(500, TWO)])
    assert [known.at(size) for size in (1, 300, 301, 500, 501)] == [ONE, ONE, TWO, TWO, THREE]
    assert known.since == 500


def test_a_policy_that_has_not_changed_has_no_history() -> None:
    assert policies(ONE, [FormerPolicy(300, ONE), FormerPolicy(500, ONE)]) == Policies(ONE)
    assert policies(ONE) == Policies(ONE)
    assert Policies(ONE).since == 0


def test_a_policy_that_came_back_counts_twice() -> None:
    known = policies(ONE, [FormerPolicy(300, ONE), FormerPolicy(500, TWO)])
    assert [known.at(size) for size in (300, 301, 501)] == [ONE, TWO, ONE]


def test_of_two_sources_the_first_counts_where_both_say_the_same_size() -> None:
    known = policies(THREE, [FormerPolicy(300, TWO)], [FormerPolicy(300, ONE)])
    assert known.at(300) == TWO


def test_who_has_judged_all_heads_remembers_how_far_each_policy_reached() -> None:
    known = policies(THREE, [FormerPolicy(300, ONE)])
    assert known.seen(800) == (FormerPolicy(300, ONE), FormerPolicy(800, THREE))
    assert policies(THREE, known.seen(800)) == known
    assert policies(TWO, known.seen(800)).since == 800


def test_a_note_is_judged_by_the_size_that_it_says() -> None:
    known = policies(THREE, [FormerPolicy(2, ONE)])
    text = f"{ORIGIN}\n%d\n" + "A" * 43 + "=\n"
    assert known.for_note((text % 2 + "\nx").encode()) == ONE
    assert known.for_note((text % 3 + "\nx").encode()) == THREE
    assert known.for_note(b"\xff\n\nnothing") == THREE
    assert known.for_note(b"") == THREE
