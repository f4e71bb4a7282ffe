"""What happened on each day in each province: applications, days taken, punctuality, fees.

Shares are not stored: they are quotients of these sums, over any span of days; see
`projections.figures`.

Punctuality is the portal's indicator, as `ledger.certificates.request.on_time` has it. A request
counts on the day on which its processing ended; one that waits for a supplement counts, until that
comes, on the day of the asking. So a day's sums may still change after it.
"""

from datetime import date
from typing import NamedTuple

from ledger.calendar import local_day
from ledger.certificates.request_facts import (
    ApologyIssued,
    CertificateReady,
    DeadlineMissed,
    DeadlineRecomputed,
    DeadlineResumed,
    DeadlineSet,
    FeePaid,
    FeeRefunded,
    ProcessingStopped,
    RequestAccepted,
    RequestDrafted,
    RequestRefused,
    RequestRejected,
    RequestSubmitted,
    ResultDelivered,
    SupplementReceived,
    SupplementRequested,
    WithdrawalRequested,
)
from ledger.certificates.request_values import FeeGroup, Form
from ledger.facts import RecordedFact
from projections.columns import stream_text
from projections.view import Key, Rows, Table, View


class DayRow(NamedTuple):
    """The sums of one day in one province; the day is ISO text, in Vietnam."""

    province: str
    day: str
    submitted: int = 0
    form_1: int = 0
    form_2: int = 0
    waived: int = 0
    """Of the submitted, those of the group that pays nothing."""
    reduced: int = 0
    """Of the submitted, those of the group that pays the reduced fee."""
    accepted: int = 0
    rejected: int = 0
    refused: int = 0
    stopped: int = 0
    withdrawn: int = 0
    ready: int = 0
    delivered: int = 0
    days_taken: int = 0
    """Calendar days from acceptance to result, over those that became ready this day."""
    measured: int = 0
    """Requests with an appointed day whose processing ended, or stands still, since this day."""
    on_time: int = 0
    """Of those, the punctual ones by the portal's indicator."""
    missed: int = 0
    apologies: int = 0
    supplements: int = 0
    fees: int = 0
    """VND taken."""
    refunds: int = 0
    """VND given back."""


class MeasuredRow(NamedTuple):
    """What has to be known of a request to count it."""

    request: str
    province: str
    form: int
    fee_group: str
    accepted_on: str | None
    appointed_on: str | None
    asked_on: str | None
    """When the supplement that is pending was asked for."""
    ended_on: str | None
    supplements: int


DAYS = Table("daily_figures", DayRow, keys=2)
REQUESTS = Table("daily_figures_requests", MeasuredRow)


def _request(recorded: RecordedFact, rows: Rows) -> MeasuredRow:
    row = rows.get(REQUESTS, (stream_text(recorded.stream_id),), MeasuredRow)
    assert row is not None, "a request begins with its draft"
    return row


def _day(rows: Rows, province: str, day: date) -> DayRow:
    key = (province, day.isoformat())
    return rows.get(DAYS, key, DayRow) or DayRow(*key)


def _drafted(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, RequestDrafted)
    row = MeasuredRow(
        request=stream_text(recorded.stream_id),
        province=fact.province,
        form=fact.form.value,
        fee_group=fact.fee_group.value,
        accepted_on=None,
        appointed_on=None,
        asked_on=None,
        ended_on=None,
        supplements=0,
    )
    rows.put(REQUESTS, row)


def _submitted(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, RequestSubmitted)
    row = _request(recorded, rows)
    day = _day(rows, row.province, fact.submitted_on)
    rows.put(
        DAYS,
        day._replace(
            submitted=day.submitted + 1,
            form_1=day.form_1 + (row.form == Form.ONE),
            form_2=day.form_2 + (row.form == Form.TWO),
            waived=day.waived + (row.fee_group == FeeGroup.EXEMPT),
            reduced=day.reduced + (row.fee_group == FeeGroup.REDUCED),
        ),
    )


def _accepted(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, RequestAccepted)
    row = _request(recorded, rows)
    rows.put(REQUESTS, row._replace(accepted_on=fact.accepted_on.isoformat()))
    day = _day(rows, row.province, fact.accepted_on)
    rows.put(DAYS, day._replace(accepted=day.accepted + 1))


def _appointed(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, DeadlineSet | DeadlineRecomputed | DeadlineResumed)
    row = _request(recorded, rows)
    _judge(rows, row, row._replace(appointed_on=fact.appointed_on.isoformat()))


def _asked(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, SupplementRequested)
    row = _request(recorded, rows)
    asked_on = fact.requested_on.isoformat()
    _judge(rows, row, row._replace(asked_on=asked_on, supplements=row.supplements + 1))
    day = _day(rows, row.province, fact.requested_on)
    rows.put(DAYS, day._replace(supplements=day.supplements + 1))


def _supplemented(recorded: RecordedFact, rows: Rows) -> None:
    row = _request(recorded, rows)
    _judge(rows, row, row._replace(asked_on=None))


def _judge(rows: Rows, before: MeasuredRow, after: MeasuredRow) -> None:
    """Replace a request's row, and move what it counts for from the old day to the new."""
    rows.put(REQUESTS, after)
    old, new = _judgement(before), _judgement(after)
    if old == new:
        return
    for judged, sign in ((old, -1), (new, 1)):
        if judged is not None:
            on, punctual = judged
            day = rows.get(DAYS, (after.province, on), DayRow) or DayRow(after.province, on)
            rows.put(
                DAYS,
                day._replace(measured=day.measured + sign, on_time=day.on_time + sign * punctual),
            )


def _judgement(row: MeasuredRow) -> tuple[str, bool] | None:
    """Return on which day the request counts, and whether as punctual; None while that is open."""
    end = row.ended_on or row.asked_on
    if end is None or row.appointed_on is None:
        return None
    return end, row.supplements <= 1 and end <= row.appointed_on


def _ended(recorded: RecordedFact, rows: Rows) -> None:
    """Count the end of processing; a request has one."""
    fact = recorded.fact
    row = _request(recorded, rows)
    match fact:
        case RequestRejected(on):
            day = _day(rows, row.province, on)
            day = day._replace(rejected=day.rejected + 1)
        case RequestRefused(on):
            day = _day(rows, row.province, on)
            day = day._replace(refused=day.refused + 1)
        case ProcessingStopped(on):
            day = _day(rows, row.province, on)
            day = day._replace(stopped=day.stopped + 1)
        case WithdrawalRequested(on):
            day = _day(rows, row.province, on)
            day = day._replace(withdrawn=day.withdrawn + 1)
        case CertificateReady(_, on):
            day = _day(rows, row.province, on)
            day = day._replace(ready=day.ready + 1, days_taken=day.days_taken + _taken(row, on))
        case _:
            raise AssertionError(type(fact).__name__)
    rows.put(DAYS, day)
    _judge(rows, row, row._replace(ended_on=row.ended_on or on.isoformat()))


def _taken(row: MeasuredRow, on: date) -> int:
    return (on - date.fromisoformat(row.accepted_on)).days if row.accepted_on else 0


def _delivered(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, ResultDelivered)
    day = _day(rows, _request(recorded, rows).province, fact.delivered_on)
    rows.put(DAYS, day._replace(delivered=day.delivered + 1))


def _money(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    day = _day(rows, _request(recorded, rows).province, local_day(recorded.act.at))
    match fact:
        case FeePaid(amount):
            day = day._replace(fees=day.fees + amount)
        case FeeRefunded(amount):
            day = day._replace(refunds=day.refunds + amount)
        case _:
            raise AssertionError(type(fact).__name__)
    rows.put(DAYS, day)


def _late(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    day = _day(rows, _request(recorded, rows).province, local_day(recorded.act.at))
    missed = isinstance(fact, DeadlineMissed)
    rows.put(
        DAYS,
        day._replace(missed=day.missed + missed, apologies=day.apologies + (not missed)),
    )


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    return [(REQUESTS, (stream_text(recorded.stream_id),))]


VIEW = View(
    name="daily_figures",
    version=2,
    tables=(DAYS, REQUESTS),
    handlers={
        RequestDrafted: _drafted,
        RequestSubmitted: _submitted,
        RequestAccepted: _accepted,
        DeadlineSet: _appointed,
        DeadlineRecomputed: _appointed,
        DeadlineResumed: _appointed,
        SupplementRequested: _asked,
        SupplementReceived: _supplemented,
        RequestRejected: _ended,
        RequestRefused: _ended,
        ProcessingStopped: _ended,
        WithdrawalRequested: _ended,
        CertificateReady: _ended,
        ResultDelivered: _delivered,
        FeePaid: _money,
        FeeRefunded: _money,
        DeadlineMissed: _late,
        ApologyIssued: _late,
    },
    touches=_touches,
)
