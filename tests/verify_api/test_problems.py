from http import HTTPStatus

import pytest
from werkzeug.exceptions import BadRequest, GatewayTimeout, ImATeapot, RequestEntityTooLarge

from keys.errors import KeysError, SigningRefusedError
from keys.key_store_errors import KeyDestroyedError
from ledger.errors import (
    ConflictError,
    InvalidInputError,
    LedgerError,
    NotFoundError,
    RefusedError,
    StoreUnavailableError,
    TamperedError,
    UnknownFactError,
)
from projections.errors import LaggingError, ProjectionError, StalledError
from verify_api.errors import ServiceError, TooManyRequestsError
from verify_api.picture_error import PictureError, PictureRule
from verify_api.problem_words import BY_STATUS, sentence
from verify_api.problems import PICTURES, STATUSES, TITLES, document, problem_of, response


def descendants(kind: type[Exception]) -> set[type[Exception]]:
    found = set(kind.__subclasses__())
    return found.union(*(descendants(one) for one in found)) if found else found


@pytest.mark.parametrize("base", [KeysError, LedgerError, ProjectionError, ServiceError])
def test_every_error_of_every_floor_has_a_status_and_a_code(base: type[Exception]) -> None:
    for kind in descendants(base):
        assert any(ancestor in STATUSES for ancestor in kind.__mro__), kind
        assert kind.code.replace("_", "").isalnum()  # type: ignore[attr-defined]


def test_codes_are_told_apart() -> None:
    kinds = descendants(KeysError) | descendants(LedgerError) | descendants(ServiceError)
    own = [kind for kind in kinds if "code" in vars(kind)]
    assert len({kind.code for kind in own}) == len(own)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("error", "status", "members"),
    [
        (InvalidInputError("a.b", "date", "a day"), 422, {"place": "a.b", "rule": "date"}),
        (RefusedError("open_request_exists", "one only"), 409, {"rule": "open_request_exists"}),
        (NotFoundError("no such file"), 404, {}),
        (ConflictError("moved on"), 409, {}),
        (StoreUnavailableError("down"), 503, {}),
        (LaggingError("queue", 9, 3), 503, {}),
        (SigningRefusedError("no key"), 503, {}),
        (KeyDestroyedError("erased"), 410, {}),
    ],
)
def test_an_error_that_a_caller_can_act_on_says_how(
    error: Exception, status: int, members: dict[str, str]
) -> None:
    problem = problem_of(error)
    assert (problem.status, problem.members, problem.detail) == (status, members, str(error))
    assert ("Retry-After" in problem.headers) == (status == HTTPStatus.SERVICE_UNAVAILABLE)


@pytest.mark.parametrize(
    "error",
    [
        TamperedError("sealed part 3 of stream 1234"),
        UnknownFactError("certificate.issued/9"),
        StalledError("queue", 3, "x"),
        ValueError("personal"),
    ],
)
def test_a_fault_of_ours_keeps_its_details_to_itself(error: Exception) -> None:
    problem = problem_of(error)
    assert problem.ours
    assert str(error) not in str(document(problem, "en", "ab12"))
    assert document(problem, "en", "ab12")["instance"] == "urn:reference:ab12"


def test_the_framework_s_own_errors_are_problems_too() -> None:
    assert problem_of(BadRequest()).code == "bad_request"
    assert problem_of(RequestEntityTooLarge()).code == "too_large"
    teapot = problem_of(ImATeapot())
    assert (teapot.status, teapot.title) == (418, TITLES[HTTPStatus.BAD_REQUEST])


def test_a_wait_is_named_in_whole_seconds_that_are_enough() -> None:
    answer = response(problem_of(TooManyRequestsError(1.2)), "vi")
    assert answer.headers["Retry-After"] == "2"
    assert answer.mimetype == "application/problem+json"


def test_a_status_without_words_of_its_own_borrows_them() -> None:
    for rule in PictureRule:
        problem = problem_of(PictureError(rule, "x"))
        assert problem.status == PICTURES.get(rule, HTTPStatus.UNPROCESSABLE_ENTITY)
        assert problem.title.vi


def test_every_status_has_words_in_both_languages() -> None:
    for status in {*STATUSES.values(), *PICTURES.values()}:
        assert TITLES[status].vi
        assert TITLES[status].en


def test_every_problem_that_a_caller_can_act_on_is_a_sentence_in_both_languages() -> None:
    ours = HTTPStatus.INTERNAL_SERVER_ERROR
    assert set(TITLES) - {ours} == set(BY_STATUS)
    assert all(words.vi != words.en for words in BY_STATUS.values())


def test_a_sentence_is_of_the_rule_or_the_code_before_it_is_of_the_status() -> None:
    said = [
        sentence(problem_of(error))
        for error in (
            RefusedError("too_young", "x"),
            RefusedError("some_other_rule", "x"),
            ConflictError("moved on"),
            StoreUnavailableError("down"),
            PictureError(PictureRule.ENCRYPTED, "x"),
            PictureError(PictureRule.TOO_LARGE, "x"),
        )
    ]
    assert [words.en.split(".")[0] for words in said] == [
        "The person is younger than the law requires",
        "A rule does not allow this as things stand",
        "Somebody else changed this just now",
        "The database does not answer",
        "The PDF has a password and cannot be read",
        "What was sent is too large, and was not taken",
    ]


def test_a_status_that_nobody_thought_of_borrows_a_sentence() -> None:
    assert sentence(problem_of(ImATeapot())) == BY_STATUS[HTTPStatus.BAD_REQUEST]
    assert sentence(problem_of(GatewayTimeout())) == BY_STATUS[HTTPStatus.SERVICE_UNAVAILABLE]
