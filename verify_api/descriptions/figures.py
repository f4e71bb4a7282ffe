"""What is published of the country's figures."""

from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from projections.errors import ViewsUnavailableError
from verify_api.describing import HTML, Answer, Description, Parameter, json_of
from verify_api.errors import MalformedRequestError
from verify_api.figures_json import CountryTold


class FigureMeaning(Struct):
    """What a figure is called, and how it is computed."""

    title: str
    how: str
    view: str


class FigureMeanings(Struct):
    """Every figure by name."""

    figures: dict[str, FigureMeaning]
    holds_for: dict[str, int]
    """By view, the position in the ledger up to which every fact is counted."""


_DAY: Final[dict[str, Any]] = {"type": "string", "format": "date"}
_PROVINCE: Final[dict[str, Any]] = {"type": "string", "pattern": "^[0-9]{2}$"}
_ASKED: Final = (
    Parameter("on", "At the end of which day; today if left out.", _DAY),
    Parameter("province", "Code of a province; may come several times.", _PROVINCE),
)
_PROBLEMS: Final = (MalformedRequestError, ViewsUnavailableError)

FIGURES: Final = MappingProxyType({
    "figures.figures": Description(
        {HTTPStatus.OK: Answer("The figures.", {**json_of(CountryTold), **HTML})},
        parameters=_ASKED, problems=_PROBLEMS,
    ),
    "figures.how": Description(
        {HTTPStatus.OK: Answer("Each figure's meaning.", {**json_of(FigureMeanings), **HTML})},
        problems=(ViewsUnavailableError,),
    ),
    "figures.table": Description(
        {HTTPStatus.OK: Answer("The table.", {"text/csv": {"type": "string"}})},
        parameters=_ASKED, problems=_PROBLEMS,
    ),
})  # fmt: skip
"""By endpoint."""
