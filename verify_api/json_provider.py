"""JSON by orjson: keys in their order, text as it is, instants in ISO 8601 with their zone."""

from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider
from typing_extensions import override


class OrjsonProvider(JSONProvider):
    """Flask's JSON, faster; the same text for the same value."""

    @override
    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Return ``obj`` as text."""
        del kwargs
        return orjson.dumps(obj).decode()

    @override
    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return the value of the text ``s``."""
        del kwargs
        return orjson.loads(s)

    @override
    def response(self, *args: Any, **kwargs: Any) -> Response:
        """Return the value, or the arguments as an object, as an answer."""
        value = self._prepare_response_obj(args, kwargs)
        return Response(orjson.dumps(value), mimetype="application/json")
