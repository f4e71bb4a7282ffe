"""Joins what the endpoints of consents, links and rights need over one ledger."""

from collections.abc import Callable, Mapping
from typing import Final

from ledger.calendar import WorkingCalendar
from ledger.certificates.kind import Wording
from ledger.commands.erasure import RetainedHealth
from ledger.commands.facilities import load_facility
from ledger.errors import InvalidInputError, NotFoundError
from ledger.facts import FactStore
from projections.view_store import ViewDatabase
from verify_api.books import HealthBooks
from verify_api.desk.summaries import BookSummaries
from verify_api.governing import Governing

_NOBODY: Final = Wording("Cơ quan", "Office")


def governing_desk(
    facts: FactStore,
    views: ViewDatabase,
    calendar: WorkingCalendar,
    books: HealthBooks,
    *,
    names: Mapping[str, Wording],
    pause: Callable[[float], object],
    retained: RetainedHealth,
    viewer: str | None = None,
) -> Governing:
    """Return the desk; the first of ``names`` is the office that authors summaries.

    Whoever is not among ``names``, the authorities, is looked for among the facilities.
    """
    office = next(iter(names.values()), _NOBODY).vi

    def name_of(code: str) -> Wording | None:
        return names.get(code) or _facility(facts, code)

    build = BookSummaries(books, office)
    return Governing(facts, views, calendar, build, name_of, pause, retained, viewer)


def _facility(facts: FactStore, code: str) -> Wording | None:
    try:
        state = load_facility(facts, code).state
    except (InvalidInputError, NotFoundError):
        return None
    return Wording(state.name, state.name_en)
