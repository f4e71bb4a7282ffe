"""What the service asks of the world: one frozen value, so that a test hands in fakes.

The composition root joins it to the floors below. Nothing in here knows Flask.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

from ledger.certificates.disclosure import FiveFields
from ledger.certificates.kind import PaperLine, Wording
from ledger.records.access import Channel, RecordKind
from ledger.records.check import PersonCompared
from verify_api.accounts import Accounts
from verify_api.api_tokens import ApiTokens
from verify_api.callers import Caller, Scope
from verify_api.gauges import Gauge
from verify_api.identity.desk import Identity
from verify_api.limiter import Rate
from verify_api.sessions import Sessions
from verify_api.verdict import Verdict
from verify_api.verifiers import BatchVerifier, Verifier


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """What a checker types from a paper whose code cannot be read."""

    short_code: str
    """As typed; `ledger.certificates` knows how to read it."""
    issued_on: date


@dataclass(frozen=True, slots=True)
class PaperFound:
    """The certificate that a checker meant."""

    verdict: Verdict
    subject: UUID | None
    """Whom it is about; None if the adapter that records the look finds that itself."""
    reference: UUID | None = None
    """Its stream."""


class PaperChecks(Protocol):
    """Finds certificates for those who hold the paper, and tells nobody else that there are."""

    def by_code(self, question: PaperQuestion, *, at: datetime) -> PaperFound | None:
        """Return the certificate with that short code and day of issue."""
        ...

    def by_fields(self, fields: FiveFields, *, at: datetime) -> PaperFound | None:
        """Return the certificate with all five fields."""
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """Something published as it is: signed lists, keys, the offline bundle."""

    content: bytes
    media_type: str
    made_at: datetime
    max_age: timedelta
    """How long a copy may be used without asking again."""


class PublishedDocuments(Protocol):
    """The signed lists in force."""

    def trust_list(self) -> Document:
        """Return the trust list as COSE."""
        ...

    def jwks(self) -> Document:
        """Return its keys as a JSON Web Key Set."""
        ...

    def status_list(self, shard: str) -> Document | None:
        """Return the status list token of ``shard``; None if there is no such shard."""
        ...

    def bundle(self) -> Document:
        """Return all that an offline verifier needs, signed."""
        ...


class FieldSort(StrEnum):
    """How a field of a form is filled in."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Field:
    """One value that an act asks for."""

    name: str
    title: Wording
    sort: FieldSort = FieldSort.TEXT
    required: bool = True
    choices: tuple[tuple[str, Wording], ...] = ()
    """Values and their words, of a choice."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An act that a role may do on a file now."""

    act: str
    """The command's stable name."""
    title: Wording
    fields: tuple[Field, ...] = ()
    serious: bool = False
    """True if it ends or undoes something: the page shows it apart."""
    aside: bool = False
    """True if it is none of the procedure's ten steps."""


class Pressure(StrEnum):
    """How a file stands to its limit."""

    LATE = "late"
    NEAR = "near"
    """Today, or the next working day."""
    EASY = "easy"
    PAUSED = "paused"
    """The clock stands still while something is awaited from the citizen."""
    NONE = "none"
    """No limit runs."""


@dataclass(frozen=True, slots=True)
class StepView:
    """One of a procedure's steps, as far as this file has come."""

    number: int
    title: Wording
    done_at: datetime | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """One line of a file's history."""

    at: datetime
    text: Wording


@dataclass(frozen=True, slots=True)
class FileView:
    """One request, as a role may see it."""

    request: UUID
    subject: UUID
    dossier_code: str
    title: Wording
    stage: Wording
    pressure: Pressure
    steps: tuple[StepView, ...]
    appointed_on: date | None = None
    lines: tuple[PaperLine, ...] = ()
    """What is known of the person and the request; an erased value says so."""
    notes: tuple[Note, ...] = ()
    """Oldest first."""
    offers: tuple[Offer, ...] = ()
    has_paper: bool = False
    """Whether there is a certificate to download."""


@dataclass(frozen=True, slots=True)
class IssuedPaper:
    """A certificate as PDF."""

    subject: UUID
    pdf: bytes
    file_name: str
    """ASCII, without a person's name."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One act as an officer sends it."""

    request: UUID
    act: str
    values: Mapping[str, str]
    """As typed, by field; empty fields are left out."""
    idempotency_key: str
    """Made with the form: a form that is sent twice acts once."""
    seen: int | None = None
    """Up to which fact the file was shown, if that is known; on an older one nothing is done."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a person's data, as that person sees it."""

    at: datetime
    who: Wording
    """Role and organisation, never an officer's name."""
    what: Wording
    why: Wording


class OwnRecords(Protocol):
    """What a citizen sees: everything in ``scope`` is about that one person."""

    def requests(self, scope: Scope, *, at: datetime) -> Sequence[FileView]:
        """Return the person's requests, the newest first."""
        ...

    def looks(self, scope: Scope, *, at: datetime) -> Sequence[Look]:
        """Return who looked, the newest first, 100 at most."""
        ...

    def passcode_reset(self, scope: Scope, *, at: datetime) -> datetime | None:
        """Return when a forgotten passcode was last set anew, told for 30 days; else None."""
        ...

    def paper(self, scope: Scope, request: UUID, *, at: datetime) -> IssuedPaper:
        """Return the issued certificate.

        Raises:
            NotFoundError: There is none, or it is somebody else's.
        """
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """Whose record of which kind an answer shows."""

    kind: RecordKind
    subject: UUID | None = None
    certificate: tuple[str, str] | None = None
    """Issuer and number, where only they are known."""
    reference: UUID | None = None
    """The stream that was read, where it is one."""
    issued_at: datetime | None = None
    """When that certificate was issued: its number begins anew each year."""
    legal_basis: str | None = None
    """On what this look rests, where the endpoint leaves that to a decision."""
    basis: UUID | None = None
    """The consent, referral, visit, order or emergency that it rests on."""
    purpose: str | None = None
    """Why, where one endpoint serves a person and who acts for them; else its own purpose."""


@dataclass(frozen=True, slots=True)
class AccessNote:
    """One look to be recorded before its answer leaves."""

    caller: Caller
    at: datetime
    seen: Seen
    purpose: str
    legal_basis: str | None
    channel: Channel


@dataclass(frozen=True, slots=True)
class CheckNote:
    """One check by somebody signed in, of an organisation; recorded before its answer leaves."""

    check: UUID
    """A new random reference, under which the check is found again."""
    caller: Caller
    at: datetime
    verdict: Verdict | None
    """What was answered; None if nothing fits what was typed."""
    code_digest: bytes | None
    """SHA-256 of the signed token, 32 bytes; None where none was read."""
    person: PersonCompared
    channel: Channel


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold for the service to be of use."""

    name: str
    """Stable snake_case name."""
    holds: bool
    figure: str = ""
    """What was measured; never a secret or an address."""


_VERIFY_RATE: Final = Rate(per_second=20, burst=60)
_BATCH_RATE: Final = Rate(per_second=200, burst=2000)
_PICTURE_RATE: Final = Rate(per_second=0.5, burst=10)
_PAPER_RATE: Final = Rate(per_second=0.1, burst=6)
_SHARE_RATE: Final = Rate(per_second=0.5, burst=30)
_SIGN_IN_RATE: Final = Rate(per_second=2, burst=60)
_PAGE_RATE: Final = Rate(per_second=60, burst=600)
_PUBLISHED_RATE: Final = Rate(per_second=200, burst=2000)


@dataclass(frozen=True, slots=True)
class Rates:
    """How often one network or account may ask, over all processes."""

    verify: Rate = _VERIFY_RATE
    batch: Rate = _BATCH_RATE
    """In lines, each of which is a verification."""
    picture: Rate = _PICTURE_RATE
    """One picture costs as much as a thousand verifications."""
    paper: Rate = _PAPER_RATE
    """Checks by what is typed: slow for who guesses, enough for who reads."""
    share: Rate = _SHARE_RATE
    """Links that a person gave: slow for who guesses addresses."""
    sign_in: Rate = _SIGN_IN_RATE
    """Of one network, beside the slower count of failures that the database keeps."""
    page: Rate = _PAGE_RATE
    """Whatever else is open: a hospital's many desks stand behind one address."""
    published: Rate = _PUBLISHED_RATE
    """Signed lists, the log's tiles and parts of pages: small, and fetched by the hundred."""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """What the composition root has read from the environment."""

    public_url: str
    """Scheme and host under which people reach the service, without a slash at the end."""
    rates: Rates = field(default_factory=Rates)
    processes: int = 1
    """How many share the rates."""
    proxies: int = 0
    """How many proxies of ours stand in front and name the caller's address."""
    fast_path: bool = True
    """Whether plain checks by nobody in particular take `verify_api.fast_path`."""
    demo: bool = False
    """True if the people are generated: every page says so."""
    access_log: bool = False
    """Whether each answer is a line of the log: endpoint, status and time, never an address."""
    draining: Path | None = None
    """A file that is there once this service is about to end: it is not ready any more."""

    @property
    def https(self) -> bool:
        """Whether cookies must be secure and browsers be told to stay with https."""
        return self.public_url.startswith("https://")

    @property
    def host(self) -> str:
        """The host that is printed beside a code."""
        return self.public_url.split("://", 1)[-1]


def _no_gauges() -> Sequence[Gauge]:
    return ()


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything the service needs."""

    settings: ServiceSettings
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    random_bytes: Callable[[int], bytes]
    verify: Verifier
    verify_many: BatchVerifier
    read_picture: Callable[[bytes], list[str]]
    """`verify_api.picture_process.PictureReader.read`."""
    media_type_of: Callable[[bytes], str]
    """`verify_api.picture_process.PictureReader.media_type`: judges a file that is kept."""
    papers: PaperChecks
    documents: PublishedDocuments
    accounts: Accounts
    sessions: Sessions
    api_tokens: ApiTokens
    identity: Identity
    own_records: OwnRecords
    record_access: Callable[[Sequence[AccessNote]], None]
    """Returns when all are durable; raises if one is not."""
    conditions: Callable[[], Sequence[Condition]]
    gauges: Callable[[], Sequence[Gauge]] = _no_gauges
    """How the ledger stands, for who watches the service."""
    record_checks: Callable[[Sequence[CheckNote]], None] = lambda _notes: None
    """Returns when all are durable, in the history of the callers' organisation; raises if not."""
