"""A citizen's own letters."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from ledger.errors import NotFoundError, RefusedError
from verify_api.describing import PDF, Answer, Description, json_of
from verify_api.routes.citizen_letters import LettersTold

LETTERS: Final[Mapping[str, Description]] = MappingProxyType({
    "citizen_letters.list_letters": Description(
        {HTTPStatus.OK: Answer("The letters, the oldest first.", json_of(LettersTold))},
        problems=(NotFoundError,),
        text="`sha256` is of the document; null of a letter that nobody has asked for yet.",
    ),
    "citizen_letters.letter": Description(
        {
            HTTPStatus.OK: Answer("The letter, signed: the same bytes for everybody.", PDF),
            HTTPStatus.FOUND: Answer("Sign in first.", headers={"Location": "The form."}),
        },
        problems=(NotFoundError, RefusedError),
    ),
})  # fmt: skip
"""By endpoint."""
