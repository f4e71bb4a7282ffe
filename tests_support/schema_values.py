"""Values that a JSON Schema of the interface allows, and now and then one that it does not."""

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final
from uuid import UUID

_ODD: Final[tuple[Any, ...]] = (None, 1, -1, "x", "", [], {}, True, "\u0000", "Đ" * 5_000, 2**70)
_ODD_SHARE: Final = 0.08
_OPTIONAL_SHARE: Final = 0.7
_DEEPEST: Final = 6
_TEXTS: Final = (
    "", "x", "79A02", "2026-11-27", "2026-13-45", "000190000001", "Nguyễn Mẫu", "a\u0000b",
    "A" * 400, "9" * 30, "a:b", "vi",
)  # fmt: skip
_FORMATS: Final = {
    "date-time": ("2026-11-27T00:00:00+07:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
    "date": ("2026-11-27", "0001-01-01", "9999-12-31"),
}


class SchemaValues:
    """Draws values; ``known`` are identifiers that lead somewhere."""

    def __init__(
        self, dice: Random, components: Mapping[str, Any], known: Sequence[str] = ()
    ) -> None:
        """Draw with ``dice``; references lead into ``components``."""
        self.dice = dice
        self._components = components
        self._known = tuple(known)

    def text(self) -> str:
        """Return a text for a place whose form nobody has said."""
        return self.dice.choice((*_TEXTS, *self._known))

    def body(self, media_type: str, schema: Mapping[str, Any]) -> bytes:
        """Return a body: mostly what the media type and the schema ask for."""
        if "json" in media_type and self.dice.random() > _ODD_SHARE:
            return json.dumps(self.value(schema)).encode()
        odd = (b"", b"{}", b"[]", b"\xff\xfe", b"x=1&y", b'<?xml version="1.0"?><GIAMDINHHS/>')
        return self.dice.choice(odd)

    def value(self, schema: Mapping[str, Any], depth: int = 0) -> Any:
        """Return a value of ``schema``, or an odd one."""
        if self.dice.random() < _ODD_SHARE or depth > _DEEPEST:
            return self.dice.choice(_ODD)
        if "$ref" in schema:
            name = str(schema["$ref"]).rpartition("/")[2]
            return self.value(self._components[name], depth + 1)
        if "anyOf" in schema:
            return self.value(self.dice.choice(schema["anyOf"]), depth + 1)
        if "enum" in schema:
            return self.dice.choice(schema["enum"])
        return self._plain(schema, depth)

    def _plain(self, schema: Mapping[str, Any], depth: int) -> Any:
        match schema.get("type"):
            case "object":
                required = schema.get("required", ())
                return {
                    name: self.value(one, depth + 1)
                    for name, one in schema.get("properties", {}).items()
                    if name in required or self.dice.random() < _OPTIONAL_SHARE
                }
            case "array":
                items = schema.get("items")
                form = items if isinstance(items, Mapping) else {}
                return [self.value(form, depth + 1) for _ in range(self.dice.randrange(3))]
            case "integer":
                return self.dice.choice((0, 1, -1, 10**6, 2**63))
            case "number":
                return self.dice.choice((0, 1.5, -1, 1e300))
            case "boolean":
                return self.dice.random() < _OPTIONAL_SHARE
            case _:
                return self._string(schema)

    def _string(self, schema: Mapping[str, Any]) -> str:
        form = schema.get("format")
        if form == "uuid":
            random = str(UUID(int=self.dice.getrandbits(128)))
            return self.dice.choice((random, *self._known))
        return self.dice.choice(_FORMATS[form]) if form in _FORMATS else self.text()
