"""The country's figures as JSON and CSV."""

import csv
import io
from collections.abc import Iterable
from datetime import date

from msgspec import Struct, to_builtins

from projections.monthly_figures import Month
from projections.national_figures import Standing
from projections.populations import populations
from verify_api.desk.country import CountryFigures, ProvinceFigures, province_name
from verify_api.verdict_json import Json


class HealthFigures(Struct):
    """What stands at the end of the day."""

    books: int
    integrated: int
    integrated_share: float | None
    facilities: int
    synchronised: int
    synchronised_share: float | None
    suspended: int
    referrals: int
    referrals_cancelled: int
    appointments: int
    appointments_cancelled: int
    visits: int


class ApplicationFigures(Struct):
    """What became of applications up to the end of the day."""

    submitted: int
    form_1: int
    form_2: int
    waived: int
    waived_share: float | None
    accepted: int
    ready: int
    delivered: int
    mean_days: float | None
    on_time_share: float | None
    missed: int
    net_fees_vnd: int


class ProvinceTold(Struct):
    """One province; its code is empty for what belongs to none."""

    province: str
    name: str
    population: int | None
    covered_share: float | None
    health: HealthFigures
    applications: ApplicationFigures


class MonthTold(Struct):
    """What one month brought; the sums of its days."""

    month: str
    """Such as ``2026-11``."""
    books: int
    integrated: int
    synchronised: int
    referrals: int
    appointments: int
    visits: int
    submitted: int
    waived: int
    ready: int
    mean_days: float | None
    on_time_share: float | None


class TermTold(Struct):
    """A term of the procedure."""

    unit: str
    """``working-days`` or ``calendar-days``."""
    count: int


class DayTold(Struct):
    """The standing at the end of one day."""

    day: str
    health: HealthFigures


class CountryTold(Struct):
    """The country, or the provinces asked for, at the end of a day. A share of nothing is null."""

    on: str
    provinces: list[str]
    holds_for: dict[str, int]
    """By view, the position in the ledger up to which every fact is counted."""
    health: HealthFigures
    applications: ApplicationFigures
    population: int | None
    """Of the country or the provinces; null where that is not known."""
    population_source: str
    """Of the parts of the provinces."""
    covered_share: float | None
    """Books among the population."""
    limit: list[TermTold]
    """In which an application of that day is due, if nothing is found; all bind."""
    saved_vnd: int
    booklet_vnd: int
    by_province: list[ProvinceTold]
    course: list[DayTold]
    months: list[MonthTold]
    """The last twelve, without those in which nothing happened."""


def country_json(found: CountryFigures) -> Json:
    """Return the figures as JSON values."""
    told: Json = to_builtins(country_told(found))
    return told


def country_told(found: CountryFigures) -> CountryTold:
    """Return the figures in the form in which they are told."""
    return CountryTold(
        on=found.on.isoformat(),
        provinces=list(found.chosen),
        holds_for=found.positions,
        health=_of_standing(found.standing),
        applications=_applications(found),
        population=found.population,
        population_source=populations().source,
        covered_share=found.covered_share,
        limit=[TermTold(term.unit.value, term.count) for term in found.limit],
        saved_vnd=found.saved_vnd,
        booklet_vnd=found.assumptions.booklet_vnd,
        by_province=[
            ProvinceTold(
                one.code,
                province_name(one.code, found.on),
                one.population,
                one.covered_share,
                _of_standing(one.standing),
                _applications(one),
            )
            for one in found.by_province
        ],
        course=[
            DayTold(one.sums.day, _of_standing(one))
            for one in found.course
        ],
        months=[_month(one) for one in found.months],
    )  # fmt: skip


def _of_standing(standing: Standing) -> HealthFigures:
    sums = standing.sums
    return HealthFigures(
        books=sums.books,
        integrated=sums.integrated,
        integrated_share=standing.integrated_share,
        facilities=sums.facilities,
        synchronised=sums.synchronised,
        synchronised_share=standing.synchronised_share,
        suspended=sums.suspended,
        referrals=sums.referrals,
        referrals_cancelled=sums.referrals_cancelled,
        appointments=sums.appointments,
        appointments_cancelled=sums.appointments_cancelled,
        visits=sums.visits,
    )


def _month(one: Month) -> MonthTold:
    changes, asked = one.changes, one.applications
    return MonthTold(
        month=one.month,
        books=changes.books,
        integrated=changes.integrated,
        synchronised=changes.synchronised,
        referrals=changes.referrals,
        appointments=changes.appointments,
        visits=changes.visits,
        submitted=asked.sums.submitted,
        waived=asked.sums.waived,
        ready=asked.sums.ready,
        mean_days=asked.mean_days,
        on_time_share=asked.on_time_share,
    )


def _applications(found: CountryFigures | ProvinceFigures) -> ApplicationFigures:
    asked, sums = found.applications, found.applications.sums
    return ApplicationFigures(
        submitted=sums.submitted,
        form_1=sums.form_1,
        form_2=sums.form_2,
        waived=sums.waived,
        waived_share=asked.waived_share,
        accepted=sums.accepted,
        ready=sums.ready,
        delivered=sums.delivered,
        mean_days=asked.mean_days,
        on_time_share=asked.on_time_share,
        missed=sums.missed,
        net_fees_vnd=asked.net_fees,
    )


def provinces_csv(found: CountryFigures) -> str:
    """Return one line a province, the whole last, under a province called ``all``."""
    told = country_told(found)
    whole = ProvinceTold(
        "all", "all", told.population, told.covered_share, told.health, told.applications
    )
    return _csv(
        {
            "on": told.on, "province": one.province, "name": one.name,
            "population": one.population, "covered_share": one.covered_share,
            **to_builtins(one.health), **to_builtins(one.applications),
        }
        for one in [*told.by_province, whole]
    )  # fmt: skip


def days_csv(found: CountryFigures) -> str:
    """Return the standing at the end of each day of the course, one line a day."""
    return _csv({"day": one.day, **to_builtins(one.health)} for one in country_told(found).course)


def months_csv(found: CountryFigures) -> str:
    """Return what each of the last twelve months brought, one line a month."""
    return _csv(to_builtins(one) for one in country_told(found).months)


def _csv(lines: Iterable[dict[str, object]]) -> str:
    text = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for line in lines:
        if writer is None:
            writer = csv.DictWriter(text, list(line), lineterminator="\r\n")
            writer.writeheader()
        writer.writerow(line)
    return text.getvalue()


def file_name(kind: str, on: date) -> str:
    """Return under which name a file is saved."""
    return f"figures-{kind}-{on.isoformat()}.csv"
