"""A facility sees how good its own data are, month by month."""

import re
from typing import Final

from flask import Blueprint, Response, request

from projections.quality_figures import by_month
from projections.view_store import ViewDatabase
from verify_api.access_rules import access, the_scope
from verify_api.answers import json_answer
from verify_api.callers import Action, Reach, who_may
from verify_api.errors import MalformedRequestError
from verify_api.quality_json import quality_json

_MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)


def quality_routes(views: ViewDatabase) -> Blueprint:
    """Return the endpoint, which reads ``views``."""
    blueprint = Blueprint("quality", __name__)

    @blueprint.get("/v1/facilities/own/quality")
    @access(
        who_may(Action.SEE_QUALITY), scope=Reach.ORGANISATION, purpose="data_quality",
        reads_personal=False,
    )  # fmt: skip
    def quality() -> Response:
        """Return the caller's facility's figures by month: errors, lateness, score."""
        facility = the_scope().organisation
        assert facility is not None, "the endpoint's reach is the organisation"
        first, last = _month("from", ""), _month("to", "9999-12")
        with views.reading() as session:
            found = by_month(session, facility=facility, first=first, last=last)
        return json_answer({"months": [quality_json(one) for one in found]})

    return blueprint


def _month(name: str, otherwise: str) -> str:
    typed = request.args.get(name)
    if typed is None:
        return otherwise
    if not _MONTH.fullmatch(typed):
        raise MalformedRequestError("month", f"{name}: expected a month such as 2026-11")
    return typed
