"""What one running app holds, and how its endpoints find it: nothing is global."""

from dataclasses import dataclass
from typing import Final, cast

from flask import Flask, current_app

from verify_api.limiter import Limiter
from verify_api.metrics import Metrics
from verify_api.ports import Ports

_PLACE: Final = "records"


@dataclass(frozen=True, slots=True)
class Running:
    """The ports, and what counts while the app runs."""

    ports: Ports
    limiter: Limiter
    metrics: Metrics


def hold(app: Flask, running: Running) -> None:
    """Let the endpoints of ``app`` find ``running``."""
    app.extensions[_PLACE] = running


def the_running() -> Running:
    """Return what the app that answers this request holds."""
    return cast(Running, current_app.extensions[_PLACE])


def the_ports() -> Ports:
    """Return the ports of the app that answers this request."""
    return the_running().ports
