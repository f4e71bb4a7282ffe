"""Who calls, in which role, what a role may do, and how far it sees. The one table of all that.

An account has one role: who has two jobs has two accounts, so that every fact says in which of
them it was done. Preparer, signer and key administrator are different persons on one file; the
decisions of the ledger hold that, this table makes it visible.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID


class Role(StrEnum):
    """In which capacity somebody calls."""

    ANONYMOUS = "anonymous"
    """Nobody in particular: whoever holds a paper in their hand."""
    CITIZEN = "citizen"
    INTAKE_OFFICER = "intake_officer"
    """Receives files (bộ phận một cửa)."""
    CASE_OFFICER = "case_officer"
    """Looks up, verifies, drafts (cán bộ thụ lý)."""
    POLICE_CHECKER = "police_checker"
    """Answers what the police records hold (cơ quan hồ sơ nghiệp vụ)."""
    SIGNER = "signer"
    """Signs and seals, recalls and cancels (người có thẩm quyền ký)."""
    VERIFIER = "verifier"
    """An employer or another organisation that is shown certificates."""
    PROCEDURAL_AGENCY = "procedural_agency"
    """Investigation, prosecution, trial (cơ quan tiến hành tố tụng)."""
    AUDITOR = "auditor"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    KEY_ADMINISTRATOR = "key_administrator"
    PORTAL_SYSTEM = "portal_system"
    """A province's administrative procedure system; a machine."""
    CLINICIAN = "clinician"
    """Treats patients in a facility (người hành nghề); the organisation is the facility's code."""
    FACILITY_SIGNER = "facility_signer"
    """Signs the facility's papers (người đại diện cơ sở)."""
    FACILITY_SYSTEM = "facility_system"
    """A facility's hospital information system; a machine."""
    SOCIAL_INSURANCE = "social_insurance"
    """Social insurance: sees what claims need (giám định bảo hiểm y tế)."""
    DATA_STEWARD = "data_steward"
    """Works on duplicates and quality; sees what is needed to tell persons apart."""
    OPERATOR = "operator"
    """Runs the service; sees figures, never a record."""


class Action(StrEnum):
    """What may be done; the rows of the table of roles. Source: `domain.md`, section 9."""

    VERIFY = "verify"
    """Learn whether a certificate stands; no content beyond what its own code says."""
    SIGN_IN = "sign_in"
    FOLLOW_OWN = "follow_own"
    """See one's own requests, and who has looked at one's data."""
    SEE_WORK = "see_work"
    """See which file waits where."""
    RECEIVE = "receive"
    """Accept, refuse at the counter, ask for a supplement."""
    OPEN_SENT_FILES = "open_sent_files"
    """Open what an applicant sent with a request."""
    PROCESS = "process"
    """Forward, look up, record the result, draft the certificate."""
    CHECK_POLICE_RECORDS = "check_police_records"
    SIGN = "sign"
    """Sign, seal, recall, cancel."""
    EXCHANGE_DOSSIERS = "exchange_dossiers"
    SEND_VISITS = "send_visits"
    """Send what a facility did: visits, corrections."""
    READ_BOOK = "read_book"
    """Read a patient's health book, as far as care relation, consent or emergency allow."""
    BREAK_GLASS = "break_glass"
    """Read without any of them, for at most four hours, before everybody's eyes."""
    PREPARE_HEALTH_PAPERS = "prepare_health_papers"
    """Draft referral papers and appointments."""
    SIGN_HEALTH_PAPERS = "sign_health_papers"
    TAKE_HEALTH_PAPERS = "take_health_papers"
    """Accept referrals, use appointments."""
    RECORD_DEATH = "record_death"
    """Record that somebody died, with the document that says so."""
    APPOINT_REPRESENTATIVES = "appoint_representatives"
    """Let somebody act for a person, on a document that says so."""
    MANAGE_OWN = "manage_own"
    """Consent, share, ask for one's rights, report a look: about one's own data."""
    OPEN_SHARE = "open_share"
    """Open a link that a person gave."""
    ANSWER_FOR_FACILITY = "answer_for_facility"
    """Review what happened in one's own facility, correct what it sent."""
    ANSWER_RIGHTS = "answer_rights"
    """Answer requests about data, review emergencies and misuse."""
    CLEAN_DATA = "clean_data"
    """Link and separate persons, work on duplicates."""
    SEE_QUALITY = "see_quality"
    """See how good one's own facility's data are."""
    SEE_NOTICES = "see_notices"
    """Be told that what one has read was somebody else's."""
    SEE_REFUSALS = "see_refusals"
    """See who was refused what they asked to see; accounts and pseudonyms."""
    READ_FIGURES = "read_figures"
    """Read the country's published figures, which are about nobody."""
    SEE_FIGURES = "see_figures"
    MANAGE_MEMBERS = "manage_members"
    """Let others in and out of one's own organisation, as its administrator."""
    SEE_CHECKS = "see_checks"
    """See what the people of one's own organisation have checked, and what they were answered."""
    AUDIT = "audit"
    """See how the log stands, what was done to a record and by whom; persons in a case alone."""


_EVERYBODY: Final = frozenset(Role)
_OFFICERS: Final = frozenset(
    {Role.INTAKE_OFFICER, Role.CASE_OFFICER, Role.POLICE_CHECKER, Role.SIGNER}
)

MAY: Final[Mapping[Action, frozenset[Role]]] = MappingProxyType({
    Action.VERIFY: _EVERYBODY,
    Action.SIGN_IN: _EVERYBODY - {Role.PORTAL_SYSTEM, Role.FACILITY_SYSTEM},
    Action.FOLLOW_OWN: frozenset({Role.CITIZEN}),
    Action.SEE_WORK: _OFFICERS,
    Action.RECEIVE: frozenset({Role.INTAKE_OFFICER}),
    Action.OPEN_SENT_FILES: frozenset({Role.INTAKE_OFFICER, Role.CASE_OFFICER}),
    Action.PROCESS: frozenset({Role.CASE_OFFICER}),
    Action.CHECK_POLICE_RECORDS: frozenset({Role.POLICE_CHECKER}),
    Action.SIGN: frozenset({Role.SIGNER}),
    Action.EXCHANGE_DOSSIERS: frozenset({Role.PORTAL_SYSTEM}),
    Action.SEND_VISITS: frozenset({Role.FACILITY_SYSTEM, Role.CLINICIAN}),
    Action.READ_BOOK: frozenset({Role.CLINICIAN, Role.PROCEDURAL_AGENCY}),
    Action.BREAK_GLASS: frozenset({Role.CLINICIAN}),
    Action.PREPARE_HEALTH_PAPERS: frozenset({Role.CLINICIAN, Role.FACILITY_SYSTEM}),
    Action.SIGN_HEALTH_PAPERS: frozenset({Role.FACILITY_SIGNER}),
    Action.TAKE_HEALTH_PAPERS: frozenset({Role.CLINICIAN, Role.FACILITY_SYSTEM}),
    Action.RECORD_DEATH: frozenset({Role.FACILITY_SIGNER, Role.DATA_STEWARD}),
    Action.APPOINT_REPRESENTATIVES: frozenset({Role.DATA_STEWARD}),
    Action.MANAGE_OWN: frozenset({Role.CITIZEN}),
    Action.OPEN_SHARE: _EVERYBODY,
    Action.ANSWER_FOR_FACILITY: frozenset({Role.FACILITY_SIGNER}),
    Action.ANSWER_RIGHTS: frozenset({Role.DATA_PROTECTION_OFFICER}),
    Action.CLEAN_DATA: frozenset({Role.DATA_STEWARD}),
    Action.SEE_QUALITY: frozenset({
        Role.CLINICIAN, Role.FACILITY_SIGNER, Role.FACILITY_SYSTEM,
    }),
    Action.SEE_NOTICES: _EVERYBODY - {Role.ANONYMOUS},
    Action.SEE_REFUSALS: frozenset({Role.AUDITOR, Role.DATA_PROTECTION_OFFICER}),
    Action.READ_FIGURES: _EVERYBODY,
    Action.SEE_FIGURES: frozenset({Role.OPERATOR}),
    Action.MANAGE_MEMBERS: frozenset({Role.VERIFIER, Role.CLINICIAN, Role.FACILITY_SIGNER}),
    Action.SEE_CHECKS: _EVERYBODY - {Role.ANONYMOUS, Role.CITIZEN},
    Action.AUDIT: frozenset({Role.AUDITOR}),
})  # fmt: skip


def who_may(action: Action) -> frozenset[Role]:
    """Return the roles that may do ``action``."""
    return MAY[action]


class Reach(StrEnum):
    """How far an endpoint sees, whoever calls it."""

    PUBLIC = "public"
    """Nothing that belongs to anybody, or only what the caller brought along."""
    OWN = "own"
    """What is about the caller."""
    ORGANISATION = "organisation"
    """What the caller's organisation works on."""
    GRANTED = "granted"
    """What a decision of its own opens to the caller: consent, care, representation."""
    SERVICE = "service"
    """The running service itself."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a query may return: every one of them is built from a scope."""

    subject: UUID | None = None
    """Only what is about this person."""
    organisation: str | None = None
    """Only what this organisation works on."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request; pseudonyms only."""

    account: str
    """Reference of the account or of the token: what facts name as actor."""
    role: Role
    organisation: str | None = None
    subject: UUID | None = None
    """The person whom the account belongs to, where it is a citizen's."""
    name: str = ""
    """What the account is called on its own screen; never in a fact or a log."""
    csrf: str | None = None
    """What the session's own forms carry; None without a session."""
    authenticated_at: datetime | None = None
    """When they last showed who they are; None without a session."""
    by_provider: bool = False
    """Whether they did so at the provider of identities: there is no password to ask for."""

    @property
    def signed_in(self) -> bool:
        """Whether it is known who calls."""
        return self.role is not Role.ANONYMOUS


ANONYMOUS: Final = Caller("anonymous", Role.ANONYMOUS)


def scope_of(caller: Caller, reach: Reach) -> Scope | None:
    """Return what ``caller`` may see at ``reach``; None if that is nothing at all."""
    if reach is Reach.OWN:
        return None if caller.subject is None else Scope(subject=caller.subject)
    if reach is Reach.ORGANISATION:
        return None if caller.organisation is None else Scope(organisation=caller.organisation)
    return Scope()
