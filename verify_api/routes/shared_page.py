"""The page that a camera opens from a shared link's code: it shows the part that was shared.

The link stands in the address's fragment, which never comes here. The page's script takes it out of
the address, opens the link by POST, and decrypts what comes in the reader's own browser.
"""

from flask import Blueprint, Response, request

from verify_api.access_rules import access
from verify_api.answers import page
from verify_api.bodies import refuse_query
from verify_api.callers import Action, Reach, who_may
from verify_api.i18n import page_language
from verify_api.my_health.words_shared import SHARED
from verify_api.unit_words import UNITS

blueprint = Blueprint("shared_page", __name__)


@blueprint.get("/shared")
@access(who_may(Action.OPEN_SHARE), scope=Reach.PUBLIC, purpose="page_parts", reads_personal=False)
def shared() -> Response:
    """Show the page that opens a shared link; it holds nothing of anybody by itself."""
    refuse_query(request)
    tongue = page_language(request)
    words = {key: wording.of(tongue) for key, wording in SHARED.items()}
    units = {code: wording.of(tongue) for code, wording in UNITS.items()}
    return page("shared.html", w=words, units=units)
