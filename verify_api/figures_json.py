"""The country's figures as JSON and CSV."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Final

from msgspec import Struct, to_builtins

from projections.national_figures import Standing
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
    health: HealthFigures
    applications: ApplicationFigures


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
    covered_share: float | None
    """Books among the population, if that is set and no province was chosen."""
    saved_vnd: int
    booklet_vnd: int
    by_province: list[ProvinceTold]
    course: list[DayTold]


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
        covered_share=found.covered_share,
        saved_vnd=found.saved_vnd,
        booklet_vnd=found.assumptions.booklet_vnd,
        by_province=[
            ProvinceTold(
                one.code,
                province_name(one.code, found.on),
                _of_standing(one.standing),
                _applications(one),
            )
            for one in found.by_province
        ],
        course=[
            DayTold(one.sums.day, _of_standing(one))
            for one in found.course
        ],
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


_OF_PROVINCES: Final = ("on", "province", "name")


def provinces_csv(found: CountryFigures) -> str:
    """Return one line a province, the whole last, under a province called ``all``."""
    told = country_told(found)
    lines = [(one.province, one.name, one.health, one.applications) for one in told.by_province]
    lines.append(("all", "all", told.health, told.applications))
    return _csv(
        {
            "on": told.on, "province": province, "name": name,
            **to_builtins(health), **to_builtins(applications),
        }
        for province, name, health, applications in lines
    )  # fmt: skip


def days_csv(found: CountryFigures) -> str:
    """Return the standing at the end of each day of the course, one line a day."""
    return _csv({"day": one.day, **to_builtins(one.health)} for one in country_told(found).course)


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
