"""Help: a short guide for each role. Public; it tells nothing of anybody."""

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from verify_api.access_rules import access
from verify_api.answers import page
from verify_api.callers import Action, Reach, who_may
from verify_api.guides.form import parts
from verify_api.help_words import GUIDES, HELP

blueprint = Blueprint("help", __name__)
_open_to_all = access(
    who_may(Action.VERIFY), scope=Reach.PUBLIC, purpose="help", reads_personal=False
)


@blueprint.get("/help")
@_open_to_all
def roles() -> Response:
    """Show the guides that there are."""
    return page("help.html", words=HELP, guides=GUIDES, parts=parts)


@blueprint.get("/help/<role>")
@_open_to_all
def guide(role: str) -> Response:
    """Show the guide of one role."""
    found = GUIDES.get(role)
    if found is None:
        raise NotFound
    return page("help_role.html", words=HELP, guides=GUIDES, guide=found, parts=parts)
