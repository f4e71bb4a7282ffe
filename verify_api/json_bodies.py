"""A body of JSON to one typed value; what does not belong is refused by its place."""

from typing import Final, TypeVar

import msgspec
from flask import Request

from verify_api.bodies import JSON, LARGEST_TEXT
from verify_api.errors import BodyTooLargeError, MalformedRequestError, UnsupportedMediaError

T = TypeVar("T", bound=msgspec.Struct)
MOST_WORDS: Final = LARGEST_TEXT


def read_json(request: Request, form: type[T], *, largest: int = MOST_WORDS) -> T:
    """Return the body of ``request`` as ``form``, whose unknown fields it forbids.

    Raises:
        UnsupportedMediaError: It is not JSON.
        BodyTooLargeError: It is longer than ``largest`` bytes.
        MalformedRequestError: It is not of that form; names the place, never the value.
    """
    if request.mimetype != JSON:
        raise UnsupportedMediaError("expected application/json")
    if (request.content_length or 0) > largest:
        raise BodyTooLargeError(largest)
    request.max_content_length = largest
    try:
        return msgspec.json.decode(request.get_data(cache=False), type=form)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedRequestError("json", f"not the JSON wanted here: {error}") from error
