"""Pages of people who sign in, and what watches the service."""

from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from verify_api.describing import HTML, PDF, Answer, Description, json_of

_FORM: Final = "application/x-www-form-urlencoded"
_SEEN_OTHER: Final = Answer("Done; go on there.", headers={"Location": "Where to go on."})
_SIGN_IN: Final = Answer("Sign in first.", headers={"Location": "The form."})
_PAPER: Final = Description(
    {HTTPStatus.OK: Answer("The certificate, signed.", PDF), HTTPStatus.FOUND: _SIGN_IN}
)


class Live(Struct):
    """The process answers."""

    live: bool


class ConditionWords(Struct):
    """One thing that must hold for the service to be of use."""

    name: str
    holds: bool
    figure: str
    """What was measured."""


class Ready(Struct):
    """Whether requests should come here."""

    ready: bool
    conditions: list[ConditionWords]


_NAME: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["name", "password"],
    "properties": {
        "name": {"type": "string"}, "password": {"type": "string", "format": "password"},
    },
}  # fmt: skip

DESKS: Final = MappingProxyType({
    "session.form": Description({
        HTTPStatus.OK: Answer("The form.", HTML),
        HTTPStatus.SEE_OTHER: _SEEN_OTHER,
    }),
    "session.sign_in": Description(
        {
            HTTPStatus.SEE_OTHER: Answer(
                "Signed in.", headers={"Location": "Where the account begins.",
                                       "Set-Cookie": "The session."},
            ),
            HTTPStatus.UNAUTHORIZED: Answer("The form again: name or password are not right.",
                                            HTML),
            HTTPStatus.TOO_MANY_REQUESTS: Answer("The form again: tried too often.", HTML),
        },
        body={_FORM: _NAME},
    ),
    "session.sign_out": Description({HTTPStatus.SEE_OTHER: _SEEN_OTHER}),
    "citizen.mine": Description({
        HTTPStatus.OK: Answer("The own requests and who has looked.", HTML),
        HTTPStatus.FOUND: _SIGN_IN,
    }),
    "citizen.paper": _PAPER,
    "health_probes.live": Description({HTTPStatus.OK: Answer("It lives.", json_of(Live))}),
    "health_probes.ready": Description({
        HTTPStatus.OK: Answer("Every condition holds.", json_of(Ready)),
        HTTPStatus.SERVICE_UNAVAILABLE: Answer("One does not.", json_of(Ready)),
    }),
    "health_probes.metrics": Description({
        HTTPStatus.OK: Answer("Figures in Prometheus' text form.",
                              {"text/plain": {"type": "string"}}),
    }),
    "interface.openapi": Description({
        HTTPStatus.OK: Answer("This document.", json_of({"type": "object"})),
    }),
})  # fmt: skip
"""By endpoint."""
