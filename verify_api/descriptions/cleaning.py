"""What stewards and facilities ask about the quality of data."""

from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from ledger.errors import ConflictError, InvalidInputError, RefusedError
from ledger.records.cleaning import Grade, Judgement
from projections.cleaning_queries import STATES
from projections.errors import ViewsUnavailableError
from verify_api.cleaning_json import JudgementBody, PairAnswer
from verify_api.describing import HTML, Answer, Description, Parameter, json_of
from verify_api.errors import MalformedRequestError
from verify_api.quality_json import FacilityQuality


class PairWords(Struct):
    """A pair of persons that may be one; pseudonyms only."""

    pair: str
    one: str
    other: str
    likelihood: float
    grade: Grade
    state: str
    proposed_at: str
    judged_at: str | None
    judged_by: str | None


class PairList(Struct):
    """Pairs, the likeliest first, and where to go on."""

    pairs: list[PairWords]
    after: str | None


class Judged(Struct):
    """What was recorded."""

    pair: str
    judgement: Judgement


_MONTH: Final[dict[str, Any]] = {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}

CLEANING: Final = MappingProxyType({
    "cleaning.pairs": Description(
        {HTTPStatus.OK: Answer("Pairs in one state.", {**json_of(PairList), **HTML})},
        parameters=(
            Parameter("state", "Which pairs.", {"type": "string", "enum": [*STATES],
                                                "default": STATES[0]}),
            Parameter("after", "Where the page before ended."),
        ),
        problems=(MalformedRequestError, ViewsUnavailableError),
    ),
    "cleaning.show": Description(
        {HTTPStatus.OK: Answer("Both, trait by trait.", {**json_of(PairAnswer), **HTML})},
    ),
    "cleaning.judge": Description(
        {
            HTTPStatus.OK: Answer("It is recorded.", json_of(Judged)),
            HTTPStatus.SEE_OTHER: Answer("Recorded, for a page.",
                                         headers={"Location": "The list."}),
        },
        body={
            "application/json": JudgementBody,
            "application/x-www-form-urlencoded": JudgementBody,
        },
        problems=(InvalidInputError, RefusedError, ConflictError),
        text="Two who are the same read as one health book from then on, two who are different "
        "as two.",
    ),
    "quality.quality": Description(
        {HTTPStatus.OK: Answer("The months in order.", json_of(FacilityQuality))},
        parameters=(
            Parameter("from", "First month.", _MONTH), Parameter("to", "Last month.", _MONTH),
        ),
        problems=(MalformedRequestError, ViewsUnavailableError),
    ),
})  # fmt: skip
"""By endpoint."""
