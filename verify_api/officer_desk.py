"""What officers' pages ask for: the queue, a whole file, letters, drafts to sign, a search.

Types and the port; `verify_api.desk.office` fills it from the ledger. A queue names nobody. Every
method answers within ``scope`` alone, and raises `ledger.errors.NotFoundError` for what is outside,
as for what is not there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from ledger.certificates.kind import PaperLine, Wording
from projections.queue_pages import Due
from verify_api.callers import Caller, Role, Scope
from verify_api.ports import Deed, FileView, IssuedPaper, Offer, Pressure, Seen
from verify_api.told_files import ToldFile


class Whose(StrEnum):
    """Which files of an authority, by whose they are."""

    WAITING = "waiting"
    """What waits for the role that asks, whoever has it."""
    MINE = "mine"
    """What the one who asks has."""
    NOBODY = "nobody"
    """What waits for the role that asks, and nobody has there."""
    ALL = "all"


@dataclass(frozen=True, slots=True)
class QueueAsk:
    """How an officer looks through the queue; what an address can say, and nothing personal."""

    due: Due = Due.ALL
    step: int | None = None
    """1 to 10: only files that wait for that step."""
    form: int | None = None
    province: str | None = None
    whose: Whose = Whose.WAITING
    """Of a role without files of its own, `MINE` and `NOBODY` are as `WAITING`."""
    order: str = "due"
    """``due`` or ``since``, with ``-`` before it from the end."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a file at one desk; officers' names are told to colleagues alone."""

    desk: Wording
    name: str
    yours: bool = False
    """Whether the one who asks has it."""


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """One line of a work queue; no names, open the file to see them."""

    request: UUID
    dossier_code: str
    title: Wording
    stage: Wording
    mine: bool
    """Whether it waits for the role that asks."""
    since: datetime
    appointed_on: date | None
    pressure: Pressure
    step: int | None = None
    """Which of the ten comes next."""
    province: str = ""
    urgent: bool = False
    apologised: bool = False
    holders: tuple[Holder, ...] = ()
    """Who has it, in the order of the desks; nobody: empty."""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of a queue."""

    files: tuple[WaitingFile, ...] = ()
    counts: Mapping[Due, int] = field(default_factory=dict)
    """How many there are of each day, by the other conditions."""
    provinces: tuple[str, ...] = ()
    following: str = ""
    """Where the next page begins; empty if there is none."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The files before and after one in a queue."""

    before: UUID | None = None
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class LookUp:
    """One of the answers that stand side by side: register, police, own earlier files."""

    source: Wording
    kind: str
    """As badges have it: good, unsure, wait, lock."""
    answer: Wording
    at: datetime | None = None
    lines: tuple[PaperLine, ...] = ()


@dataclass(frozen=True, slots=True)
class DayMoved:
    """What became of the limit, and why."""

    at: datetime
    why: Wording
    appointed_on: date | None = None
    former_on: date | None = None
    legal_limit_on: date | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a file's history, with who did it."""

    at: datetime
    position: int
    text: Wording
    who: Wording
    yours: bool = False
    """Whether the one who asks did it."""


@dataclass(frozen=True, slots=True)
class Message:
    """What was written to the applicant, or by an officer about the file."""

    at: datetime
    title: Wording
    text: str
    who: Wording
    letter: int | None = None
    """The letter that it went out as."""


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A letter of a file: drawn and signed once, the same bytes whenever it is asked for."""

    number: int
    """Of the fact in the file's stream."""
    at: datetime
    title: Wording


@dataclass(frozen=True, slots=True)
class Draft:
    """A certificate that waits for a signature, and what it says."""

    request: UUID
    certificate: UUID
    subject: UUID
    dossier_code: str
    act: str
    """The act that signs it."""
    title: Wording
    lines: tuple[PaperLine, ...] = ()
    """Whom it is about and what will be certified; empty where it is only listed."""
    statement: Wording | None = None
    drafted_at: datetime | None = None
    drafter: Wording | None = None
    yours: bool = False
    """Drafted by the one who asks, who therefore may not sign it."""
    appointed_on: date | None = None
    pressure: Pressure = Pressure.NONE
    seen: int = 0
    """Up to which fact the file is shown."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One request with everything that an officer works with, on one page."""

    view: FileView
    seen: int
    """Position of the newest fact that is shown: what a form sends back."""
    events: tuple[Event, ...] = ()
    """Oldest first."""
    look_ups: tuple[LookUp, ...] = ()
    days: tuple[DayMoved, ...] = ()
    messages: tuple[Message, ...] = ()
    letters: tuple[KeptLetter, ...] = ()
    files: tuple[ToldFile, ...] = ()
    """What the applicant sent, to who may open it."""
    draft: Draft | None = None
    holders: tuple[Holder, ...] = ()
    """Who has it."""
    looks: tuple[Seen, ...] = ()
    """Whose records the page shows."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A file that a search found."""

    file: WaitingFile
    name: str = ""
    """The applicant's, where a name was searched for; the look is then recorded."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found."""

    by: str
    """How the words were read: ``dossier``, ``certificate``, ``number`` or ``name``."""
    hits: tuple[Hit, ...] = ()
    looks: tuple[Seen, ...] = ()
    searched: int = 0
    """How many files were opened to compare a name."""
    more: bool = False
    """Whether files were left out that could have been compared."""


@dataclass(frozen=True, slots=True)
class Coded:
    """What a file and its certificate are called."""

    request: UUID
    dossier_code: str
    number: str = ""
    """Of the certificate, once it is issued."""


class OfficerDesk(Protocol):
    """What officers see and do."""

    def queue(
        self, scope: Scope, caller: Caller, ask: QueueAsk, *, after: str, at: datetime
    ) -> QueuePage:
        """Return a page of the open files, without names.

        Raises:
            MalformedRequestError: ``after`` is not what a page before has said.
        """
        ...

    def neighbours(
        self, scope: Scope, caller: Caller, ask: QueueAsk, request: UUID, *, at: datetime
    ) -> Neighbours:
        """Return the files before and after ``request`` in the queue."""
        ...

    def case(self, scope: Scope, caller: Caller, request: UUID, *, at: datetime) -> CaseFile:
        """Return one file with all that belongs to it, and what ``caller`` may do on it now."""
        ...

    def offers(self, scope: Scope, role: Role, request: UUID, *, at: datetime) -> Sequence[Offer]:
        """Return what ``role`` may do on a file now, without what it says of the person."""
        ...

    def act(self, scope: Scope, caller: Caller, deed: Deed, *, at: datetime) -> None:
        """Do it.

        Raises:
            RefusedError: A rule says no.
            InvalidInputError: A field is not of the form wanted; ``place`` names it.
            ConflictError: Somebody was faster, or has been since the file was shown.
        """
        ...

    def paper(self, scope: Scope, role: Role, request: UUID, *, at: datetime) -> IssuedPaper:
        """Return the issued certificate, to a role that may see what it says."""
        ...

    def letter(self, scope: Scope, request: UUID, number: int, *, at: datetime) -> IssuedPaper:
        """Return a letter of the file: the very document that the applicant gets."""
        ...

    def to_sign(self, scope: Scope, caller: Caller, *, at: datetime) -> Sequence[Draft]:
        """Return the drafts that wait for a signature, without what they say; a page at most."""
        ...

    def drafts(
        self, scope: Scope, caller: Caller, requests: Sequence[UUID], *, at: datetime
    ) -> Sequence[Draft]:
        """Return these drafts with what they say; those that wait no longer are left out."""
        ...

    def codes(self, scope: Scope, requests: Sequence[UUID]) -> Sequence[Coded]:
        """Return what these files are called, of those that are there; says nothing of a person."""
        ...

    def search(self, scope: Scope, role: Role, typed: str, *, at: datetime) -> Hits:
        """Return what ``typed`` finds: a file's code, a certificate's or person's number, a name.

        Raises:
            InvalidInputError: Too little to search for.
        """
        ...
