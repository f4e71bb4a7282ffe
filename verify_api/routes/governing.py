"""All endpoints by which people govern their health data, joined for the composition root."""

from flask import Blueprint

from verify_api.governing import Governing
from verify_api.routes.consents import consent_routes
from verify_api.routes.emergencies import emergency_routes
from verify_api.routes.integrations import integration_routes
from verify_api.routes.looks import look_routes
from verify_api.routes.notices import notice_routes
from verify_api.routes.own_words import own_word_routes
from verify_api.routes.refusals import refusal_routes
from verify_api.routes.representatives import representative_routes
from verify_api.routes.represented import represented_routes
from verify_api.routes.rights import rights_routes
from verify_api.routes.shares import share_routes
from verify_api.routes.shl import shl_routes


def governing_routes(desk: Governing) -> tuple[Blueprint, ...]:
    """Return the endpoints, which ask ``desk``."""
    return (
        consent_routes(desk),
        share_routes(desk),
        shl_routes(desk),
        emergency_routes(desk),
        rights_routes(desk),
        look_routes(desk),
        notice_routes(desk),
        own_word_routes(desk),
        integration_routes(desk),
        refusal_routes(desk),
        representative_routes(desk),
        represented_routes(desk),
    )
