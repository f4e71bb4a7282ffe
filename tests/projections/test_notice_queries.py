from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from ledger.commands import portal as commands
from ledger.commands.portal import Notice
from ledger.facts import Act
from ledger.records.portal import Answer
from projections import notice_queries
from projections.portal_notices import ASIDE, DEAD, PENDING, SETTLED, NoticeRow
from tests_support.walked_town import Town, town

AT = datetime(2027, 6, 1, 9, tzinfo=UTC)
AUTHORITY = "CA01"


@pytest.fixture
def lively(views_url: str) -> Iterator[Town]:
    with town(None, views_url, seed=3) as walked:
        walked.go(150)
        yield walked


def due(town: Town, at: datetime = AT, limit: int = 500) -> tuple[NoticeRow, ...]:
    return town.ask(notice_queries.due, authority=AUTHORITY, at=at, limit=limit)


def deliver(town: Town, answer: Callable[[Any], Answer], at: datetime = AT) -> list[Any]:
    sent = []

    def send(body: dict[str, object], _at: datetime) -> Answer:
        sent.append(body["position"])
        return answer(body["position"])

    notices = [
        Notice(row.position, UUID(row.request), {"position": row.position})
        for row in due(town, at)
    ]  # fmt: skip
    act = Act(at, "portal", "system")
    commands.deliver(town.walk.facts, notices=notices, send=send, act=lambda: act)
    town.projector.catch_up()
    return sent


def row(town: Town, position: int) -> NoticeRow:
    found = town.ask(notice_queries.notice, position)
    assert found is not None
    return found


def test_what_is_due_is_told_once_and_in_order(lively: Town) -> None:
    waiting = [notice.position for notice in due(lively)]
    assert waiting == sorted(waiting)
    assert deliver(lively, lambda _: Answer.ACCEPTED) == waiting
    assert due(lively) == ()
    assert row(lively, waiting[0]).state == SETTLED
    assert row(lively, waiting[0]).answer == "accepted"
    assert deliver(lively, lambda _: Answer.ACCEPTED) == []


def test_only_so_many_are_asked_for_at_once(lively: Town) -> None:
    assert due(lively, limit=2) == due(lively)[:2]


def test_one_that_is_put_off_blocks_its_own_file_until_its_time(lively: Town) -> None:
    first = due(lively)[0]
    behind = [n for n in due(lively) if n.request == first.request]
    assert len(behind) > 1
    deliver(lively, lambda p: Answer.INTERRUPTED if p == first.position else Answer.ACCEPTED)
    assert due(lively) == ()
    later = due(lively, AT + timedelta(seconds=31))
    assert [n.position for n in later] == [n.position for n in behind]
    assert later[0].attempts == 1


def test_a_dead_letter_blocks_its_own_file_until_it_is_revived(lively: Town) -> None:
    first = due(lively)[0]
    request = UUID(first.request)
    deliver(lively, lambda p: Answer.REFUSED if p == first.position else Answer.ACCEPTED)
    assert due(lively) == ()
    dead = lively.ask(notice_queries.dead_letters)
    assert [(n.position, n.state) for n in dead] == [(first.position, DEAD)]
    assert lively.ask(notice_queries.dead_letters, after=first.position) == ()
    act = Act(AT, "operator-1", "operator")
    commands.revive(lively.walk.facts, request=request, notice=first.position, act=act)
    lively.projector.catch_up()
    assert due(lively)[0].position == first.position
    assert row(lively, first.position).state == PENDING


def test_a_dead_letter_set_aside_lets_the_others_go(lively: Town) -> None:
    first = due(lively)[0]
    deliver(lively, lambda p: Answer.REFUSED if p == first.position else Answer.ACCEPTED)
    act = Act(AT, "operator-1", "operator")
    commands.set_aside(
        lively.walk.facts, request=UUID(first.request), notice=first.position, act=act
    )
    lively.projector.catch_up()
    assert row(lively, first.position).state == ASIDE
    assert {n.request for n in due(lively)} == {first.request}


def test_a_silent_province_is_left_alone_for_the_rest_of_the_round(lively: Town) -> None:
    assert len(deliver(lively, lambda _: Answer.UNREACHABLE)) == 1


def test_a_feed_goes_on_behind_any_position_and_shows_one_authority(lively: Town) -> None:
    everything = lively.ask(notice_queries.feed, authority=AUTHORITY, after=0)
    assert {n.authority for n in everything} == {AUTHORITY}
    paged: list[NoticeRow] = []
    after = 0
    while page := lively.ask(notice_queries.feed, authority=AUTHORITY, after=after, limit=3):
        paged += page
        after = page[-1].position
    assert tuple(paged) == everything
    assert lively.ask(notice_queries.notice, 0) is None
