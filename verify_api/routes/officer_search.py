"""Finding a file: what is searched for is posted, never part of an address."""

from http import HTTPStatus

from flask import Blueprint, Response, request

from ledger.errors import InvalidInputError
from verify_api.access_rules import Disclosed, access, the_caller, the_scope
from verify_api.answers import page
from verify_api.bodies import LARGEST_TEXT
from verify_api.callers import Action, Reach, who_may
from verify_api.officer_desk import Hits, OfficerDesk
from verify_api.officer_refusals import refusal_of
from verify_api.officer_words import KEYS, OFFICER
from verify_api.problems import problem_of
from verify_api.running import the_ports

SEARCH_FIELD = "search"
_LEGAL_BASIS = "107/2025/QH15"


def officer_search_routes(desk: OfficerDesk) -> Blueprint:
    """Return the endpoints of the search over ``desk``."""
    blueprint = Blueprint("officer_search", __name__)

    @blueprint.get("/officer/search")
    @access(
        who_may(Action.SEE_WORK), scope=Reach.ORGANISATION, purpose="process_request",
        reads_personal=False,
    )  # fmt: skip
    def form() -> Response:
        """Show the form."""
        return _page("")

    @blueprint.post("/officer/search")
    @access(
        who_may(Action.SEE_WORK), scope=Reach.ORGANISATION, purpose="process_request",
        reads_personal=True, legal_basis=_LEGAL_BASIS,
    )  # fmt: skip
    def search() -> Disclosed:
        """Show the files that fit; each person who was found by name or number sees that."""
        request.max_content_length = LARGEST_TEXT
        typed = request.form.get(SEARCH_FIELD, "").strip()
        try:
            found = desk.search(the_scope(), the_caller().role, typed, at=the_ports().clock())
        except InvalidInputError as error:
            problem = problem_of(error)
            return Disclosed(_page(typed, refused=refusal_of(problem), status=problem.status))
        return Disclosed(_page(typed, found), found.looks)

    return blueprint


def _page(
    typed: str, found: Hits | None = None, refused: object = None, status: int = HTTPStatus.OK
) -> Response:
    return page(
        "work_search.html", status=status, words=OFFICER, keys=KEYS, typed=typed, found=found,
        refused=refused,
    )  # fmt: skip
