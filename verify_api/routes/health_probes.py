"""Is the process alive, is it of use, and what does it do? For machines that watch it."""

from http import HTTPStatus

from flask import Blueprint, Response

from verify_api.access_rules import access
from verify_api.answers import json_answer
from verify_api.callers import Action, Reach, who_may
from verify_api.running import the_running

blueprint = Blueprint("health_probes", __name__)

_probe = access(
    who_may(Action.VERIFY), scope=Reach.PUBLIC, purpose="health_probe", reads_personal=False
)


@blueprint.get("/health/live")
@_probe
def live() -> Response:
    """Answer at all: a process that does not should be restarted."""
    return json_answer({"live": True})


@blueprint.get("/health/ready")
@_probe
def ready() -> Response:
    """Answer 200 if every condition holds, 503 if requests had better go elsewhere."""
    conditions = the_running().ports.conditions()
    good = all(condition.holds for condition in conditions)
    return json_answer(
        {
            "ready": good,
            "conditions": [
                {"name": one.name, "holds": one.holds, "figure": one.figure} for one in conditions
            ],
        },
        HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE,
    )


@blueprint.get("/metrics")
@access(who_may(Action.SEE_FIGURES), scope=Reach.SERVICE, purpose="operation", reads_personal=False)
def metrics() -> Response:
    """Serve the figures to Prometheus, which brings an operator's token."""
    return Response(
        the_running().metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8"
    )
