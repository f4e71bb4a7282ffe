"""A certificate kind is a value: what it may say, for how long, in which words, on which paper.

Everything that runs over certificates (issuing, signing, drawing, verifying, pages, status lists)
reads the kind and knows no kind by name; `ledger.certificates.kinds` holds the registry.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum

from ledger.calendar import WorkingCalendar
from ledger.personal import Purpose


@dataclass(frozen=True, slots=True)
class Wording:
    """The same words in Vietnamese and English."""

    vi: str
    en: str

    def of(self, language: str) -> str:
        """Return the words in ``language`` (``vi`` or ``en``)."""
        return self.en if language == "en" else self.vi


class Sex(IntEnum):
    """MOSIP claim 169, attribute 9."""

    MALE = 1
    FEMALE = 2
    OTHER = 3


class Status(IntEnum):
    """What a status list says of one index. Source: Token Status List, section 7."""

    VALID = 0
    REVOKED = 1
    SUSPENDED = 2
    SUPERSEDED = 3


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate is about, as far as its code says it."""

    name: str
    """NFC."""
    birth_date: date
    sex: Sex
    id_tail: str
    """The last four characters of the identity paper's number."""


@dataclass(frozen=True, slots=True)
class StatusReference:
    """Where the certificate's standing is published."""

    index: int
    uri: str


@dataclass(frozen=True, slots=True)
class Token:
    """What a certificate's code says: the claims, before signing and after verification."""

    issuer: str
    """Authority code, at most 12 ASCII characters."""
    issued_at: datetime
    expires_at: datetime
    holder: Holder
    status: StatusReference
    document_type: int
    number: str
    details: Mapping[int, int | str | bytes | tuple[str, ...]] = field(default_factory=dict)
    """The kind's own claims by label; 0, 1 and 4 are type, number and ID tail and not in here."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One of a kind's own claims: its label in the document map, its words, its meaning."""

    label: int
    name: str
    """Stable English key for JSON, such as ``form``."""
    title: Wording
    allowed: Mapping[int, Wording] | None = None
    """The values and their words, where the claim is a code; None for free text or bytes."""
    required: bool = True


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One printed line: a label in two languages and the value beside it."""

    title: Wording
    value: Wording


@dataclass(frozen=True, slots=True)
class Paper:
    """What the printed page says, in order; the kind makes it from a certificate's content."""

    lines: tuple[PaperLine, ...]
    statement: Wording
    """The sentence that the certificate is about."""
    addressee: Wording | None = None
    """To whom it is written, under the title."""
    hands: tuple[PaperLine, ...] = ()
    """Who signs by hand or stands for what is said, side by side under the lines: office, name."""


@dataclass(frozen=True, slots=True)
class ProofTerm:
    """Until when a certificate's code proves by itself, and by which rule that was computed."""

    until: datetime
    """Exclusive; whole seconds."""
    rule: str | None = None
    """Stable name of the rule in force on the day of signing; None where no law sets a term."""
    calendar: str | None = None
    """Version of the calendar that it was counted in."""


@dataclass(frozen=True, slots=True)
class Taking:
    """How a paper is taken in that is handed over once, as far as its code says it."""

    places: Callable[[Token], tuple[str, ...]]
    """Codes of the facilities that may take it."""
    appointed: Callable[[Token], date | None]
    """The day for which it is meant; None where any day of its term will do."""


@dataclass(frozen=True, slots=True)
class CertificateKind:
    """All that differs between one kind of certificate and another."""

    code: str
    """Stable name, such as ``judicial-record``; part of stored facts."""
    document_type: int
    """Claim 0 of the document map; never reused."""
    title: Wording
    issuer_title: Wording
    """Name of the sort of authority that issues it."""
    validity: timedelta
    """How long the signed code proves by itself; not a validity of the paper's statement."""
    claims: tuple[Claim, ...]
    statuses: frozenset[Status]
    """Which values its public status list may show."""
    check: Callable[[Mapping[str, object]], Mapping[int, int | str | bytes | tuple[str, ...]]]
    """Content (JSON-like, as drafted) to the kind's own claims; refuses with InvalidInputError."""
    paper: Callable[[Mapping[str, object]], Paper]
    """Content to what is printed."""
    caution: Wording
    """What a verdict about it does not mean; shown with every answer."""
    specimen: Mapping[str, object]
    """A content with which the kind can be tried; plainly no real person."""
    specimen_holder: Holder
    number_suffix: str = ""
    """Printed between ordinal and authority, such as ``LLTP`` in ``452/LLTP-CA01``."""
    compact: bool = False
    """True if its code has more to say: its number and the names of its status lists then leave
    out what stands in the issuer's claim, or can be written shorter."""
    open_lists: int = 4
    """Status lists of one month of expiry that an issuer draws indices from at once. One where
    thousands of facilities issue: all lists of all of them are in the bundle for offline checks."""
    purpose: Purpose = Purpose.JUDICIAL
    """What its content is kept for: under which of the holder's keys it is sealed."""
    needs_request: bool = False
    """True if it is only ever drafted through the request that it answers."""
    term: Callable[[Mapping[str, object], datetime, WorkingCalendar], ProofTerm] | None = None
    """From content and time of signing to the legal term; None: ``validity`` holds for all.

    ``validity`` is then the longest that there is. Refuses with RefusedError what may not be
    signed on that day.
    """
    taking: Taking | None = None
    """Of a paper that somebody takes in and that is used up by it; None: it may be shown to all."""

    def term_of(
        self, content: Mapping[str, object], issued_at: datetime, calendar: WorkingCalendar
    ) -> ProofTerm:
        """Return until when the code of a certificate issued then proves.

        Raises:
            RefusedError: A rule forbids to sign this content on that day.
        """
        if self.term is None:
            return ProofTerm(issued_at + self.validity)
        return self.term(content, issued_at, calendar)
