"""What the page of the country's figures shows: tiles, charts and a table, in words. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ledger.identifiers import provinces
from verify_api import charts
from verify_api.desk.country import BEGINNING, CountryFigures, ProvinceFigures, province_name
from verify_api.figure_words import FIGURES_PAGE, MEANINGS
from verify_api.moments import day_words
from verify_api.number_words import number_words, percent_words

_UNKNOWN: Final = "\N{EN DASH}"


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
        "options": sorted(names.items(), key=lambda one: one[1]),
        "place": ", ".join(province_name(code, found.on) for code in found.chosen)
        or words["country"],
        "health": tell.health(),
        "judicial": tell.judicial(),
        "course": tell.course(),
        "books_by_province": tell.bars(),
        "rows": [tell.row(one) for one in found.by_province],
        "positions": found.positions,
        "kept": "".join(f"&province={code}" for code in found.chosen),
    }


class _Teller:
    """Puts figures into words of one language."""

    def __init__(self, found: CountryFigures, tongue: str, words: dict[str, str]) -> None:
        self._found, self._tongue, self._words = found, tongue, words

    def health(self) -> list[Tile]:
        standing, sums = self._found.standing, self._found.standing.sums
        covered = self._found.covered_share
        return [
            self._tile("books", sums.books, self._share(covered, self._words["population"])),
            self._tile("integrated", sums.integrated,
                       self._among(standing.integrated_share, sums.books)),
            self._tile("facilities", sums.facilities),
            self._tile("synchronised", sums.synchronised,
                       self._among(standing.synchronised_share, sums.facilities)),
            self._tile("referrals", sums.referrals, self._cancelled(sums.referrals_cancelled)),
            self._tile("appointments", sums.appointments,
                       self._cancelled(sums.appointments_cancelled)),
            self._tile("visits", sums.visits),
            self._tile("saved", self._found.saved_vnd, unit="VND"),
        ]  # fmt: skip

    def judicial(self) -> list[Tile]:
        asked, sums = self._found.applications, self._found.applications.sums
        days = _UNKNOWN if asked.mean_days is None else self._number(asked.mean_days, 1)
        in_time = _UNKNOWN if asked.on_time_share is None else self._percent(asked.on_time_share)
        return [
            self._tile("submitted", sums.submitted),
            self._tile("waived", sums.waived, self._among(asked.waived_share, sums.submitted)),
            self._tile("ready", sums.ready),
            self._said("mean_days", days, self._words["days"] if asked.mean_days else ""),
            self._said("on_time", in_time, f"{self._words['of']} {self._number(sums.measured)}"),
            self._tile("net_fees", asked.net_fees, unit="VND"),
        ]

    def course(self) -> charts.LineChart | None:
        """Return books and those shown in an app over the last days; None before there are two."""
        days = self._found.course
        if len(days) < 2:  # noqa: PLR2004  a line needs two points
            return None
        labels = [day_words(date.fromisoformat(one.sums.day), self._tongue) for one in days]
        lines = [
            charts.Series(self._title(name), [getattr(one.sums, name) for one in days])
            for name in ("books", "integrated")
        ]
        return charts.line_chart(labels, lines)

    def bars(self) -> charts.BarChart | None:
        """Return the books of each province, the largest first."""
        known = [one for one in self._found.by_province if one.standing.sums.books]
        if not known:
            return None
        known.sort(key=lambda one: (-one.standing.sums.books, one.code))
        return charts.bar_chart(
            [
                charts.Bar(
                    self._name(one), one.standing.sums.books, address=self._address(one.code)
                )
                for one in known
            ]
        )

    def row(self, one: ProvinceFigures) -> dict[str, str]:
        """Return one line of the table."""
        sums, asked = one.standing.sums, one.applications
        everybody = self._found.applications.sums.submitted
        share = asked.sums.submitted / everybody if everybody else None
        return {
            "name": self._name(one),
            "address": self._address(one.code),
            "books": self._number(sums.books),
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

    def _tile(self, name: str, value: int, note: str = "", *, unit: str = "") -> Tile:
        return self._said(name, self._number(value), note or unit)

    def _said(self, name: str, value: str, note: str = "") -> Tile:
        return Tile(name, self._title(name), value, note)

    def _number(self, value: float, decimals: int = 0) -> str:
        return number_words(value, self._tongue, decimals)

    def _percent(self, share: float) -> str:
        return percent_words(share, self._tongue)

    def _of(self, share: float | None) -> str:
        return _UNKNOWN if share is None else self._percent(share)

    def _share(self, share: float | None, of: str) -> str:
        return "" if share is None else f"{self._percent(share)} {of}"

    def _among(self, share: float | None, whole: int) -> str:
        return self._share(share, f"{self._words['of']} {self._number(whole)}")

    def _cancelled(self, count: int) -> str:
        return f"{self._number(count)} {self._words['cancelled']}" if count else ""
