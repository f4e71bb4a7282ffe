"""Is the process alive, is it of use, and what does it do? For machines that watch it."""

from collections.abc import Iterator
from http import HTTPStatus

from flask import Blueprint, Response

from ledger.errors import StoreUnavailableError
from verify_api.access_rules import access
from verify_api.answers import json_answer
from verify_api.callers import Action, Reach, who_may
from verify_api.gauges import Gauge
from verify_api.ports import Condition, Ports, ServiceSettings
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
    ports = the_running().ports
    conditions = [*ports.conditions(), *_staying(ports.settings)]
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
    running = the_running()
    return Response(
        running.metrics.text(_measured(running.ports)),
        content_type="text/plain; version=0.0.4; charset=utf-8",
    )


def _staying(settings: ServiceSettings) -> list[Condition]:
    """Return that the service is not about to end: it is told so before it takes nothing more."""
    if settings.draining is None:
        return []
    ending = settings.draining.exists()
    return [Condition("staying", holds=not ending, figure="about to end" if ending else "")]


def _measured(ports: Ports) -> Iterator[Gauge]:
    yield from ports.gauges()
    for one in (*ports.conditions(), *_staying(ports.settings)):
        yield Gauge(
            "records_condition", "1 if it holds.", float(one.holds), {"condition": one.name}
        )
    try:
        signed_in = ports.sessions.count(at=ports.clock())
    except StoreUnavailableError:
        return
    yield Gauge("records_sessions", "Browsers that are signed in.", signed_in)
