"""Showing again who one is, by the password of the account."""

from flask import Blueprint, Response, request

from verify_api.access_rules import access, the_caller
from verify_api.answers import json_answer, wants_page
from verify_api.bodies import LARGEST_TEXT
from verify_api.callers import Action, Reach, who_may
from verify_api.errors import NotSignedInError, SignInRefusedError, TooManyRequestsError
from verify_api.identity.authentication import FRESH_FOR
from verify_api.problems import problem_of
from verify_api.routes.session import seen_other
from verify_api.running import the_ports
from verify_api.step_up import asking_page, confirm, nearest_page

blueprint = Blueprint("step_up", __name__)


@blueprint.post("/step-up")
@access(who_may(Action.SIGN_IN), scope=Reach.PUBLIC, purpose="step_up", reads_personal=False)
def again() -> Response:
    """Take the password again, and go on where it was asked for."""
    request.max_content_length = LARGEST_TEXT
    caller = the_caller()
    if caller.authenticated_at is None:
        raise NotSignedInError("sign in first")
    to = nearest_page(request.form.get("to", "/"))
    try:
        confirm(caller, request.form.get("password", ""))
    except (SignInRefusedError, TooManyRequestsError) as error:
        if not wants_page():
            raise
        return asking_page(caller, refused=problem_of(error).code, to=to)
    if wants_page():
        return seen_other(to)
    return json_answer({"fresh_until": (the_ports().clock() + FRESH_FOR).isoformat()})
