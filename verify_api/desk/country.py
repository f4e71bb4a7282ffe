"""The country's figures on one day, from the views: whole, by province, over the days before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ledger.calendar import Term
from ledger.certificates.kinds.judicial_record.procedure import PROCEDURE
from ledger.errors import RefusedError
from ledger.identifiers import provinces
from projections import figures, national_figures
from projections.figures import Figures, Span
from projections.monthly_figures import Month, by_month
from projections.national_figures import Standing
from projections.populations import populations
from projections.view_store import Session, ViewStore

BEGINNING: Final = date(2010, 7, 1)
"""No application is older. Source: the Law on Judicial Records of 2009, in force since then."""
COURSE_DAYS: Final = 30
VIEWS: Final = ("integration_progress", "daily_figures")


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What no fact says, and some figures need."""

    population: int = 0
    """Of the country; 0 if it is not set: then there is no share of it. That of a province is its
    part by `projections.populations`."""
    booklet_vnd: int = 5_000
    """Price of the paper booklet that a visit no longer needs. Source: the launch's own figure,
    1,150 billion VND a year for 230 million visits."""

    def people(self, on: date, chosen: Sequence[str] = ()) -> int | None:
        """Return how many live in the ``chosen`` provinces, or in the country; None if unknown."""
        if not self.population:
            return None
        shares = [populations().share(code, on=on) for code in chosen]
        known = [share for share in shares if share is not None]
        if len(known) < len(shares):
            return None
        return round(self.population * sum(known)) if chosen else self.population


@dataclass(frozen=True, slots=True)
class ProvinceFigures:
    """One province; empty for what belongs to none."""

    code: str
    standing: Standing
    applications: Figures
    population: int | None = None

    @property
    def covered_share(self) -> float | None:
        """Books among the people of the province."""
        return self.standing.covered_share(self.population or 0)


@dataclass(frozen=True, slots=True)
class CountryFigures:
    """Everything at the end of one day."""

    on: date
    chosen: tuple[str, ...]
    """The provinces that were asked for; empty for the whole country."""
    positions: dict[str, int]
    """By view, the ledger's position up to which it holds."""
    standing: Standing
    applications: Figures
    """Of all days up to that one."""
    by_province: tuple[ProvinceFigures, ...]
    course: tuple[Standing, ...]
    """At the end of each of the last days on which something changed."""
    months: tuple[Month, ...]
    """What each of the last twelve months brought, as far as that one."""
    assumptions: Assumptions

    @property
    def saved_vnd(self) -> int:
        """What paper booklets for these visits would have cost."""
        return self.standing.sums.visits * self.assumptions.booklet_vnd

    @property
    def population(self) -> int | None:
        """How many people live there; None where that is not known."""
        return self.assumptions.people(self.on, self.chosen)

    @property
    def covered_share(self) -> float | None:
        """Books among the population; None where that is not known."""
        return self.standing.covered_share(self.population or 0)

    @property
    def limit(self) -> tuple[Term, ...]:
        """The terms of an application of that day in which nothing is found; none before any."""
        try:
            return PROCEDURE.in_force(self.on).limit
        except RefusedError:
            return ()


class CountryDesk:
    """Answers what the country has come to."""

    def __init__(self, views: ViewStore, assumptions: Assumptions) -> None:
        """Ask ``views``; nothing here opens a fact."""
        self._views = views
        self._assumptions = assumptions

    def figures(self, on: date, *, chosen: Sequence[str] = ()) -> CountryFigures:
        """Return the figures at the end of ``on``, of the ``chosen`` provinces or of all.

        All of one moment: one transaction reads them, and says for which positions they hold.
        """
        with self._views.database.reading() as session:
            span = Span(min(BEGINNING, on), on)
            first = on - timedelta(days=COURSE_DAYS)
            return CountryFigures(
                on=on,
                chosen=tuple(chosen),
                positions=self._positions(session),
                standing=national_figures.standing(session, on, provinces=chosen),
                applications=figures.total(session, span, provinces=chosen),
                by_province=self._by_province(session, span, chosen),
                course=tuple(national_figures.course(session, first, on, provinces=chosen)),
                months=by_month(session, on, provinces=chosen),
                assumptions=self._assumptions,
            )

    def _positions(self, session: Session) -> dict[str, int]:
        return {
            one.view: one.position
            for one in self._views.generations_in(session)
            if one.in_force and one.view in VIEWS
        }

    def _by_province(
        self, session: Session, span: Span, chosen: Sequence[str]
    ) -> tuple[ProvinceFigures, ...]:
        known = national_figures.standing_by_province(session, span.last, provinces=chosen)
        standing = {one.sums.province: one for one in known}
        days = figures.by_province(session, span, provinces=chosen)
        asked = {one.sums.province: one for one in days}
        return tuple(
            ProvinceFigures(
                code,
                standing.get(code, national_figures.NOTHING),
                asked.get(code, figures.NOTHING),
                self._assumptions.people(span.last, [code]) if code else None,
            )
            for code in sorted(standing.keys() | asked.keys())
        )


def province_name(code: str, on: date) -> str:
    """Return a province's Vietnamese name on that day; its code where it had none."""
    return provinces(on).get(code, code)
