"""The style page: every component in every state. Public; it shows samples and nobody's data."""

from flask import Blueprint, Response, request

from verify_api.access_rules import access
from verify_api.answers import page
from verify_api.callers import Action, Reach, who_may
from verify_api.i18n import page_language
from verify_api.receipt_words import LOOKED
from verify_api.style_samples import FILES, samples
from verify_api.style_words import PARTS, STYLE
from verify_api.tables import read_order
from verify_api.wording import OVERALLS, STATES

blueprint = Blueprint("style", __name__)


@blueprint.get("/style")
@access(who_may(Action.VERIFY), scope=Reach.PUBLIC, purpose="page_parts", reads_personal=False)
def show() -> Response:
    """Show what pages are made of."""
    order = read_order(request.args.get("order"), FILES)
    shown = samples(page_language(request), request.path, order)
    return page(
        "style.html",
        s=shown,
        words=STYLE,
        part=PARTS,
        state_words=STATES,
        overalls=OVERALLS,
        compared=LOOKED,
    )
