"""Errors as RFC 9457 problem documents. The only place that knows the HTTP status of an error.

A bad certificate is not here: it is an answer with status 200. Neither is anything that a caller
sent: details name places, forms and limits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from types import MappingProxyType
from typing import Final

import orjson
from flask import Response
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from keys.errors import KeysError, SigningRefusedError
from keys.key_store_errors import KeyDestroyedError, KeyStoreError
from ledger.certificates.kind import Wording
from ledger.commands.sharing import PasscodeRefusedError
from ledger.errors import (
    ConflictError,
    IdempotencyMismatchError,
    InvalidInputError,
    LedgerError,
    NotFoundError,
    NotYetLoggedError,
    RefusedError,
    StoreUnavailableError,
)
from projections.errors import LaggingError, ProjectionError, ViewsUnavailableError
from verify_api.errors import (
    AccessNotRecordedError,
    BodyTooLargeError,
    CrossSiteError,
    ForbiddenError,
    MalformedRequestError,
    NotSignedInError,
    ServiceError,
    SignInRefusedError,
    TooManyRequestsError,
    UnsupportedMediaError,
)
from verify_api.identity.authentication import FRESH_FOR
from verify_api.identity.errors import (
    ClientRefusedError,
    InsufficientAuthenticationError,
    ProviderUnavailableError,
)
from verify_api.picture_error import PictureError, PictureRule

MEDIA_TYPE: Final = "application/problem+json"
TYPE: Final = "urn:records-ledger:problem:"
"""With the code behind it: an identifier, not an address to fetch."""

RETRY_SECONDS: Final = 5
"""After an outage: asking again at once makes it longer."""


STATUSES: Final[Mapping[type[Exception], HTTPStatus]] = MappingProxyType({
    # The nearest class in an error's ancestry decides; what is not here is our own fault.
    MalformedRequestError: HTTPStatus.BAD_REQUEST,
    NotSignedInError: HTTPStatus.UNAUTHORIZED,
    SignInRefusedError: HTTPStatus.UNAUTHORIZED,
    ClientRefusedError: HTTPStatus.UNAUTHORIZED,
    ProviderUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    CrossSiteError: HTTPStatus.FORBIDDEN,
    BodyTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UnsupportedMediaError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    TooManyRequestsError: HTTPStatus.TOO_MANY_REQUESTS,
    AccessNotRecordedError: HTTPStatus.SERVICE_UNAVAILABLE,
    ServiceError: HTTPStatus.INTERNAL_SERVER_ERROR,
    InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFoundError: HTTPStatus.NOT_FOUND,
    PasscodeRefusedError: HTTPStatus.UNAUTHORIZED,
    RefusedError: HTTPStatus.CONFLICT,
    ConflictError: HTTPStatus.CONFLICT,
    IdempotencyMismatchError: HTTPStatus.CONFLICT,
    StoreUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    NotYetLoggedError: HTTPStatus.SERVICE_UNAVAILABLE,
    LedgerError: HTTPStatus.INTERNAL_SERVER_ERROR,
    LaggingError: HTTPStatus.SERVICE_UNAVAILABLE,
    ViewsUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    ProjectionError: HTTPStatus.INTERNAL_SERVER_ERROR,
    SigningRefusedError: HTTPStatus.SERVICE_UNAVAILABLE,
    KeyDestroyedError: HTTPStatus.GONE,
    KeyStoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    KeysError: HTTPStatus.INTERNAL_SERVER_ERROR,
})  # fmt: skip

PICTURES: Final[Mapping[PictureRule, HTTPStatus]] = MappingProxyType({
    # The other rules are about a picture that was read and shows nothing: an answer, not an error.
    PictureRule.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    PictureRule.TOO_MANY_PIXELS: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    PictureRule.NOT_A_PICTURE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    PictureRule.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
})  # fmt: skip

TITLES: Final[Mapping[HTTPStatus, Wording]] = MappingProxyType({
    HTTPStatus.BAD_REQUEST: Wording("Yêu cầu không đúng mẫu", "The request is malformed"),
    HTTPStatus.UNAUTHORIZED: Wording("Cần đăng nhập", "Sign in first"),
    HTTPStatus.FORBIDDEN: Wording("Không được phép", "Not allowed"),
    HTTPStatus.NOT_FOUND: Wording("Không tìm thấy", "Not found"),
    HTTPStatus.METHOD_NOT_ALLOWED: Wording("Phương thức không được hỗ trợ", "Method not allowed"),
    HTTPStatus.CONFLICT: Wording("Quy định không cho phép lúc này", "A rule says no for now"),
    HTTPStatus.GONE: Wording("Dữ liệu đã được xóa", "The data has been erased"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Wording("Nội dung quá lớn", "Too large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
        Wording("Loại tệp không được hỗ trợ", "This type is not read here"),
    HTTPStatus.UNPROCESSABLE_ENTITY: Wording("Thông tin chưa đúng", "A value is not right"),
    HTTPStatus.TOO_MANY_REQUESTS: Wording("Yêu cầu quá nhiều lần", "Asked too often"),
    HTTPStatus.INTERNAL_SERVER_ERROR: Wording("Dịch vụ gặp lỗi", "The service failed"),
    HTTPStatus.SERVICE_UNAVAILABLE:
        Wording("Dịch vụ tạm thời gián đoạn", "The service is not available now"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, for a program and for a person."""

    status: HTTPStatus
    code: str
    """Stable; clients may match on it."""
    detail: str
    """English, without anything that the caller sent."""
    members: Mapping[str, str] = field(default_factory=dict)
    """``rule`` and ``place``, where there are."""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> Wording:
        """What happened, in a few words."""
        fallback = (
            HTTPStatus.INTERNAL_SERVER_ERROR
            if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR
            else HTTPStatus.BAD_REQUEST
        )
        return TITLES.get(self.status, TITLES[fallback])

    @property
    def ours(self) -> bool:
        """Whether the fault lies with the service."""
        return self.status == HTTPStatus.INTERNAL_SERVER_ERROR


def problem_of(error: Exception) -> Problem:
    """Return what to answer to ``error``."""
    if isinstance(error, HTTPException):
        return _of_werkzeug(error)
    if isinstance(error, PictureError):
        status = PICTURES.get(error.rule, HTTPStatus.UNPROCESSABLE_ENTITY)
        return Problem(status, error.code, str(error), {"rule": error.rule}, _retry(status))
    status = status_of(type(error))
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        code = getattr(error, "code", "internal_error")
        detail = "nothing was done; tell us the reference"
        return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, str(code), detail)
    members = {
        name: value
        for name in ("rule", "place")
        if isinstance(value := getattr(error, name, None), str)
    }
    return Problem(status, getattr(error, "code", ""), str(error), members, _headers(error, status))


def status_of(kind: type[Exception]) -> HTTPStatus:
    """Return the status of an error of this class: that of the nearest class in its ancestry."""
    known = (STATUSES[ancestor] for ancestor in kind.__mro__ if ancestor in STATUSES)
    return next(known, HTTPStatus.INTERNAL_SERVER_ERROR)


def _of_werkzeug(error: HTTPException) -> Problem:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    code = status.name.lower()
    if isinstance(error, RequestEntityTooLarge):
        return Problem(status, BodyTooLargeError.code, "the body is longer than is taken here")
    allowed = getattr(error, "valid_methods", None)
    headers = {"Allow": ", ".join(sorted(allowed))} if allowed else {}
    return Problem(status, code, status.description.lower() or status.phrase, headers=headers)


def _headers(error: Exception, status: HTTPStatus) -> dict[str, str]:
    if isinstance(error, TooManyRequestsError):
        return {"Retry-After": str(ceil(error.retry_after_seconds))}
    if isinstance(error, InsufficientAuthenticationError):
        # RFC 9470, section 3: what was presented is good, and too old for this.
        seconds = int(FRESH_FOR.total_seconds())
        return {
            "WWW-Authenticate": f'Bearer realm="records", error="{error.code}", '
            f'error_description="{error}", max_age={seconds}'
        }
    if isinstance(error, NotSignedInError):
        return {"WWW-Authenticate": 'Bearer realm="records"'}
    return _retry(status)


def _retry(status: HTTPStatus) -> dict[str, str]:
    outage = status == HTTPStatus.SERVICE_UNAVAILABLE
    return {"Retry-After": str(RETRY_SECONDS)} if outage else {}


def document(problem: Problem, language: str, reference: str | None = None) -> dict[str, object]:
    """Return the problem document; ``reference`` finds a fault of ours in the logs."""
    instance = {} if reference is None else {"instance": f"urn:reference:{reference}"}
    return {
        "type": TYPE + problem.code,
        "title": problem.title.of(language),
        "status": int(problem.status),
        "detail": problem.detail,
        "code": problem.code,
        **problem.members,
        **instance,
    }


def response(problem: Problem, language: str, reference: str | None = None) -> Response:
    """Return the problem as an answer to a program."""
    return Response(
        orjson.dumps(document(problem, language, reference)),
        status=problem.status,
        headers=dict(problem.headers),
        mimetype=MEDIA_TYPE,
    )
