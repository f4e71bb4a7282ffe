"""The service as one Flask app: endpoints, who may call them, headers, errors, figures.

Made of ports alone, so that a test hands in fakes and the composition root the real ones.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import structlog
from flask import Blueprint, Flask, Response, g, redirect, request
from typing_extensions import override
from werkzeug.exceptions import InternalServerError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from verify_api.access_rules import require_declared, the_caller
from verify_api.answers import language, page, wants_page
from verify_api.bodies import LARGEST_FORM, ServiceRequest
from verify_api.descriptions import DESCRIPTIONS
from verify_api.errors import NotSignedInError
from verify_api.fast_path import FastPath
from verify_api.headers import secure
from verify_api.identity.errors import InsufficientAuthenticationError
from verify_api.json_provider import OrjsonProvider
from verify_api.lazy_rules import LazyRule
from verify_api.limiter import Limiter
from verify_api.limits import count_open_request
from verify_api.metrics import Metrics
from verify_api.ports import Ports
from verify_api.problem_words import sentence
from verify_api.problems import Problem, problem_of, response
from verify_api.request_ids import HEADER, request_id, trace_id
from verify_api.routes import (
    check,
    check_many,
    citizen,
    health_probes,
    lists,
    oauth,
    offline,
    oidc,
    organisation,
    pages,
    session,
    step_up,
    style,
    verify,
)
from verify_api.routes import help as help_pages
from verify_api.routes.interface import interface_routes
from verify_api.running import Running, hold, the_running
from verify_api.step_up import asking_page, require_fresh
from verify_api.template_cache import TEMPLATES

BLUEPRINTS: Final = (
    pages.blueprint,
    style.blueprint,
    help_pages.blueprint,
    verify.blueprint,
    check.blueprint,
    check_many.blueprint,
    session.blueprint,
    step_up.blueprint,
    oidc.blueprint,
    oauth.blueprint,
    organisation.blueprint,
    citizen.blueprint,
    lists.blueprint,
    offline.blueprint,
    health_probes.blueprint,
)
REFERENCE_BYTES: Final = 6
UNTOLD: Final = frozenset({
    "pages.static", "health_probes.live", "health_probes.ready", "health_probes.metrics",
})  # fmt: skip
"""Endpoints whose answers are counted, but are no lines of the log."""


class _Service(Flask):
    request_class = ServiceRequest
    json_provider_class = OrjsonProvider
    url_rule_class = LazyRule

    @override
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``func``: no endpoint here is a coroutine, and asking costs at each request."""
        return func

    @override
    def log_exception(self, exc_info: Any) -> None:
        """Write nothing: a traceback quotes what was sent, and `_noted` has said the rest."""


def create_service(ports: Ports, *, more: Iterable[Blueprint] = ()) -> Flask:
    """Return the app; ``more`` are endpoints that the composition root adds.

    Raises:
        UndeclaredEndpointError: An endpoint does not say who may call it.
    """
    app = _Service(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    app.config["MAX_FORM_PARTS"] = 50
    app.jinja_env.bytecode_cache = TEMPLATES
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    running = Running(ports, Limiter(ports.monotonic), Metrics())
    hold(app, running)
    for blueprint in (*BLUEPRINTS, interface_routes(DESCRIPTIONS), *more):
        app.register_blueprint(blueprint)
    app.before_request(_begin)
    app.before_request(count_open_request)
    app.before_request(require_fresh)
    app.after_request(_finish)
    app.register_error_handler(Exception, _fail)
    if ports.settings.fast_path:
        app.wsgi_app = FastPath(app.wsgi_app, running)  # type: ignore[assignment, method-assign]
    if ports.settings.proxies:
        count = ports.settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    require_declared(app)
    return app


def _begin() -> None:
    ports = the_running().ports
    g.began = ports.monotonic()
    g.request_id = request_id(request.environ, ports.random_bytes)
    structlog.contextvars.clear_contextvars()
    trace = trace_id(request.environ)
    more = {} if trace is None else {"trace_id": trace}
    structlog.contextvars.bind_contextvars(request_id=g.request_id, **more)


def _finish(answer: Response) -> Response:
    running = the_running()
    settings = running.ports.settings
    secure(answer, https=settings.https)
    answer.headers[HEADER] = g.request_id
    seconds = running.ports.monotonic() - g.began
    endpoint = request.endpoint or "none"
    running.metrics.answered(endpoint, answer.status_code, seconds)
    if settings.access_log and endpoint not in UNTOLD:
        structlog.get_logger("records.access").info(
            "answered",
            endpoint=endpoint,
            method=request.method,
            status=answer.status_code,
            seconds=round(seconds, 6),
        )
    return answer


def _fail(error: Exception) -> AnyResponse:
    """Answer an error: a redirect to sign in, a page, or a problem document."""
    signed_out = isinstance(error, NotSignedInError)
    if signed_out and wants_page() and request.method == "GET":
        return redirect("/login")
    if isinstance(error, InsufficientAuthenticationError) and wants_page():
        return asking_page(the_caller())
    problem = problem_of(error)
    reference = _noted(error, problem)
    if wants_page() and not isinstance(error, InternalServerError):  # or its page failed, too
        answer = page(
            "problem.html", problem=problem, sentence=sentence(problem), reference=reference,
            status=problem.status,
        )  # fmt: skip
        answer.headers.update(problem.headers)
        return answer
    return response(problem, language(), reference)


def _noted(error: Exception, problem: Problem) -> str | None:
    """Write a fault of ours down under a reference; of what was sent nothing is written."""
    if not problem.ours:
        return None
    reference = the_running().ports.random_bytes(REFERENCE_BYTES).hex()
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    # The message of an unexpected error may quote a person's data: its class and place do not.
    structlog.get_logger("records.service").error(
        "request_failed",
        reference=reference,
        endpoint=request.endpoint,
        error=type(error).__name__,
        place=None if where is None else f"{where.tb_frame.f_code.co_name}:{where.tb_lineno}",
    )
    return reference
