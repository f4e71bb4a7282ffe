"""Every endpoint says who may call it, how far it sees, why, and whether it shows personal data.

    @blueprint.get("/work/<uuid:request_id>")
    @access(who_may(Action.SEE_WORK), scope=Reach.ORGANISATION, purpose="process_request",
            reads_personal=True, legal_basis="…")
    def file(request_id: UUID) -> Disclosed: ...

An endpoint that reads personal data returns a `Disclosed` or a `DisclosedStream`: the answer, and
whose data is in it. Only here does that become a response, after the looks have been recorded; if
they cannot be, nothing leaves. An endpoint without a rule keeps the service from starting.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, ParamSpec, TypeAlias, cast

from flask import Flask, Response, g, request, stream_with_context

from ledger.errors import ConflictError, LedgerError, StoreUnavailableError
from ledger.records.access import Channel
from verify_api.callers import ANONYMOUS, Caller, Reach, Role, Scope, scope_of
from verify_api.errors import (
    AccessNotRecordedError,
    ForbiddenError,
    NotSignedInError,
    ServiceError,
    UndeclaredEndpointError,
)
from verify_api.identification import identify
from verify_api.ports import AccessNote, Seen
from verify_api.running import the_ports

_RULE: Final = "access_rule"


@dataclass(frozen=True, slots=True)
class AccessRule:
    """Who may call one endpoint, and what that means."""

    roles: frozenset[Role]
    scope: Reach
    purpose: str
    """Why, as a code: what the access facts say."""
    reads_personal: bool
    legal_basis: str | None


@dataclass(frozen=True, slots=True)
class Disclosed:
    """An answer and whose data it shows; nobody's, if ``seen`` is empty."""

    answer: Response
    seen: tuple[Seen, ...] = ()
    legal_basis: str | None = None
    """What the caller says, where the endpoint leaves that to them."""


@dataclass(frozen=True, slots=True)
class DisclosedStream:
    """An answer in parts, each with whose data it shows."""

    parts: Iterator[tuple[bytes, tuple[Seen, ...]]]
    media_type: str
    broken: Callable[[Exception], bytes]
    """The last part, where something fails once others have left."""


Released: TypeAlias = Response | Disclosed | DisclosedStream
Arguments = ParamSpec("Arguments")


def access(
    roles: frozenset[Role],
    *,
    scope: Reach,
    purpose: str,
    reads_personal: bool,
    legal_basis: str | None = None,
) -> Callable[[Callable[Arguments, Released]], Callable[Arguments, Response]]:
    """Declare who may call the endpoint below, and hold it to that.

    Args:
        roles: As `verify_api.callers.who_may` gives them.
        scope: How far it sees.
        purpose: A code of 2 to 40 of ``a-z 0-9 _ -``.
        reads_personal: Whether its answers may show data of a person.
        legal_basis: On what law or consent a look of this endpoint rests.
    """
    rule = AccessRule(roles, scope, purpose, reads_personal, legal_basis)

    def declare(view: Callable[Arguments, Released]) -> Callable[Arguments, Response]:
        @wraps(view)
        def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
            caller = _admit(rule)
            return _released(view(*args, **kwargs), rule, caller)

        setattr(guarded, _RULE, rule)
        return guarded

    return declare


def rule_of(view: Callable[..., Any]) -> AccessRule | None:
    """Return what an endpoint has declared."""
    rule = getattr(view, _RULE, None)
    return rule if isinstance(rule, AccessRule) else None


def require_declared(app: Flask) -> None:
    """Refuse to start with an endpoint that does not say who may call it.

    Raises:
        UndeclaredEndpointError: Naming the endpoints.
    """
    silent = [name for name, view in app.view_functions.items() if rule_of(view) is None]
    if silent:
        raise UndeclaredEndpointError(f"without an access rule: {', '.join(sorted(silent))}")


def the_caller() -> Caller:
    """Return who sends this request; asked at most once."""
    if "caller" not in g:
        g.caller = identify(request, the_ports())
    return cast(Caller, g.caller)


def the_caller_shown() -> Caller:
    """Return who sends this request, for a page's menu; nobody, where that cannot be told."""
    try:
        return the_caller()
    except (ServiceError, LedgerError):
        return ANONYMOUS


def the_scope() -> Scope:
    """Return what this request may see; set before its endpoint runs."""
    return cast(Scope, g.scope)


def _admit(rule: AccessRule) -> Caller:
    caller = the_caller()
    if caller.role not in rule.roles:
        if not caller.signed_in:
            raise NotSignedInError("this is for certain roles")
        raise ForbiddenError(f"the role {caller.role} may not do this")
    scope = scope_of(caller, rule.scope)
    if scope is None:
        raise ForbiddenError("the account belongs to nobody whose data could be shown")
    g.scope = scope
    return caller


def _released(result: object, rule: AccessRule, caller: Caller) -> Response:
    match result:
        case Disclosed():
            _record(result.seen, rule, caller, result.legal_basis)
            return result.answer
        case DisclosedStream():
            return _released_stream(result, rule, caller)
        case Response() if not rule.reads_personal:
            return result
        case _:
            # Whoever forgets to say whose data it is shows nothing at all.
            raise AssertionError("an endpoint that reads personal data says whose")


def _released_stream(stream: DisclosedStream, rule: AccessRule, caller: Caller) -> Response:
    first = next(stream.parts, None)
    if first is not None:
        _record(first[1], rule, caller, None)

    def parts() -> Iterator[bytes]:
        if first is not None:
            yield first[0]
        try:
            for part, seen in stream.parts:
                _record(seen, rule, caller, None)
                yield part
        except (ServiceError, LedgerError) as error:
            yield stream.broken(error)

    return Response(stream_with_context(parts()), mimetype=stream.media_type)


def _record(
    seen: tuple[Seen, ...], rule: AccessRule, caller: Caller, legal_basis: str | None
) -> None:
    """Record the looks, durably, before anything of what was seen leaves."""
    if not seen:
        return
    assert rule.reads_personal, "an endpoint that shows personal data declares it"
    ports = the_ports()
    at = ports.clock()
    channel = channel_of(caller)
    notes = [
        AccessNote(
            caller,
            at,
            one,
            one.purpose or rule.purpose,
            one.legal_basis or legal_basis or rule.legal_basis,
            channel,
        )
        for one in seen
    ]
    try:
        ports.record_access(notes)
    except (StoreUnavailableError, ConflictError) as error:
        message = "that you look could not be recorded, so nothing is shown"
        raise AccessNotRecordedError(message) from error


def channel_of(caller: Caller) -> Channel:
    """Return through which door this request of ``caller`` came."""
    if caller.role is Role.PORTAL_SYSTEM:
        return Channel.PORTAL
    return Channel.PAGE if "text/html" in request.headers.get("Accept", "") else Channel.API
