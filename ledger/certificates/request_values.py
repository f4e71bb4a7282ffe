"""The values that a request's facts are made of: forms, channels, terms, results, declaration."""

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from uuid import UUID

from ledger.personal_details import ContactDetails, PersonalDetails, Stay


class Form(IntEnum):
    """Which form of the certificate. Source: Law on Judicial Records 2009, article 41."""

    ONE = 1
    """Phiếu số 1: what is not expunged; shown to others."""
    TWO = 2
    """Phiếu số 2: everything; for procedural agencies, and for the person to know."""


class Channel(StrEnum):
    """Where the request came in."""

    VNEID = "vneid"
    NATIONAL_PORTAL = "national-portal"
    """The national public service portal: the only way to a reduced or waived fee."""
    PROVINCIAL_PORTAL = "provincial-portal"
    COUNTER = "counter"


class Applicant(StrEnum):
    """Who asks for whom."""

    SELF = "self"
    PROXY = "proxy"
    """With a written authorisation; Form 1 only."""
    PARENT = "parent"
    """For their minor child."""
    AGENCY = "agency"
    """A state agency (Form 1) or a procedural one (Form 2)."""


class FeeGroup(StrEnum):
    """Which fee is due."""

    STANDARD = "standard"
    REDUCED = "reduced"
    EXEMPT = "exempt"


class Lookup(StrEnum):
    """What the judicial-record database holds."""

    NOTHING = "nothing"
    ENTRIES = "entries"


class Police(StrEnum):
    """What the police record unit found."""

    NONE = "none"
    POSSIBLE = "possible"
    HIT = "hit"


class Result(IntEnum):
    """What the certificate will say of the person; the values of its result claim."""

    NO_RECORD = 0
    SEE_DOCUMENT = 1


class Delivery(StrEnum):
    """How a result reached the citizen."""

    VNEID = "vneid"
    PORTAL = "portal"
    POST = "post"
    COUNTER = "counter"


class RefusalGround(StrEnum):
    """Why a request may be refused. Source: Law on Judicial Records 2009, article 49."""

    NOT_COMPETENT = "not-competent"
    NOT_ENTITLED = "not-entitled"
    INCOMPLETE_OR_FORGED = "incomplete-or-forged"


class RecomputeReason(StrEnum):
    """Why a day changed after it was set."""

    VERIFICATION = "verification"
    """Verification is of the longer kind; says no more, for a deadline is no secret."""
    CALENDAR = "calendar"
    """A holiday was decreed or swapped."""
    INCIDENT = "incident"
    """A system that both sides need was down."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What was declared on the day of the request (tờ khai)."""

    details: PersonalDetails
    stays: tuple[Stay, ...] = ()
    """Residence and work history from the age of fourteen."""
    purpose: str | None = None
    """The purpose in the applicant's own words."""


@dataclass(frozen=True, slots=True)
class Representative:
    """Who asks in somebody's place."""

    name: str
    relation: str
    number: str | None = None
    authorised_on: date | None = None
    """Date of the written authorisation; a parent needs none."""


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What an applicant hands in; becomes a draft once it is checked."""

    authority: str
    dossier_code: str
    subject: UUID
    """Pseudonym of the person whom the certificate will be about."""
    province: str
    form: Form
    purpose: str
    channel: Channel
    declaration: Declaration
    contact: ContactDetails = field(default_factory=ContactDetails)
    include_post_bans: bool = False
    applicant: Applicant = Applicant.SELF
    representative: Representative | None = None
    fee_group: FeeGroup = FeeGroup.STANDARD
    copies: int = 0
    urgent: bool = False
    declared_convictions: str | None = None
    identification_level: int | None = None
    """Of the electronic account with which it was made; VNeID takes level 2 only."""
