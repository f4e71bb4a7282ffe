"""The referral paper (*Phiếu chuyển cơ sở khám bệnh, chữa bệnh bảo hiểm y tế*)."""

from datetime import date, timedelta
from typing import Final

from ledger.certificates.kind import CertificateKind, Holder, Sex, Status, Taking, Wording
from ledger.certificates.kinds.referral.claims import CLAIMS, SPECIMEN, check, places
from ledger.certificates.kinds.referral.page import paper
from ledger.certificates.kinds.referral.terms import term
from ledger.personal import Purpose

KIND: Final = CertificateKind(
    code="referral",
    document_type=2,
    title=Wording("Phiếu chuyển cơ sở khám bệnh, chữa bệnh", "Referral to another facility"),
    issuer_title=Wording("Cơ sở khám bệnh, chữa bệnh", "Health care facility"),
    number_suffix="CT",
    compact=True,
    open_lists=1,
    # The longest term that there is; each paper's own is computed from its day of signing.
    validity=timedelta(days=380),
    claims=CLAIMS,
    statuses=frozenset(Status),
    check=check,
    paper=paper,
    caution=Wording(
        "Khi hệ thống gián đoạn, cơ sở vẫn phải tiếp nhận người bệnh, ghi lại số phiếu và kiểm tra "
        "sau. Trường hợp cấp cứu không cần phiếu chuyển.",
        "When the service is down the facility still has to admit the patient, write down the "
        "number and check later. An emergency needs no referral.",
    ),
    specimen=SPECIMEN,
    specimen_holder=Holder("NGUYỄN VĂN MẪU", date(1999, 1, 1), Sex.MALE, "0000"),
    purpose=Purpose.HEALTH,
    term=term,
    taking=Taking(places, lambda _token: None),
)
