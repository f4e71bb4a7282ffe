"""The country's figures, for everybody: a page, JSON, CSV; of any day, of any province.

Nothing here is about a person, and nothing is opened to answer it.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, request

from ledger.calendar import local_day
from ledger.identifiers import PROVINCE, provinces
from verify_api.access_rules import access
from verify_api.answers import VARY, json_answer, language, page, wants_page
from verify_api.callers import Action, Reach, who_may
from verify_api.desk.country import BEGINNING, CountryDesk, CountryFigures
from verify_api.errors import MalformedRequestError
from verify_api.figure_words import FIGURES_PAGE, MEANINGS, RECOUNT
from verify_api.figures_json import country_json, days_csv, file_name, months_csv, provinces_csv
from verify_api.figures_page import page_values

_open_to_all = access(
    who_may(Action.READ_FIGURES), scope=Reach.PUBLIC, purpose="published_figures",
    reads_personal=False,
)  # fmt: skip
MOST_PROVINCES: Final = 63
_FILES: Final[Mapping[str, Callable[[CountryFigures], str]]] = {
    "provinces": provinces_csv, "days": days_csv, "months": months_csv,
}  # fmt: skip


def figure_routes(desk: CountryDesk, clock: Callable[[], datetime]) -> Blueprint:
    """Return the endpoints, which ask ``desk``."""
    blueprint = Blueprint("figures", __name__)

    @blueprint.get("/figures")
    @_open_to_all
    def figures() -> Response:
        """Show the country, or some provinces, at the end of a day."""
        today = local_day(clock())
        found = desk.figures(_day(today), chosen=_chosen())
        if wants_page():
            return page("figures.html", **page_values(found, language(), today=today))
        return json_answer(country_json(found))

    @blueprint.get("/figures/how")
    @_open_to_all
    def how() -> Response:
        """Show how each figure is computed, and up to which position it holds."""
        found = desk.figures(local_day(clock()))
        if wants_page():
            return page(
                "figures_how.html", words=FIGURES_PAGE, meanings=MEANINGS,
                positions=found.positions, command=RECOUNT,
            )  # fmt: skip
        tongue = language()
        told = {
            name: {"title": one.title.of(tongue), "how": one.how.of(tongue), "view": one.view}
            for name, one in MEANINGS.items()
        }
        return json_answer({"figures": told, "holds_for": found.positions})

    @blueprint.get("/figures/<kind>.csv")
    @_open_to_all
    def table(kind: str) -> Response:
        """Give the same as a table: ``provinces``, ``days`` of the last thirty, or ``months``."""
        write = _FILES.get(kind)
        if write is None:
            raise MalformedRequestError("table", f"expected one of {', '.join(_FILES)}")
        found = desk.figures(_day(local_day(clock())), chosen=_chosen())
        return Response(
            write(found), HTTPStatus.OK, content_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{file_name(kind, found.on)}"',
                "Vary": VARY,
            },
        )  # fmt: skip

    return blueprint


def _day(today: date) -> date:
    typed = request.args.get("on")
    if not typed:
        return today
    try:
        asked = date.fromisoformat(typed)
    except ValueError as error:
        raise MalformedRequestError("day", "on: expected a day such as 2026-11-24") from error
    if not BEGINNING <= asked <= today:
        expected = f"on: expected a day from {BEGINNING} to today"
        raise MalformedRequestError("day", expected)
    return asked


def _chosen() -> tuple[str, ...]:
    asked = [one for one in request.args.getlist("province") if one]
    known = {code for day in (date(2025, 6, 30), date(2025, 7, 1)) for code in provinces(day)}
    if len(asked) > MOST_PROVINCES or not all(
        PROVINCE.matches(one) and one in known for one in asked
    ):
        raise MalformedRequestError("province", "province: expected the code of a province")
    return tuple(sorted(set(asked)))
