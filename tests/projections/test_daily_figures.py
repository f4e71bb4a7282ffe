from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from ledger.calendar import local_day
from ledger.certificates.procedure import Stage
from ledger.certificates.request import Request, on_time
from ledger.certificates.request_facts import (
    ApologyIssued,
    DeadlineMissed,
    FeePaid,
    FeeRefunded,
    RequestAccepted,
    ResultDelivered,
    SupplementRequested,
)
from ledger.certificates.request_values import FeeGroup
from ledger.facts import RecordedFact
from projections.daily_figures import DAYS, REQUESTS, DayRow, MeasuredRow
from tests_support.walked_town import Town

Sums = Counter[tuple[str, str, str]]
ENDS = {
    Stage.REJECTED: "rejected",
    Stage.REFUSED: "refused",
    Stage.STOPPED: "stopped",
    Stage.WITHDRAWING: "withdrawn",
    Stage.WITHDRAWN: "withdrawn",
    Stage.READY: "ready",
    Stage.RETURNED: "ready",
}
EVENTS: Mapping[type, Callable[[Any, RecordedFact], tuple[str, date, int]]] = {
    RequestAccepted: lambda f, _: ("accepted", f.accepted_on, 1),
    SupplementRequested: lambda f, _: ("supplements", f.requested_on, 1),
    ResultDelivered: lambda f, _: ("delivered", f.delivered_on, 1),
    DeadlineMissed: lambda _, r: ("missed", local_day(r.act.at), 1),
    ApologyIssued: lambda _, r: ("apologies", local_day(r.act.at), 1),
    FeePaid: lambda f, r: ("fees", local_day(r.act.at), f.amount),
    FeeRefunded: lambda f, r: ("refunds", local_day(r.act.at), f.amount),
}


def recomputed(town: Town) -> Sums:
    """Count anew, from states where a state says it, else from the facts."""
    sums: Sums = Counter()
    requests = town.requests()
    accepted_on: dict[object, date] = {}
    for recorded in town.facts():
        if type(recorded.fact) in EVENTS:
            what, day, amount = EVENTS[type(recorded.fact)](recorded.fact, recorded)
            province = requests[recorded.stream_id].draft.province
            sums[province, day.isoformat(), what] += amount
        if isinstance(recorded.fact, RequestAccepted):
            accepted_on[recorded.stream_id] = recorded.fact.accepted_on
    for stream, state in requests.items():
        count_request(sums, state, accepted_on.get(stream))
    return sums


def count_request(sums: Sums, state: Request, accepted_on: date | None) -> None:
    province = state.draft.province

    def add(day: date, what: str, amount: int = 1) -> None:
        sums[province, day.isoformat(), what] += amount

    if state.submitted_on is not None:
        add(state.submitted_on, "submitted")
        add(state.submitted_on, f"form_{state.draft.form}")
        add(state.submitted_on, "waived", int(state.draft.fee_group is FeeGroup.EXEMPT))
        add(state.submitted_on, "reduced", int(state.draft.fee_group is FeeGroup.REDUCED))
    if state.ended_on is not None:
        add(state.ended_on, ENDS[state.stage])
        if ENDS[state.stage] == "ready":
            assert accepted_on is not None
            add(state.ended_on, "days_taken", (state.ended_on - accepted_on).days)
    end = state.ended_on or state.asked_on
    punctual = on_time(state, on=date.max)
    if end is not None and punctual is not None:
        add(end, "measured")
        add(end, "on_time", int(punctual))


def test_every_figure_is_what_the_requests_fold_to(walked: Town) -> None:
    shown: Sums = Counter()
    for row in walked.rows(DAYS, DayRow):
        for what, amount in row._asdict().items():
            if what not in {"province", "day"}:
                shown[row.province, row.day, what] = amount
    expected = recomputed(walked)
    assert +shown == +expected
    told = {what for _, _, what in expected}
    assert told >= {"on_time", "measured", "withdrawn", "supplements", "refunds", "delivered"}


def test_one_row_a_request_remembers_what_counting_needs(walked: Town) -> None:
    rows = {row.request: row for row in walked.rows(REQUESTS, MeasuredRow)}
    for stream, state in walked.requests().items():
        row = rows.pop(str(stream))
        assert row.supplements == state.supplements
        assert row.ended_on == (state.ended_on and state.ended_on.isoformat())
    assert not rows
