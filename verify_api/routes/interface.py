"""``GET /openapi.json``: what this service can be asked, for programs and for who writes them."""

from collections.abc import Mapping
from typing import Final

import orjson
from flask import Blueprint, Response, current_app

from verify_api.access_rules import access
from verify_api.callers import Action, Reach, who_may
from verify_api.describing import Description
from verify_api.openapi import document
from verify_api.running import the_ports
from verify_api.version import VERSION

_PLACE: Final = "records.openapi"
_MAX_AGE: Final = "public, max-age=300"


def interface_routes(descriptions: Mapping[str, Description]) -> Blueprint:
    """Return the endpoint; ``descriptions`` say of each endpoint what its code does not."""
    blueprint = Blueprint("interface", __name__)

    @blueprint.get("/openapi.json")
    @access(who_may(Action.VERIFY), scope=Reach.PUBLIC, purpose="interface", reads_personal=False)
    def openapi() -> Response:
        """Serve the description of every address of this service, as OpenAPI 3.1."""
        made = current_app.extensions.get(_PLACE)
        if made is None:
            settings = the_ports().settings
            made = orjson.dumps(
                document(
                    current_app,
                    descriptions,
                    version=VERSION,
                    server=settings.public_url,
                    rates=settings.rates,
                )
            )
            current_app.extensions[_PLACE] = made
        response = Response(made, mimetype="application/json")
        response.headers["Cache-Control"] = _MAX_AGE
        return response

    return blueprint
