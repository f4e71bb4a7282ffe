"""One stored fact of each kind, made from its class alone: the bytes that must be read for ever.

``python -m tests_support.golden_facts`` writes the files in ``tests/golden``. A line of a fact
that was ever stored for real may never change; a new version of a fact is a new line.
"""

import dataclasses
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from ledger import canonical
from ledger.personal import Erased, Purpose, SealedFor
from ledger.store import entry
from ledger.store.fact_codec import StoredFields
from ledger.store.fact_types import FactTypes
from ledger.store.registry import FACT_TYPES

GOLDEN = Path(__file__).parents[1] / "tests" / "golden"
STORED_FACTS = GOLDEN / "stored_facts.txt"
CLEAR_FIELDS = GOLDEN / "clear_fields.txt"

_SAMPLES: dict[Any, object] = {
    NoneType: None,
    bool: True,
    int: 7,
    str: "mẫu",
    bytes: b"sample",
    UUID: UUID("33333333-3333-4333-8333-333333333333"),
    datetime: datetime(2026, 11, 2, 8, 30, 0, 123456, tzinfo=UTC),
    date: date(2026, 11, 2),
    SealedFor: Purpose.JUDICIAL,
}


def sample(hint: Any) -> Any:
    """Return a value of ``hint``; the same in every run."""
    if hint in _SAMPLES:
        return _SAMPLES[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return sample(arguments[0])
    if origin in {Union, UnionType}:
        return sample(next(kind for kind in arguments if kind not in {NoneType, Erased}))
    if origin is tuple:
        return tuple(sample(kind) for kind in arguments if kind is not Ellipsis)
    if issubclass(hint, Enum):
        return next(iter(hint))
    return sample_of(hint)


def sample_of(fact_class: Any) -> Any:
    """Return an instance of a dataclass, past its own checks: only its form matters here."""
    hints = get_type_hints(fact_class, include_extras=True)
    made = object.__new__(fact_class)
    for field in dataclasses.fields(fact_class):
        object.__setattr__(made, field.name, sample(hints[field.name]))
    return made


def line_of(types: FactTypes, topic: str) -> str:
    """Return the golden line of one stored name: its clear fields, its sealed ones by purpose."""
    codec = types.codec(topic)
    stored = codec.fields_of(sample_of(codec.fact_class))
    sealed = [
        f"{purpose}={canonical.encode(fields).hex()}" for purpose, fields in stored.sealed.items()
    ]
    return " ".join((topic, entry.write_body(stored.clear).hex(), *sealed))


def read_line(line: str) -> tuple[str, StoredFields]:
    """Return the stored name of a golden line, and its fields."""
    topic, body, *sealed = line.split(" ")
    parts = (part.split("=", 1) for part in sealed)
    return topic, StoredFields(
        canonical.decode(bytes.fromhex(body)),
        {purpose: canonical.decode(bytes.fromhex(fields)) for purpose, fields in parts},
    )


def clear_fields(types: FactTypes) -> list[str]:
    """Return for each stored name the fields that whoever reads the database can read."""
    return [
        f"{topic}: {' '.join(sorted(types.codec(topic).clear_names)) or '-'}"
        for topic in types.current_topics
    ]


def main() -> None:
    """Write the golden files, keeping the lines of names that are no longer written."""
    known = {line.split(" ")[0]: line for line in STORED_FACTS.read_text().splitlines()}
    known.update({topic: line_of(FACT_TYPES, topic) for topic in FACT_TYPES.current_topics})
    STORED_FACTS.write_text("".join(f"{known[topic]}\n" for topic in sorted(known)))
    CLEAR_FIELDS.write_text("".join(f"{line}\n" for line in clear_fields(FACT_TYPES)))


if __name__ == "__main__":
    main()
