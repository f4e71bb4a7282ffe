from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from projections import figures
from projections.daily_figures import DAYS, DayRow
from projections.figures import Figures, Span
from projections.view_database import open_views
from projections.view_store import Session, ViewStore, physical_name
from projections.views import VIEWS
from tests_support.walked_town import Town

ALWAYS = Span(date(2026, 1, 1), date(2027, 12, 31))
SAMPLES = (
    DayRow("01", "2026-11-02", submitted=4, waived=1, reduced=2, form_1=3, form_2=1, fees=300_000),
    DayRow("01", "2026-11-03", submitted=2, ready=2, days_taken=7, measured=2, on_time=1),
    DayRow("46", "2026-11-03", submitted=1, fees=200_000, refunds=200_000),
)


@pytest.fixture
def session(views_url: str) -> Iterator[Session]:
    store = ViewStore(open_views(views_url), VIEWS)
    store.prepare()
    with store.database.transaction() as writing:
        writing.upsert(DAYS, physical_name(DAYS, 1), SAMPLES)
    with store.database.reading() as reading:
        yield reading
    store.database.close()


def test_a_span_adds_up_all_provinces_or_those_named(session: Session) -> None:
    assert figures.total(session, ALWAYS).sums.submitted == 7
    assert figures.total(session, ALWAYS, provinces=["46"]).sums.submitted == 1
    assert figures.total(session, ALWAYS, provinces=["46", "01"]).sums.submitted == 7


def test_both_ends_of_a_span_count(session: Session) -> None:
    first = date(2026, 11, 2)
    assert figures.total(session, Span(first, first)).sums.submitted == 4
    assert figures.total(session, Span(first, first + timedelta(days=1))).sums.submitted == 7


def test_nothing_adds_up_to_nothing_and_has_no_shares(session: Session) -> None:
    nothing = figures.total(session, Span(date(2020, 1, 1), date(2020, 1, 2)))
    assert nothing == Figures(DayRow("", ""))
    assert {nothing.on_time_share, nothing.waived_share, nothing.mean_days} == {None}


def test_days_and_provinces_come_in_order(session: Session) -> None:
    days = figures.by_day(session, ALWAYS)
    assert [(f.sums.day, f.sums.submitted) for f in days] == [("2026-11-02", 4), ("2026-11-03", 3)]
    provinces = figures.by_province(session, ALWAYS)
    assert [(f.sums.province, f.sums.submitted) for f in provinces] == [("01", 6), ("46", 1)]
    assert figures.by_day(session, ALWAYS, provinces=["46"])[0].sums.refunds == 200_000


def test_shares_are_quotients_of_the_sums(session: Session) -> None:
    hanoi = figures.total(session, ALWAYS, provinces=["01"])
    assert hanoi.on_time_share == 0.5
    assert hanoi.waived_share == 1 / 6
    assert hanoi.reduced_share == 2 / 6
    assert hanoi.form_1_share == 3 / 6
    assert hanoi.mean_days == 3.5
    assert figures.total(session, ALWAYS, provinces=["46"]).net_fees == 0


def test_the_figures_of_a_town_add_up_from_its_days(walked: Town) -> None:
    days = walked.ask(figures.by_day, ALWAYS)
    total = walked.ask(figures.total, ALWAYS)
    assert sum(day.sums.submitted for day in days) == total.sums.submitted
    assert total.sums.submitted == sum(
        state.submitted_on is not None for state in walked.requests().values()
    )
