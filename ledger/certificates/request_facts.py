"""What can happen to a request for a judicial record certificate (hồ sơ yêu cầu cấp Phiếu).

In the clear stands only what tells nothing about a person: days, codes, amounts, references.
What the look-ups found is sealed as judicial, and no deadline's reason gives it away.
"""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias
from uuid import UUID

from ledger.calendar import Term
from ledger.certificates import request_custody
from ledger.certificates.request_files import FileReceived
from ledger.certificates.request_values import (
    Applicant,
    Channel,
    Declaration,
    Delivery,
    FeeGroup,
    Form,
    Lookup,
    Police,
    RecomputeReason,
    RefusalGround,
    Representative,
    Result,
)
from ledger.personal import Contact, Identity, Judicial
from ledger.personal_details import ContactDetails


@dataclass(frozen=True, slots=True)
class RequestDrafted:
    """Step 1: the declaration was filled in."""

    authority: str
    dossier_code: str
    subject: UUID
    """Pseudonym of the person whom the certificate will be about."""
    province: str
    form: Form
    include_post_bans: bool
    """Form 1 says bans on posts only on request; Form 2 always does."""
    purpose: str
    """Code of what the certificate is for."""
    channel: Channel
    applicant: Applicant
    fee_group: FeeGroup
    fee: int
    """VND due, by the fees of that day."""
    copies: int
    """Paper copies wanted besides the electronic certificate."""
    complex_case: bool
    """Several residences, abroad, or a foreigner: the longer limit may apply."""
    urgent: bool
    declaration: Identity[Declaration]
    contact: Contact[ContactDetails]
    representative: Identity[Representative | None]
    declared_convictions: Judicial[str | None]


@dataclass(frozen=True, slots=True)
class PaymentRequired:
    """Side state 6: the fee is missing or was not enough."""

    amount: int
    """VND still to be paid."""


@dataclass(frozen=True, slots=True)
class FeePaid:
    """The payment platform took the fee."""

    amount: int
    """VND."""
    receipt: Identity[str]


@dataclass(frozen=True, slots=True)
class FeeExemptionGranted:
    """No fee is due, on this ground."""

    ground: str


@dataclass(frozen=True, slots=True)
class RequestSubmitted:
    """Step 2: the dossier reached the one-stop system; its day chooses the procedure version."""

    submitted_on: date
    procedure: str


@dataclass(frozen=True, slots=True)
class RequestAccepted:
    """Step 3: the request is valid; the clock starts after this day."""

    accepted_on: date


@dataclass(frozen=True, slots=True)
class RequestRejected:
    """Step 3: the request was not taken in."""

    rejected_on: date
    ground: str
    explanation: Identity[str]


@dataclass(frozen=True, slots=True)
class SupplementRequested:
    """Side state 5: something is missing; the clock stands still."""

    requested_on: date
    missing: Identity[str]


@dataclass(frozen=True, slots=True)
class SupplementReceived:
    """What was missing came."""

    received_on: date
    declaration: Identity[Declaration | None]
    """The declaration as it now reads, if it changed."""


@dataclass(frozen=True, slots=True)
class DeadlineSet:
    """The result is due; ``appointed_on`` is the day on the receipt."""

    started_on: date
    appointed_on: date
    legal_limit_on: date
    appointed: tuple[Term, ...]
    legal: tuple[Term, ...]
    """Several terms bind at once: the earliest end counts."""
    calendar: str


@dataclass(frozen=True, slots=True)
class DeadlineSuspended:
    """The clock stands still; so much of each term is left."""

    suspended_on: date
    appointed: tuple[Term, ...]
    legal: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class DeadlineResumed:
    """The clock goes on."""

    resumed_on: date
    appointed_on: date
    legal_limit_on: date
    calendar: str


@dataclass(frozen=True, slots=True)
class DeadlineRecomputed:
    """The day changed, for a stated reason; never silently."""

    former_on: date
    appointed_on: date
    legal_limit_on: date
    appointed: tuple[Term, ...]
    legal: tuple[Term, ...]
    reason: RecomputeReason
    calendar: str


@dataclass(frozen=True, slots=True)
class DeadlineMissed:
    """The appointed day went by without a result."""

    appointed_on: date
    noticed_on: date


@dataclass(frozen=True, slots=True)
class ApologyIssued:
    """A letter of apology promised a new day; the appointed one stays what is measured."""

    promised_on: date
    letter: str


@dataclass(frozen=True, slots=True)
class RequestForwarded:
    """Step 4: handed to the shared judicial-record software."""

    reference: str


@dataclass(frozen=True, slots=True)
class RegistryAcknowledged:
    """Step 5: the shared software has it."""

    reference: str


@dataclass(frozen=True, slots=True)
class RecordLookupRequested:
    """Step 6: the judicial-record database is being asked; courts too where needed."""

    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordLookupCompleted:
    """Step 6: the answer, and on how many facts of the record it rests."""

    lookup: Judicial[Lookup]
    record_version: Judicial[int]


@dataclass(frozen=True, slots=True)
class PoliceCheckRequested:
    """Step 7: the police record unit is asked."""


@dataclass(frozen=True, slots=True)
class PoliceCheckCompleted:
    """Step 7: what the police record unit found."""

    police: Judicial[Police]


@dataclass(frozen=True, slots=True)
class VerificationResultRecorded:
    """Step 8: what the certificate will say; decides which limit binds."""

    result: Judicial[Result]
    record_version: Judicial[int]
    """The certificate says what the record's first so many facts say."""
    explanation: Judicial[str | None]
    """Why a police hit leads to no entry, where it does."""


@dataclass(frozen=True, slots=True)
class CertificateBegun:
    """Step 9: the certificate is being made in a stream of its own; one at a time."""

    certificate: UUID


@dataclass(frozen=True, slots=True)
class CertificateDropped:
    """Step 9: what had been begun was withdrawn before it was issued; another may be begun."""

    certificate: UUID


@dataclass(frozen=True, slots=True)
class CertificateReady:
    """Step 9: the certificate is issued."""

    certificate: UUID
    ready_on: date


@dataclass(frozen=True, slots=True)
class ResultDelivered:
    """Step 10: the electronic certificate was handed over."""

    delivered_on: date
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class PaperCopyDispatched:
    """A paper copy left."""

    dispatched_on: date
    delivery: Delivery
    tracking: Contact[str | None]


@dataclass(frozen=True, slots=True)
class WithdrawalRequested:
    """Side state 7: the citizen wants it back."""

    requested_on: date


@dataclass(frozen=True, slots=True)
class WithdrawalAccepted:
    """Side state 7: it was given back."""

    accepted_on: date


@dataclass(frozen=True, slots=True)
class ProcessingStopped:
    """Side state 8: processing ended without a result."""

    stopped_on: date
    ground: str
    explanation: Identity[str]


@dataclass(frozen=True, slots=True)
class RequestRefused:
    """Refused in writing. Source: Law on Judicial Records 2009, article 49."""

    refused_on: date
    ground: RefusalGround
    explanation: Identity[str]


@dataclass(frozen=True, slots=True)
class FeeRefundOrdered:
    """The fee, in VND, goes back and the electronic receipt is cancelled."""

    amount: int


@dataclass(frozen=True, slots=True)
class FeeRefunded:
    """The fee, in VND, went back."""

    amount: int
    cancelled_receipt: Identity[str]


StepFact: TypeAlias = (
    PaymentRequired
    | FeePaid
    | FeeExemptionGranted
    | RequestSubmitted
    | RequestAccepted
    | RequestRejected
    | SupplementRequested
    | SupplementReceived
    | RequestForwarded
    | RegistryAcknowledged
    | RecordLookupRequested
    | RecordLookupCompleted
    | PoliceCheckRequested
    | PoliceCheckCompleted
    | VerificationResultRecorded
    | CertificateBegun
    | CertificateDropped
    | CertificateReady
    | ResultDelivered
    | PaperCopyDispatched
    | WithdrawalRequested
    | WithdrawalAccepted
    | ProcessingStopped
    | RequestRefused
)
"""What moves a request from stage to stage, after its draft: one row a move in the step table."""

DeadlineFact: TypeAlias = (
    DeadlineSet | DeadlineSuspended | DeadlineResumed | DeadlineRecomputed | DeadlineMissed
    | ApologyIssued
)  # fmt: skip
RefundFact: TypeAlias = FeeRefundOrdered | FeeRefunded
BesideFact: TypeAlias = FileReceived | request_custody.Fact
Fact: TypeAlias = RequestDrafted | StepFact | DeadlineFact | RefundFact | BesideFact

TOPICS: dict[str, type] = {
    "request.drafted/1": RequestDrafted,
    "request.payment_required/1": PaymentRequired,
    "request.fee_paid/1": FeePaid,
    "request.fee_exemption_granted/1": FeeExemptionGranted,
    "request.submitted/1": RequestSubmitted,
    "request.accepted/1": RequestAccepted,
    "request.rejected/1": RequestRejected,
    "request.supplement_requested/1": SupplementRequested,
    "request.supplement_received/1": SupplementReceived,
    "request.file_received/1": FileReceived,
    "request.deadline_set/1": DeadlineSet,
    "request.deadline_suspended/1": DeadlineSuspended,
    "request.deadline_resumed/1": DeadlineResumed,
    "request.deadline_recomputed/1": DeadlineRecomputed,
    "request.deadline_missed/1": DeadlineMissed,
    "request.apology_issued/1": ApologyIssued,
    "request.forwarded/1": RequestForwarded,
    "request.registry_acknowledged/1": RegistryAcknowledged,
    "request.lookup_requested/1": RecordLookupRequested,
    "request.lookup_completed/1": RecordLookupCompleted,
    "request.police_check_requested/1": PoliceCheckRequested,
    "request.police_check_completed/1": PoliceCheckCompleted,
    "request.verification_result_recorded/1": VerificationResultRecorded,
    "request.certificate_begun/1": CertificateBegun,
    "request.certificate_dropped/1": CertificateDropped,
    "request.certificate_ready/1": CertificateReady,
    "request.result_delivered/1": ResultDelivered,
    "request.paper_copy_dispatched/1": PaperCopyDispatched,
    "request.withdrawal_requested/1": WithdrawalRequested,
    "request.withdrawal_accepted/1": WithdrawalAccepted,
    "request.processing_stopped/1": ProcessingStopped,
    "request.refused/1": RequestRefused,
    "request.fee_refund_ordered/1": FeeRefundOrdered,
    "request.fee_refunded/1": FeeRefunded,
    **request_custody.TOPICS,
}
"""Stored name with schema version, and the fact; never renamed once written."""
