"""The re-examination appointment (*Phiếu hẹn khám lại*)."""

from datetime import date, timedelta
from typing import Final

from ledger.certificates.kind import CertificateKind, Holder, Sex, Status, Taking, Wording
from ledger.certificates.kinds.appointment.claims import (
    CLAIMS,
    MOST_AHEAD,
    SPECIMEN,
    appointed,
    check,
    places,
    term,
)
from ledger.certificates.kinds.appointment.page import paper
from ledger.personal import Purpose

KIND: Final = CertificateKind(
    code="appointment",
    document_type=3,
    title=Wording("Phiếu hẹn khám lại", "Re-examination appointment"),
    issuer_title=Wording("Cơ sở khám bệnh, chữa bệnh", "Health care facility"),
    number_suffix="HK",
    compact=True,
    open_lists=1,
    validity=MOST_AHEAD + timedelta(days=64),
    claims=CLAIMS,
    statuses=frozenset(Status),
    check=check,
    paper=paper,
    caution=Wording(
        "Đến đúng ngày hẹn, hoặc sớm hơn nếu có dấu hiệu bất thường. Lỡ hẹn thì liên hệ cơ sở đã "
        "hẹn. Khi hệ thống gián đoạn, cơ sở vẫn phải tiếp nhận người bệnh và kiểm tra sau.",
        "For the day named, or earlier with abnormal signs. If it was missed, ask the facility. "
        "When the service is down the facility still has to admit the patient and check later.",
    ),
    specimen=SPECIMEN,
    specimen_holder=Holder("NGUYỄN VĂN MẪU", date(1999, 1, 1), Sex.MALE, "0000"),
    purpose=Purpose.HEALTH,
    term=term,
    taking=Taking(places, appointed),
)
