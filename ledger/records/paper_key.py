"""What names one health paper within its facility: a number of the facility's own, an episode.

Each name is a small stream, whose last fact says which paper has it. Two who take one name at once
meet at the stream's version, and the store lets one pass; so an order that comes twice makes one
paper, and a finished episode gets one appointment. Nothing of the name itself is stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID, uuid5

from ledger.identifiers import FACILITY_CODE, STREAMS


class KeyKind(StrEnum):
    """What the name is."""

    OWN_NUMBER = "own-number"
    """The number in the facility's own register, such as SO_CHUYENTUYEN."""
    EPISODE = "episode"
    """The treatment episode, MA_LK."""


@dataclass(frozen=True, slots=True)
class PaperKeyTaken:
    """This paper has the name from now on."""

    certificate: UUID


Fact: TypeAlias = PaperKeyTaken

TOPICS: dict[str, type] = {"paper_key.taken/1": PaperKeyTaken}
"""Stored name with schema version, and the fact; never renamed once written."""


def paper_key_stream(kind: str, facility: str, key: KeyKind, value: str) -> UUID:
    """Return the stream of one name; ``kind`` is the paper's, such as ``referral``."""
    FACILITY_CODE.check(facility, place="facility")
    return uuid5(STREAMS, f"paper-key:{kind}:{facility}:{key.value}:{value}")


def holder(facts: Iterable[Fact]) -> UUID | None:
    """Return the paper that has the name now; None if none ever had."""
    certificate = None
    for fact in facts:
        certificate = fact.certificate
    return certificate
