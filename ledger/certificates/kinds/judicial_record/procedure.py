"""The ten steps from a citizen's declaration to a delivered certificate, as one table.

Everything that decides who may do what next stands in this file; `request` folds by it, the
decisions ask it, and the documentation's diagram is drawn from it.

A request begins at home. The citizen fills in the declaration and pays, or is exempt (step 1), and
sends it to the province (2). Until then no authority knows of it, and the portal has no code.

The intake officer accepts it, and the clock starts; or rejects it, and the fee goes back; or asks
for what is missing, and the clock stands still until it comes; or says that the fee is short (3).

Accepted, it moves on one way: to the shared judicial-record software (4, 5), where the record is
looked up (6) and the police record unit answers (7). Both answers together make the result (8).
That is the gate: nobody writes a certificate before it. How a certificate is drafted, signed and
sealed is the life of another stream; here stands that one was begun, one at a time, and that it is
issued (9), and the delivery (10).

    DRAFTED ─▶ PAID ──────▶ SUBMITTED ─▶ ACCEPTED ─▶ TRANSFERRING ─▶ IN_REGISTRY ─▶
         └───▶ FEE_EXEMPT ─▶
    LOOKUP_RUNNING ─▶ LOOKED_UP ─▶ POLICE_CHECK ─▶ POLICE_CHECKED ─▶
    VERIFIED ◀─▶ ISSUING ─▶ READY ─▶ RETURNED

Beside the ten: a supplement may be asked for at any stage between submission and the result, and
returns to the same stage; a second one counts as late, but is not forbidden. The citizen may
withdraw until a certificate is begun; before acceptance that takes nobody's consent. Processing
may be stopped, or the request refused in writing under article 49; the portal has one code for
both, 8.

Who already has stored facts is not asked again: a row or a move may be added here, never taken
away, for old streams are folded by the same table.

Sources: procedure 570/TTLLTPQG-QLHC of 2024 as the press described its ten steps; portal codes
as a provincial integration uses them; Law on Judicial Records 2009, articles 48 and 49; Law
107/2025/QH15. The longer limits of the 2025 law are not published: five working days are taken
for every case, the strictest reading.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from ledger.calendar import Term, TermUnit
from ledger.certificates.fees import FEES
from ledger.certificates.kind import Wording
from ledger.certificates.procedure import BACK, Procedure, ProcedureVersion, Role, Stage, Step
from ledger.certificates.request_facts import (
    CertificateBegun,
    CertificateDropped,
    CertificateReady,
    FeeExemptionGranted,
    FeePaid,
    PaperCopyDispatched,
    PaymentRequired,
    PoliceCheckCompleted,
    PoliceCheckRequested,
    ProcessingStopped,
    RecordLookupCompleted,
    RecordLookupRequested,
    RegistryAcknowledged,
    RequestAccepted,
    RequestForwarded,
    RequestRefused,
    RequestRejected,
    RequestSubmitted,
    ResultDelivered,
    SupplementReceived,
    SupplementRequested,
    VerificationResultRecorded,
    WithdrawalAccepted,
    WithdrawalRequested,
)

_APPLICANT = frozenset(
    {Role.CITIZEN, Role.GUARDIAN, Role.PROCEDURAL_AGENCY, Role.PORTAL_SYSTEM, Role.INTAKE_OFFICER}
)
"""The citizen, who stands for them, and the systems and counters that pass it on."""
_INTAKE = frozenset({Role.INTAKE_OFFICER})
_CASE = frozenset({Role.CASE_OFFICER})
_INTAKE_OR_CASE = _INTAKE | _CASE
_CASE_OR_SYSTEM = frozenset({Role.CASE_OFFICER, Role.SYSTEM})
_AFTER_SIGNING = frozenset({Role.SIGNER, Role.SYSTEM})
_HANDING_OVER = frozenset({Role.INTAKE_OFFICER, Role.CASE_OFFICER, Role.SYSTEM})

DRAFTING: Final = _APPLICANT
"""Who may begin a request."""

_BEFORE_SUBMISSION = (Stage.DRAFTED, Stage.PAID, Stage.FEE_EXEMPT)
_PROCESSING = (
    Stage.ACCEPTED,
    Stage.TRANSFERRING,
    Stage.IN_REGISTRY,
    Stage.LOOKUP_RUNNING,
    Stage.LOOKED_UP,
    Stage.POLICE_CHECK,
    Stage.POLICE_CHECKED,
    Stage.VERIFIED,
)
_AT_INTAKE = (Stage.SUBMITTED, Stage.PAYMENT_REQUIRED, Stage.SUPPLEMENT)


def _all(stages: tuple[Stage, ...], to: Stage) -> Mapping[Stage, Stage | None]:
    return MappingProxyType(dict.fromkeys(stages, to))


def _one(start: Stage, to: Stage) -> Mapping[Stage, Stage | None]:
    return MappingProxyType({start: to})


STEPS: Final = (
    Step(1, "pay", Wording("Nộp phí", "Pay the fee"), _APPLICANT, FeePaid,
         MappingProxyType({Stage.DRAFTED: Stage.PAID, Stage.PAYMENT_REQUIRED: Stage.SUBMITTED})),
    Step(1, "exempt", Wording("Miễn phí", "Grant the exemption"), _APPLICANT, FeeExemptionGranted,
         MappingProxyType({Stage.DRAFTED: Stage.FEE_EXEMPT,
                           Stage.PAYMENT_REQUIRED: Stage.SUBMITTED})),
    Step(2, "submit", Wording("Gửi hồ sơ", "Submit"), _APPLICANT, RequestSubmitted,
         _all((Stage.PAID, Stage.FEE_EXEMPT), Stage.SUBMITTED), rule="fee_not_settled"),
    Step(3, "accept", Wording("Tiếp nhận hồ sơ", "Accept"), _INTAKE_OR_CASE, RequestAccepted,
         _one(Stage.SUBMITTED, Stage.ACCEPTED)),
    Step(3, "reject", Wording("Từ chối tiếp nhận", "Reject"), _INTAKE_OR_CASE, RequestRejected,
         _all((Stage.SUBMITTED, Stage.PAYMENT_REQUIRED), Stage.REJECTED)),
    Step(0, "require_payment", Wording("Yêu cầu nộp phí", "Require the fee"), _INTAKE,
         PaymentRequired, _one(Stage.SUBMITTED, Stage.PAYMENT_REQUIRED)),
    Step(0, "request_supplement", Wording("Yêu cầu bổ sung", "Ask for a supplement"),
         _INTAKE_OR_CASE, SupplementRequested,
         _all((Stage.SUBMITTED, *_PROCESSING), Stage.SUPPLEMENT)),
    Step(0, "receive_supplement", Wording("Nhận bổ sung", "Take in the supplement"), _APPLICANT,
         SupplementReceived, MappingProxyType({Stage.SUPPLEMENT: BACK}),
         rule="resubmission_only_in_supplement"),
    Step(4, "forward", Wording("Chuyển dữ liệu sang phần mềm dùng chung", "Forward"),
         _CASE_OR_SYSTEM, RequestForwarded, _one(Stage.ACCEPTED, Stage.TRANSFERRING)),
    Step(5, "acknowledge", Wording("Phần mềm dùng chung tiếp nhận", "Acknowledge"),
         _CASE_OR_SYSTEM, RegistryAcknowledged, _one(Stage.TRANSFERRING, Stage.IN_REGISTRY)),
    Step(6, "request_lookup", Wording("Tra cứu, xác minh", "Look up the record"),
         _CASE_OR_SYSTEM, RecordLookupRequested, _one(Stage.IN_REGISTRY, Stage.LOOKUP_RUNNING)),
    Step(6, "complete_lookup", Wording("Có kết quả tra cứu", "Take the record's answer"),
         _CASE_OR_SYSTEM, RecordLookupCompleted, _one(Stage.LOOKUP_RUNNING, Stage.LOOKED_UP)),
    Step(7, "request_police_check", Wording("Đề nghị Công an tra cứu", "Ask the police unit"),
         _CASE_OR_SYSTEM, PoliceCheckRequested, _one(Stage.LOOKED_UP, Stage.POLICE_CHECK)),
    Step(7, "complete_police_check", Wording("Công an trả lời", "Answer the police check"),
         frozenset({Role.POLICE_CHECKER}), PoliceCheckCompleted,
         _one(Stage.POLICE_CHECK, Stage.POLICE_CHECKED)),
    Step(8, "record_result", Wording("Cập nhật kết quả xác minh", "Record the result"), _CASE,
         VerificationResultRecorded, _one(Stage.POLICE_CHECKED, Stage.VERIFIED)),
    Step(9, "begin_certificate", Wording("Lập Phiếu điện tử", "Begin the certificate"), _CASE,
         CertificateBegun, _one(Stage.VERIFIED, Stage.ISSUING),
         rule="certificate_before_verification"),
    Step(9, "drop_certificate", Wording("Hủy Phiếu đang lập", "Drop the draft"),
         frozenset({Role.CASE_OFFICER, Role.SIGNER}), CertificateDropped,
         _one(Stage.ISSUING, Stage.VERIFIED)),
    Step(9, "mark_ready", Wording("Cấp Phiếu điện tử", "Certificate issued"), _AFTER_SIGNING,
         CertificateReady, _one(Stage.ISSUING, Stage.READY)),
    Step(10, "deliver", Wording("Trả kết quả", "Deliver the result"), _HANDING_OVER,
         ResultDelivered, _one(Stage.READY, Stage.RETURNED)),
    Step(10, "dispatch_copy", Wording("Gửi bản giấy", "Dispatch a paper copy"), _HANDING_OVER,
         PaperCopyDispatched, MappingProxyType({Stage.READY: Stage.READY,
                                                Stage.RETURNED: Stage.RETURNED})),
    Step(0, "request_withdrawal", Wording("Xin rút hồ sơ", "Ask to withdraw"), _APPLICANT,
         WithdrawalRequested,
         _all((*_BEFORE_SUBMISSION, *_AT_INTAKE, *_PROCESSING), Stage.WITHDRAWING)),
    Step(0, "accept_withdrawal", Wording("Đồng ý cho rút", "Accept the withdrawal"),
         _INTAKE_OR_CASE, WithdrawalAccepted, _one(Stage.WITHDRAWING, Stage.WITHDRAWN)),
    Step(0, "stop", Wording("Dừng xử lý", "Stop processing"), _INTAKE_OR_CASE, ProcessingStopped,
         _all((Stage.SUPPLEMENT, Stage.PAYMENT_REQUIRED, *_PROCESSING), Stage.STOPPED)),
    Step(0, "refuse", Wording("Từ chối cấp Phiếu", "Refuse in writing"), _INTAKE_OR_CASE,
         RequestRefused, _all(_PROCESSING, Stage.REFUSED)),
)  # fmt: skip

PORTAL_CODES: Final[Mapping[Stage, int]] = MappingProxyType({
    Stage.SUBMITTED: 1,
    Stage.ACCEPTED: 2,
    Stage.REJECTED: 3,
    **dict.fromkeys((*_PROCESSING[1:], Stage.ISSUING), 4),
    Stage.SUPPLEMENT: 5,
    Stage.PAYMENT_REQUIRED: 6,
    Stage.WITHDRAWING: 7,
    Stage.WITHDRAWN: 7,
    Stage.STOPPED: 8,
    Stage.REFUSED: 8,
    Stage.READY: 9,
    Stage.RETURNED: 10,
})  # fmt: skip

PORTAL_TITLES: Final[Mapping[int, Wording]] = MappingProxyType({
    1: Wording("Mới đăng ký", "Newly registered"),
    2: Wording("Được tiếp nhận", "Accepted"),
    3: Wording("Không được tiếp nhận", "Not accepted"),
    4: Wording("Đang xử lý", "In process"),
    5: Wording("Yêu cầu bổ sung giấy tờ", "Supplement asked for"),
    6: Wording("Yêu cầu thực hiện nghĩa vụ tài chính", "Payment required"),
    7: Wording("Công dân yêu cầu rút hồ sơ", "Withdrawn by the citizen"),
    8: Wording("Dừng xử lý", "Processing stopped"),
    9: Wording("Đã xử lý xong", "Processed"),
    10: Wording("Đã trả kết quả", "Result returned"),
})  # fmt: skip


def _working(days: int) -> Term:
    return Term(TermUnit.WORKING_DAYS, days)


def _calendar(days: int) -> Term:
    return Term(TermUnit.CALENDAR_DAYS, days)


_URGENT: Final = (Term(TermUnit.HOURS, 24),)

PILOT_OF_CITIES: Final = ProcedureVersion(
    code="pilot-2024",
    title=Wording(
        "Thí điểm tại Hà Nội và Thừa Thiên Huế (VNeID)", "Pilot of Hanoi and Hue (VNeID)"
    ),
    source="The two cities' pilot from 22 April 2024, as the press told it; Law on Judicial "
    "Records 2009, article 48",
    effective_from=date(2024, 4, 22),
    effective_until=date(2024, 10, 1),
    minimum_age=0,
    # What the pilot promised beyond the law is not known: the law's limits are taken.
    limit=(_calendar(10),),
    limit_with_entries=(_calendar(10),),
    limit_complex=(_calendar(15),),
    limit_urgent=_URGENT,
    fees=FEES,
)
PILOT_570: Final = ProcedureVersion(
    code="570-2024",
    title=Wording("Quy trình thí điểm 570 (VNeID)", "Pilot procedure 570 (VNeID)"),
    source="570/TTLLTPQG-QLHC; Law on Judicial Records 2009, article 48",
    effective_from=date(2024, 10, 1),
    effective_until=date(2026, 7, 1),
    minimum_age=0,
    # Over Tết three working days end after ten days: the law's limit binds beside the pilot's.
    limit=(_working(3), _calendar(10)),
    limit_with_entries=(_calendar(10),),
    limit_complex=(_calendar(15),),
    limit_urgent=_URGENT,
    fees=FEES,
)
LAW_2026: Final = ProcedureVersion(
    code="law-2026",
    title=Wording("Luật số 107/2025/QH15", "Law 107/2025/QH15"),
    source="Law 107/2025/QH15, in force 1 July 2026",
    effective_from=date(2026, 7, 1),
    effective_until=None,
    minimum_age=16,
    limit=(_working(5),),
    limit_with_entries=(_working(5),),
    limit_complex=(_working(5),),
    limit_urgent=_URGENT,
    fees=FEES,
)

PROCEDURE: Final = Procedure(
    steps=STEPS,
    versions=(PILOT_OF_CITIES, PILOT_570, LAW_2026),
    portal_codes=PORTAL_CODES,
    ended=frozenset({
        Stage.READY, Stage.RETURNED, Stage.REJECTED, Stage.REFUSED, Stage.WITHDRAWN, Stage.STOPPED,
    }),
)  # fmt: skip
