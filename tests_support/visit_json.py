"""What all generated visits are made of: JSON in several spacings, coded concepts, days."""

import json
import random
from datetime import date, datetime, time, timedelta
from typing import Any, Final

Json = dict[str, Any]

TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem/"
SPACINGS: Final = (4, 4, 4, 2, None, None)


def dumped(value: Json, spacing: int | None) -> bytes:
    """Return ``value`` as JSON with so many spaces a level, or none at all."""
    separators = (",", ":") if spacing is None else (",", ": ")
    text = json.dumps(value, ensure_ascii=False, indent=spacing, separators=separators)
    return text.encode()


def concept(system: str, code: str, display: str) -> Json:
    """Return a CodeableConcept with its text."""
    return {
        "coding": [{"system": system, "code": code, "display": display}],
        "text": display,
    }


def status(system: str, code: str, display: str | None = None) -> Json:
    """Return a CodeableConcept of one of HL7's own code systems, without text."""
    coding = {"system": TERMINOLOGY + system, "code": code}
    return {"coding": [coding if display is None else {**coding, "display": display}]}


def some_day(rng: random.Random) -> datetime:
    """Return a moment of the last decades, without a zone: each system writes its own."""
    seconds = rng.randrange(86_400)
    day = date(1960 + rng.randrange(66), rng.randrange(1, 13), rng.randrange(1, 29))
    return datetime.combine(day, time.min) + timedelta(seconds=seconds)
