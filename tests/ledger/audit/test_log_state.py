"""How a log stands: who cosigned when, whether the policy believes the head, what is late."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ledger.audit.freshness import Freshness
from ledger.audit.log_state import (
    LogState,
    origin_of,
    quorum_words,
    witnesses_seen,
    wrong_with,
)
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.cosignature import sign
from ledger.transparency.log import PublishedHead
from ledger.transparency.note import ED25519_COSIGNATURE, Note, write_note
from ledger.transparency.policy import parse_policy
from tests_support.memory_log import ORIGIN, MemoryLog, note_signer

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def log_of(*names: str) -> MemoryLog:
    signers = [note_signer(f"witness.example/{name}", ED25519_COSIGNATURE) for name in names]
    return MemoryLog(witnesses=signers)


def head(log: MemoryLog, *witnesses: int, at: datetime = AT) -> PublishedHead:
    """Return a head of the tree as it is, cosigned by some of the witnesses alone."""
    log.add(b"entry %d" % log.size())
    whole = log.publish(at)
    checkpoint = Checkpoint(ORIGIN, whole.size, whole.root)
    lines = [sign(checkpoint, one) for one in log.keys]
    lines += [sign(checkpoint, log.witnesses[number], at) for number in witnesses]
    return whole._replace(note=write_note(Note(checkpoint.text, tuple(lines))))


def state(**changes: object) -> LogState:
    log = log_of("a")
    base = LogState(
        at=AT, origin=ORIGIN, facts=1, tree=1, head=head(log, 0), wrong=None, quorum="g",
        witnesses=(), freshness=Freshness(head_seconds=60, tail_seconds=10),
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


def test_each_witness_is_shown_with_its_newest_cosignature() -> None:
    log = log_of("a", "b", "c")
    older = head(log, 0, 1, at=AT - timedelta(hours=1))
    newest = head(log, 0)
    a, b, c = witnesses_seen(log.policy, [newest, older])
    assert (a.at, a.size, a.on_newest) == (AT, 2, True)
    assert (b.at, b.size, b.on_newest) == (AT - timedelta(hours=1), 1, False)
    assert (c.at, c.size, c.on_newest) == (None, None, False)


def test_a_head_that_cannot_be_read_cosigns_nothing() -> None:
    log = log_of("a")
    broken = head(log, 0)._replace(note=b"\xff nothing of a note")
    (one,) = witnesses_seen(log.policy, [broken])
    assert one.at is None


def test_no_more_heads_are_looked_at_than_are_needed() -> None:
    log = log_of("a")
    first = head(log, 0)

    def heads() -> Iterator[PublishedHead]:
        yield first
        raise AssertionError("the first one has every witness")

    witnesses_seen(log.policy, heads())


def test_the_policy_says_what_is_wrong_with_a_head() -> None:
    log = log_of("a", "b")
    good = head(log, 0, 1)
    assert wrong_with(good, log.policy) is None
    assert wrong_with(None, log.policy) is None
    assert wrong_with(good._replace(note=b"no note"), log.policy) == "note_form"
    assert wrong_with(head(log, 0), log.policy) == "quorum_missed"
    assert wrong_with(good._replace(size=9), log.policy) == "other_head"
    stranger = log_of("z")
    assert wrong_with(good, stranger.policy) in {"log_unsigned", "signature_wrong"}


def test_a_policy_is_told_in_a_line() -> None:
    log = log_of("a", "b")
    assert quorum_words(log.policy) == "2/2: w0, w1"
    assert origin_of(log.policy) == ORIGIN
    alone = "".join(f"log {one.key.vkey}\n" for one in log.keys)
    assert quorum_words(parse_policy(f"{alone}quorum none\n")) == "none"


def test_an_old_head_is_stale_and_a_young_one_is_not() -> None:
    for seconds, stale in ((60, False), (61, True)):
        assert state(at=AT + timedelta(seconds=seconds)).is_stale is stale
    assert state(at=AT - timedelta(seconds=5)).age_seconds == 0
    assert not state(head=None).is_stale


def test_a_fact_that_waits_too_long_is_late() -> None:
    for seconds, late in ((10, False), (11, True)):
        waiting = state(facts=3, waiting_since=AT - timedelta(seconds=seconds))
        assert (waiting.tail, waiting.is_late) == (2, late)
    assert state(facts=0).tail == 0
    assert state(head=None, facts=4).tail == 4
