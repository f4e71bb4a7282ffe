"""One entry of a health book: what one resource of one received document says, in our own form.

An entry keeps codes, texts, times and numbers as they were sent, and beside them what sorting and
sections need. It is a library structure and not a dataclass because a life is read from thousands
of them in a few milliseconds; its stored form is an array, so a new field may only be added at
the end, with a default.
"""

from enum import IntEnum
from typing import Final

import msgspec

from ledger.categories import Category

DIGEST_VERSION: Final = 1
"""Raised when `ledger.clinical.entries` reads documents otherwise: digests are then made anew."""


class Kind(IntEnum):
    """What an entry is; numbers are stored, never reused."""

    OTHER = 0
    """A resource type that no section is about: kept, shown in the timeline."""
    CONTEXT = 1
    """Who and where: patients, practitioners, organisations. Kept, shown nowhere by itself."""
    VISIT = 2
    PROBLEM = 3
    MEDICINE = 4
    ALLERGY = 5
    IMMUNISATION = 6
    VITAL = 7
    RESULT = 8
    """Laboratory, imaging and other observations."""
    PROCEDURE = 9
    REPORT = 10
    DOCUMENT = 11
    APPOINTMENT = 12
    REFERRAL = 13
    ORDER = 14
    """Something asked for that is not a referral: tests, supplies."""
    DEVICE = 15
    PLAN = 16
    """Care plans and goals."""
    SOCIAL = 17
    """Habits, occupation, pregnancy and other circumstances."""
    ALERT = 18
    NOTE = 19
    """The person's own words; no facility sent them."""
    DEATH = 20
    """As it was recorded for the book itself."""


class Status(IntEnum):
    """How an entry stands; numbers are stored, never reused."""

    UNKNOWN = 0
    ACTIVE = 1
    RESOLVED = 2
    REFUTED = 3
    """Looked for and not there."""
    ENTERED_IN_ERROR = 4
    STOPPED = 5
    COMPLETED = 6
    PLANNED = 7
    NOT_DONE = 8
    ON_HOLD = 9
    PRELIMINARY = 10
    RECORDED = 11
    """It was written down, and nothing is said of how it stands."""


class Absence(IntEnum):
    """What an entry says is not there: "none known" is not "no data"."""

    NOTHING = 0
    """It says that something is there, as most entries do."""
    NONE_KNOWN = 1
    """Somebody asked, and there is none at all."""
    SOME_NONE_KNOWN = 2
    """There is none of one sort: no known drug allergy."""
    NO_INFORMATION = 3


class Coding(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A code as it was sent."""

    system: str
    code: str
    display: str = ""


class Part(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A part of a measurement: systolic and diastolic of one blood pressure."""

    text: str
    codings: tuple[Coding, ...] = ()
    value: str = ""
    unit: str = ""


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one resource says."""

    kind: Kind
    type: str
    """Resource type, such as ``Condition``."""
    id: str
    """As sent; empty if it had none."""
    place: int
    """Number of the resource in its document, from 0."""
    status: Status
    codings: tuple[Coding, ...] = ()
    text: str = ""
    """The sender's words; the first display where there are none."""
    start: str = ""
    """Clinical time as sent, with its precision: ``2015``, ``2015-01-10T09:15:00+07:00`` …"""
    end: str = ""
    recorded: str = ""
    """When the sender wrote it down, as sent."""
    at: int | None = None
    """Earliest second since 1970 that ``start``, or else ``recorded``, may mean."""
    until: int | None = None
    """First second since 1970 that is surely after ``end``."""
    value: str = ""
    """A number exactly as written (12.50 stays 12.50), or words."""
    unit: str = ""
    parts: tuple[Part, ...] = ()
    group: str = ""
    """The sender's category: ``vital-signs``, ``laboratory``, ``encounter-diagnosis`` …"""
    sent_status: str = ""
    certainty: str = ""
    """How sure the sender is: ``confirmed``, ``provisional`` …"""
    absence: Absence = Absence.NOTHING
    categories: tuple[Category, ...] = ()
    """Why it is withheld from care providers by default, sorted."""
    details: tuple[tuple[str, str], ...] = ()
    """Further things by our name: ``dosage``, ``reaction``, ``criticality``, ``lot`` …"""
    about: str = ""
    """Reference of the visit that it was sent with, as sent."""


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(tuple[Entry, ...])


def to_digest(entries: tuple[Entry, ...]) -> bytes:
    """Return the stored form of one document's entries; equal entries give equal bytes."""
    return _ENCODER.encode(entries)


def from_digest(digest: bytes) -> tuple[Entry, ...]:
    """Return the entries of `to_digest`."""
    return _DECODER.decode(digest)
