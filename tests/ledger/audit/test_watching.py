"""What a watch tells: decided without any clock, file or log."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ledger.audit.findings import Finding, Severity
from ledger.audit.report import Report
from ledger.audit.scope import Mode, Plan, Scope
from ledger.audit.watching import (
    Canary,
    Look,
    Memory,
    State,
    ViewLook,
    arrived,
    blind_spots,
    departed,
    identity,
    look_of,
    memory_from_json,
    unreachable,
    views_unchecked,
)
from ledger.errors import InvalidInputError

AT = datetime(2026, 11, 2, 3, 4, tzinfo=UTC)
EVERYTHING = Look(whole=True)


def finding(code: str, found: str = "", **place: Any) -> Finding:
    return Finding(code, Severity.CRITICAL, place, "something", found)


def report(*findings: Finding, **unchecked: str) -> Report:
    return Report(findings, 9, 9, 1, 1, 1, 1, unchecked)


def after(*findings: Finding, at: datetime = AT) -> Memory:
    return arrived(Memory(), findings, at)[0]


def test_a_finding_is_told_once() -> None:
    one, two = finding("C1.row", position=7), finding("C1.row", position=8)
    memory, fresh = arrived(Memory(), [one, two, one], AT)
    assert fresh == [one, two]
    assert arrived(memory, [two, one], AT) == (memory, [])


def test_it_is_told_again_if_it_goes_away_and_comes_back() -> None:
    one = finding("C1.row", position=7)
    memory, gone = departed(after(one), [], EVERYTHING)
    assert [known.finding for known in gone] == [one]
    assert memory.present == {}
    assert arrived(memory, [one], AT)[1] == [one]


def test_what_is_still_there_does_not_go_away() -> None:
    one = finding("C1.row", position=7)
    assert departed(after(one), [one], EVERYTHING)[1] == []


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        (finding("C1.row", position=7), finding("C1.row", "else", position=7), True),
        (finding("C1.row", position=7), finding("C1.row", position=8), False),
        (finding("C1.row", position=7), finding("C5.missing", position=7), False),
        (finding("C3.head", size=7, until=9), finding("C3.head", size=7, until=20), True),
        (finding("C9.stale", size=7), finding("C9.stale", size=9), True),
        (finding("C9.unlogged", position=7, index=6), finding("C9.unlogged", position=9), True),
        (finding("C9.unchecked", file="a"), finding("C9.unchecked", file="b"), False),
        (finding("C4.root", file="a", size=3), finding("C4.root", file="b", size=3), False),
    ],
)
def test_code_and_place_make_a_finding_the_same(
    first: Finding, second: Finding, is_same: object
) -> None:
    assert (identity(first) == identity(second)) is is_same


@pytest.mark.parametrize(
    ("look", "seen", "unseen"),
    [
        (
            Look(first=512),
            [finding("C1.row", position=513), finding("C3.head", size=513),
             finding("C2.tile", level=0, tile=2), finding("C5.order", index=512),
             finding("C9.stale", size=1)],
            [finding("C1.row", position=512), finding("C3.head", size=512),
             finding("C2.tile", level=0, tile=1), finding("C2.tile", level=1, tile=9),
             finding("C1.column", column="topic"), finding("C7.row", view="queue")],
        ),
        (
            Look(whole=True),
            [finding("C1.row", position=1), finding("C1.column", column="topic"),
             finding("C2.tile", level=1, tile=0), finding("C6.kept", subject="x")],
            [finding("C7.row", view="queue"), finding("C4.root", file="witness")],
        ),
        (
            Look(whole=True, asked=frozenset({"witness"}), unchecked=frozenset({"C3", "C9"})),
            [finding("C4.root", file="witness"), unreachable("away")],
            [finding("C3.head", size=5), finding("C4.root", file="another"),
             finding("C9.stale", size=4), views_unchecked("keys")],
        ),
        (
            Look(whole=True, asked=frozenset({"witness"}), unchecked=frozenset({"C4"})),
            [],
            [finding("C4.root", file="witness")],
        ),
    ],
)  # fmt: skip
def test_only_what_a_pass_could_have_seen_is_gone(
    look: Look, seen: list[Finding], unseen: list[Finding]
) -> None:
    left, gone = departed(after(*seen, *unseen), [], look)
    assert [known.finding for known in gone] == seen
    assert [known.finding for known in left.present.values()] == unseen


def test_views_have_a_look_of_their_own() -> None:
    row, blind = finding("C7.row", view="queue"), views_unchecked("keys")
    other = finding("C1.row", position=1)
    memory = after(row, blind, other)
    assert [one.finding for one in departed(memory, [], ViewLook(whole=True))[1]] == [row, blind]
    assert [one.finding for one in departed(memory, [blind], ViewLook(whole=False))[1]] == []


def test_a_pass_over_what_is_new_begins_with_the_tile_that_was_not_full() -> None:
    plan = Plan(Scope(Mode.SINCE), 900, 900, 700, 900)
    assert look_of(plan, report(C3="no policy"), ["one"]) == Look(
        first=512, asked=frozenset({"one"}), unchecked=frozenset({"C3"})
    )
    assert look_of(Plan(Scope(), 900, 900, 700, 900), report(), []).whole


def test_what_was_not_asked_for_this_time_is_not_gone() -> None:
    plan, kept = Plan(Scope(), 900, 900, 0, 900), finding("C6.kept", purpose="identity")
    look = look_of(plan, replace(report(), unasked={"C6": "no key store was given"}), [])
    assert departed(after(kept), [], look)[1] == []


def test_more_findings_than_can_be_remembered_are_counted() -> None:
    many = [finding("C1.row", position=number) for number in range(5)]
    memory, fresh = arrived(Memory(), many, AT, most=3)
    assert (fresh, memory.overflow) == (many[:3], 2)
    memory, _ = departed(memory, many[1:], EVERYTHING)
    assert arrived(memory, many[1:], AT, most=3)[1] == [many[3]]


def test_what_could_not_be_checked_is_told_too() -> None:
    silent = blind_spots(report(C4="no answer from b, a", C3="no policy was given"), ["b", "a"])
    assert [(one.code, dict(one.place), one.found) for one in silent] == [
        ("C9.unchecked", {"file": "a"}, "no answer"),
        ("C9.unchecked", {"file": "b"}, "no answer"),
        ("C9.unchecked", {}, "C3: no policy was given"),
    ]
    assert blind_spots(report(), []) == []
    assert [one.found for one in blind_spots(report(C4="no policy"), ["a"])] == [
        "no answer", "C4: no policy",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("findings", "state"),
    [
        ([], State.CLEAN),
        ([unreachable("x")], State.COULD_NOT_CHECK),
        ([views_unchecked("x")], State.COULD_NOT_CHECK),
        ([finding("C9.stale", size=3)], State.FINDINGS),
        ([unreachable("x"), finding("C1.row", position=3)], State.FINDINGS),
    ],
)
def test_missing_evidence_is_not_clean(findings: list[Finding], state: State) -> None:
    assert replace(after(*findings), full_at=AT).state is state


def test_nothing_is_clean_before_everything_was_read_once() -> None:
    assert Memory().state is State.COULD_NOT_CHECK


def test_the_memory_is_read_as_it_was_written() -> None:
    memory = after(finding("C1.row", position=7), unreachable("away"))
    memory = Memory(memory.present, 3, AT, 12)
    assert memory_from_json(memory.as_json()) == memory
    assert memory_from_json(Memory().as_json()) == Memory()


@pytest.mark.parametrize("value", [None, [], {}, {"format": 2}, {"format": 1, "present": [1]}])
def test_what_is_no_memory_is_refused(value: Any) -> None:
    with pytest.raises(InvalidInputError):
        memory_from_json(value)


def test_a_canary_takes_from_its_append_to_the_head() -> None:
    canary = Canary(7, AT)
    assert canary.seconds(AT + timedelta(seconds=3)) == 3
    assert canary.seconds(AT - timedelta(milliseconds=400)) == 0
