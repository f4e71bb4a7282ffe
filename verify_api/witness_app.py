"""The witness as a service of its own: C2SP tlog-witness over HTTP, and what operators look at.

It has no accounts and no personal data: whoever may reach it may ask, and only a log's own
signature makes it say anything. TLS is the business of the proxy before it.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

import structlog
from flask import Blueprint, Flask, Response, g, jsonify, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from typing_extensions import override
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from ledger.errors import StoreUnavailableError
from ledger.transparency.witness_request import LARGEST_REQUEST, PLAIN_TYPE
from verify_api.errors import WitnessStateError
from verify_api.headers import PUBLISHED, secure
from verify_api.version import VERSION
from verify_api.witness import LocalWitness

PROTOCOL: Final = "https://c2sp.org/tlog-witness"


class _WitnessApp(Flask):
    @override
    def log_exception(self, exc_info: Any) -> None:
        """Write nothing here: `_fail` says the class and the place."""


def create_witness_app(
    witness: LocalWitness, *, name: str, monotonic: Callable[[], float], prefix: str = ""
) -> Flask:
    """Return the app.

    Args:
        witness: Answers.
        name: Of the witness, as its keys have it.
        monotonic: Seconds, for the figures.
        prefix: A path under which the protocol is served too, such as ``/w1``.
    """
    app = _WitnessApp(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST + 1
    figures = _Figures(witness)
    for place in dict.fromkeys(("", prefix.rstrip("/"))):
        app.register_blueprint(_protocol(witness), url_prefix=place, name=f"protocol{place}")
    app.register_blueprint(_operation(witness, name, figures))
    app.register_error_handler(Exception, _fail)

    @app.before_request
    def begin() -> None:
        g.began = monotonic()

    @app.after_request
    def finish(answer: Response) -> Response:
        secure(answer, https=False)
        figures.answered(request.endpoint or "none", answer.status_code, monotonic() - g.began)
        return answer

    return app


def _protocol(witness: LocalWitness) -> Blueprint:
    routes = Blueprint("protocol", __name__)
    by_hash = {sha256(origin.encode()).hexdigest(): origin for origin in witness.logs}

    @routes.post("/add-checkpoint")
    def add_checkpoint() -> Response:
        body = request.get_data(cache=False)
        if len(body) > LARGEST_REQUEST:  # a body of no told length is cut at the limit, silently
            raise RequestEntityTooLarge
        reply = witness.add_checkpoint(body)
        return Response(reply.body, reply.status, content_type=reply.media_type)

    @routes.get("/<origin_hash>/checkpoint")
    def checkpoint(origin_hash: str) -> Response:
        origin = by_hash.get(origin_hash)
        head = None if origin is None else witness.store.head(origin)
        if head is None:
            return Response("no such checkpoint\n", HTTPStatus.NOT_FOUND, content_type=PLAIN_TYPE)
        return Response(head.note, content_type=PLAIN_TYPE, headers=dict(PUBLISHED))

    return routes


def _operation(witness: LocalWitness, name: str, figures: "_Figures") -> Blueprint:
    routes = Blueprint("operation", __name__)

    @routes.get("/")
    def who() -> Response:
        keys = [key.vkey for key in witness.keys]
        return jsonify(name=name, keys=keys, protocol=PROTOCOL, version=VERSION)

    @routes.get("/healthz")
    def alive() -> Response:
        return jsonify(live=True)

    @routes.get("/readyz")
    def ready() -> tuple[Response, int]:
        try:
            witness.require_memory()
        except (WitnessStateError, StoreUnavailableError) as error:
            rule = getattr(error, "rule", error.code)
            return jsonify(ready=False, why=rule), HTTPStatus.SERVICE_UNAVAILABLE
        return jsonify(ready=True), HTTPStatus.OK

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(figures.text(), content_type="text/plain; version=0.0.4; charset=utf-8")

    return routes


def _fail(error: Exception) -> Response:
    """Answer an error in one line; of what was sent nothing is written anywhere."""
    if isinstance(error, HTTPException):
        status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    elif isinstance(error, StoreUnavailableError):
        status = HTTPStatus.SERVICE_UNAVAILABLE
    else:
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        structlog.get_logger("records.witness").error(
            "request_failed",
            error=type(error).__name__,
            place=None if where is None else f"{where.tb_frame.f_code.co_name}:{where.tb_lineno}",
        )
    return Response(f"{status.phrase.lower()}\n", status, content_type=PLAIN_TYPE)


class _Figures(Collector):
    """What Prometheus is told: answers, and how each log stands."""

    def __init__(self, witness: LocalWitness) -> None:
        self._witness = witness
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "records_witness_answers", "Answers by endpoint and status.",
            ("endpoint", "status"), registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "records_witness_seconds", "Seconds until an answer.",
            ("endpoint",), registry=self._registry,
        )  # fmt: skip
        self._registry.register(self)

    def answered(self, endpoint: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._answers.labels(endpoint, str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def text(self) -> bytes:
        """Return all figures."""
        return generate_latest(self._registry)

    @override
    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Return how each log stands; the database is asked when somebody looks."""
        size = GaugeMetricFamily(
            "records_witness_size", "Leaves of the newest cosigned head.", labels=["origin"]
        )
        at = GaugeMetricFamily(
            "records_witness_cosigned_seconds", "When it was cosigned, Unix time.",
            labels=["origin"],
        )  # fmt: skip
        for origin in self._witness.logs:
            head = self._witness.store.head(origin)
            size.add_metric([origin], 0 if head is None else head.checkpoint.size)
            if head is not None:
                at.add_metric([origin], head.at.timestamp())
        refused = GaugeMetricFamily(
            "records_witness_suspicious", "Signed heads that were refused, by suspicion.",
            labels=["origin", "suspicion"],
        )  # fmt: skip
        for (origin, suspicion), times in self._witness.store.refused().items():
            refused.add_metric([origin, str(suspicion)], times)
        yield from (size, at, refused)
