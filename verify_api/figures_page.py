"""What the page of the country's figures shows: tiles, charts and a table, in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from ledger.calendar import TermUnit
from ledger.identifiers import provinces
from ledger.names import search_key
from projections.monthly_figures import Month
from verify_api import charts
from verify_api.desk.country import BEGINNING, CountryFigures, ProvinceFigures, province_name
from verify_api.figure_table_words import HEADS
from verify_api.figure_words import FIGURES_PAGE, MEANINGS
from verify_api.moments import scale_month, short_day, short_month
from verify_api.number_words import number_words, percent_words

_UNKNOWN: Final = "\N{EN DASH}"
_MOST_BARS: Final = 10
_MILLION: Final = 1_000_000
_COLUMNS: Final = (
    "books", "covered", "integrated", "synchronised", "referrals", "appointments", "submitted",
    "share", "on_time",
)  # fmt: skip
_MONTH_COLUMNS: Final = (
    "books", "integrated", "visits", "submitted", "waived", "ready", "mean_days", "on_time",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure in words."""

    name: str
    title: str
    value: str
    note: str = ""

    @property
    def how(self) -> str:
        """Where it stands how this is computed."""
        return f"/figures/how#{self.name}"


def page_values(found: CountryFigures, tongue: str, *, today: date) -> dict[str, Any]:
    """Return what ``figures.html`` shows of ``found`` in the language ``tongue``."""
    words = {name: wording.of(tongue) for name, wording in FIGURES_PAGE.items()}
    tell = _Teller(found, tongue, words)
    names = provinces(found.on)
    return {
        "words": words,
        "day": found.on,
        "first": BEGINNING,
        "today": today,
        "chosen": found.chosen,
        "options": sorted(names.items(), key=lambda one: search_key(one[1])),
        "place": ", ".join(province_name(code, found.on) for code in found.chosen)
        or words["country"],
        "health": tell.health(),
        "judicial": tell.judicial(),
        "course": tell.course(),
        "books_by_month": tell.monthly("books", "integrated"),
        "requests_by_month": tell.monthly("submitted", "ready"),
        "days_by_month": tell.days_by_month(),
        "mark": tell.mark(),
        "books_by_province": tell.bars(),
        "columns": [{"title": words["province"]}, *tell.heads("province", _COLUMNS)],
        "cells": _COLUMNS,
        "rows": [tell.row(one) for one in found.by_province],
        "month_columns": [{"title": words["month"]}, *tell.heads("month", _MONTH_COLUMNS)],
        "month_cells": _MONTH_COLUMNS,
        "month_rows": [tell.month_row(one) for one in reversed(found.months)],
        "positions": found.positions,
        "kept": "".join(f"&province={code}" for code in found.chosen),
    }


class _Teller:
    """Puts figures into words of one language."""

    def __init__(self, found: CountryFigures, tongue: str, words: dict[str, str]) -> None:
        self._found, self._tongue, self._words = found, tongue, words

    def health(self) -> list[Tile]:
        """Return the tiles of health data."""
        standing, sums = self._found.standing, self._found.standing.sums
        return [
            self._tile("books", sums.books),
            self._covered(),
            self._tile("integrated", sums.integrated,
                       self._among(standing.integrated_share, sums.books)),
            self._tile("facilities", sums.facilities, self._suspended(sums.suspended)),
            self._tile("synchronised", sums.synchronised,
                       self._among(standing.synchronised_share, sums.facilities)),
            self._tile("referrals", sums.referrals, self._cancelled(sums.referrals_cancelled)),
            self._tile("appointments", sums.appointments,
                       self._cancelled(sums.appointments_cancelled)),
            self._tile("visits", sums.visits),
            self._money("saved", self._found.saved_vnd),
        ]  # fmt: skip

    def judicial(self) -> list[Tile]:
        """Return the tiles of applications for certificates."""
        asked, sums = self._found.applications, self._found.applications.sums
        return [
            self._tile("submitted", sums.submitted),
            self._tile("waived", sums.waived, self._among(asked.waived_share, sums.submitted)),
            self._tile("ready", sums.ready),
            self._said("mean_days", self._days(asked.mean_days), self._limit()),
            self._said("on_time", self._of(asked.on_time_share),
                       f"{self._words['of']} {self._number(sums.measured)}"),
            self._money("net_fees", asked.net_fees),
        ]  # fmt: skip

    def _covered(self) -> Tile:
        people = self._found.population
        if people is None:
            return self._said("covered", _UNKNOWN, self._words["no_population"])
        note = f"{self._words['of']} {self._number(people)} {self._words['people']}"
        return self._said("covered", self._of(self._found.covered_share), note)

    def _limit(self) -> str:
        """Return the law's limit in words; empty where there was none."""
        terms = [f"{term.count} {self._words[term.unit.value]}" for term in self._found.limit]
        joined = f" {self._words['and']} ".join(terms)
        return f"{self._words['limit']}: {joined}" if terms else ""

    def course(self) -> charts.LineChart | None:
        """Return books and those shown in an app over the last days; None before there are two."""
        days = self._found.course
        if len(days) < 2:  # noqa: PLR2004  a line needs two points
            return None
        labels = [short_day(date.fromisoformat(one.sums.day), self._tongue) for one in days]
        lines = [
            charts.Series(self._title(name), [getattr(one.sums, name) for one in days])
            for name in ("books", "integrated")
        ]
        return charts.line_chart(labels, lines)

    def monthly(self, *names: str) -> charts.LineChart | None:
        """Return what whole months brought of some figures; None before there are two months."""
        months = [one for one in self._found.months if self._is_over(one)]
        rows = [{**one.changes._asdict(), **one.applications.sums._asdict()} for one in months]
        if len(months) < 2 or not any(row[name] for row in rows for name in names):  # noqa: PLR2004  a line needs two points
            return None
        lines = [
            charts.Series(self._head("month", name), [row[name] for row in rows]) for name in names
        ]
        labels = [scale_month(_first(one), self._tongue) for one in months]
        return charts.line_chart(labels, lines)

    def days_by_month(self) -> charts.BarChart | None:
        """Return the average days to a result, with the limit in calendar days where one binds."""
        months = [one for one in self._found.months if one.applications.sums.ready]
        if not months:
            return None
        return charts.bar_chart(
            [charts.Bar(self._month(one), one.applications.mean_days) for one in months],
            reference=self._calendar_days(),
        )

    def mark(self) -> str:
        """Return what the mark in that chart is; empty where there is none."""
        days = self._calendar_days()
        return f"{self._words['mark']} {days} {self._words['calendar-days']}" if days else ""

    def _calendar_days(self) -> int | None:
        limits = [t.count for t in self._found.limit if t.unit is TermUnit.CALENDAR_DAYS]
        return min(limits, default=None)

    def _is_over(self, one: Month) -> bool:
        return f"{self._found.on + timedelta(days=1):%Y-%m}" > one.month

    def bars(self) -> charts.BarChart | None:
        """Return the provinces with the most books, the largest first."""
        known = [one for one in self._found.by_province if one.standing.sums.books]
        if not known:
            return None
        known.sort(key=lambda one: (-one.standing.sums.books, one.code))
        return charts.bar_chart(
            [
                charts.Bar(
                    self._name(one), one.standing.sums.books, address=self._address(one.code)
                )
                for one in known[:_MOST_BARS]
            ]
        )

    def heads(self, table: str, names: Sequence[str]) -> list[dict[str, object]]:
        """Return the heads of a table's columns of figures."""
        return [{"title": self._head(table, name), "number": True} for name in names]

    def month_row(self, one: Month) -> dict[str, str]:
        """Return one line of the table of months."""
        changes, asked = one.changes, one.applications
        return {
            "name": self._month(one),
            "books": self._number(changes.books),
            "integrated": self._number(changes.integrated),
            "visits": self._number(changes.visits),
            "submitted": self._number(asked.sums.submitted),
            "waived": self._number(asked.sums.waived),
            "ready": self._number(asked.sums.ready),
            "mean_days": self._days(asked.mean_days),
            "on_time": self._of(asked.on_time_share),
        }

    def row(self, one: ProvinceFigures) -> dict[str, str]:
        """Return one line of the table."""
        sums, asked = one.standing.sums, one.applications
        everybody = self._found.applications.sums.submitted
        share = asked.sums.submitted / everybody if everybody else None
        return {
            "name": self._name(one),
            "address": self._address(one.code),
            "books": self._number(sums.books),
            "covered": self._of(one.covered_share),
            "integrated": self._of(one.standing.integrated_share),
            "synchronised": f"{self._number(sums.synchronised)} / {self._number(sums.facilities)}",
            "referrals": self._number(sums.referrals),
            "appointments": self._number(sums.appointments),
            "submitted": self._number(asked.sums.submitted),
            "share": self._of(share),
            "on_time": self._of(asked.on_time_share),
        }

    def _name(self, one: ProvinceFigures) -> str:
        return province_name(one.code, self._found.on) if one.code else self._words["nowhere"]

    def _address(self, code: str) -> str:
        return f"/figures?on={self._found.on.isoformat()}&province={code}" if code else ""

    def _title(self, name: str) -> str:
        return MEANINGS[name].title.of(self._tongue)

    def _head(self, table: str, name: str) -> str:
        return HEADS[table][name].of(self._tongue)

    def _month(self, one: Month) -> str:
        return short_month(_first(one), self._tongue)

    def _days(self, days: float | None) -> str:
        return _UNKNOWN if days is None else self._number(days, 1)

    def _tile(self, name: str, value: int, note: str = "") -> Tile:
        return self._said(name, self._number(value), note)

    def _money(self, name: str, value: int) -> Tile:
        if abs(value) < _MILLION:
            return self._said(name, self._number(value), self._words["vnd"])
        return self._said(name, self._number(value / _MILLION, 1), self._words["million_vnd"])

    def _said(self, name: str, value: str, note: str = "") -> Tile:
        return Tile(name, self._title(name), value, note)

    def _number(self, value: float, decimals: int = 0) -> str:
        return number_words(value, self._tongue, decimals)

    def _percent(self, share: float) -> str:
        return percent_words(share, self._tongue)

    def _of(self, share: float | None) -> str:
        return _UNKNOWN if share is None else self._percent(share)

    def _among(self, share: float | None, whole: int) -> str:
        if share is None:
            return ""
        return f"{self._percent(share)} {self._words['of']} {self._number(whole)}"

    def _suspended(self, count: int) -> str:
        return f"{self._number(count)} {self._words['suspended']}" if count else ""

    def _cancelled(self, count: int) -> str:
        return f"{self._number(count)} {self._words['cancelled']}" if count else ""


def _first(one: Month) -> date:
    return date.fromisoformat(f"{one.month}-01")
