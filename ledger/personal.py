"""Which fields of a fact are about a person, and what is left of them after forgetting.

A field annotated ``Identity[str]`` is sealed under the subject's key for that purpose before the
fact is stored, and reads as its value, or as `Erased` once that key is destroyed.

Some facts hold what is kept for one purpose or another: what a certificate says is judicial data
or health data. Their fields are annotated ``ForPurpose[bytes]``, and a field ``SealedFor`` says
which it is; that field is not stored beside the sealed part, whose name says the same.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, TypeAlias, TypeVar

KEY_ID_BYTES = 16


class Purpose(StrEnum):
    """Why data is kept, and so how long: one data key a (subject, purpose)."""

    IDENTITY = "identity"
    CONTACT = "contact"
    JUDICIAL = "judicial"
    HEALTH = "health"
    HEALTH_RESTRICTED = "health-restricted"


@dataclass(frozen=True, slots=True)
class Erased:
    """What a sealed field reads as after its key was destroyed."""

    key_id: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """Marks a field's type: seal it for ``purpose``."""

    purpose: Purpose


@dataclass(frozen=True, slots=True)
class SealedAsSaid:
    """Marks a field's type: seal it for the purpose that the fact itself says."""


@dataclass(frozen=True, slots=True)
class SaysPurpose:
    """Marks the field that says for which purpose the `SealedAsSaid` fields are sealed."""


T = TypeVar("T")
Identity: TypeAlias = Annotated[T | Erased, Sealed(Purpose.IDENTITY)]
Contact: TypeAlias = Annotated[T | Erased, Sealed(Purpose.CONTACT)]
Judicial: TypeAlias = Annotated[T | Erased, Sealed(Purpose.JUDICIAL)]
Health: TypeAlias = Annotated[T | Erased, Sealed(Purpose.HEALTH)]
HealthRestricted: TypeAlias = Annotated[T | Erased, Sealed(Purpose.HEALTH_RESTRICTED)]
ForPurpose: TypeAlias = Annotated[T | Erased, SealedAsSaid()]
SealedFor: TypeAlias = Annotated[Purpose, SaysPurpose()]


def readable(value: T | Erased, otherwise: T) -> T:
    """Return ``value``, or ``otherwise`` where it has been erased."""
    return otherwise if isinstance(value, Erased) else value
