"""The judicial record certificate (*Phiếu lý lịch tư pháp*), Form 1 and Form 2."""

from datetime import date, timedelta
from typing import Final

from ledger.certificates.kind import CertificateKind, Holder, Sex, Status, Wording
from ledger.certificates.kinds.judicial_record.claims import CLAIMS, check, paper

KIND: Final = CertificateKind(
    code="judicial-record",
    document_type=1,
    title=Wording("Phiếu lý lịch tư pháp", "Judicial record certificate"),
    issuer_title=Wording("Cơ quan Công an cấp phiếu", "Issuing police authority"),
    number_suffix="LLTP",
    needs_request=True,
    # No law sets a validity: this is how long the code proves by itself, and the longest after
    # which an authority asks for a new paper in most procedures. Who checks may want less.
    validity=timedelta(days=180),
    claims=CLAIMS,
    # A visible "suspended" or "superseded" would tell more about a person than "no longer valid".
    statuses=frozenset({Status.VALID, Status.REVOKED}),
    check=check,
    paper=paper,
    caution=Wording(
        "Không xác minh được phiếu không có nghĩa là người đó có án tích. Phiếu hợp lệ chỉ nói "
        "về ngày cấp; hãy đối chiếu họ tên, ngày sinh và bốn ký tự cuối của số giấy tờ.",
        "That a certificate cannot be verified does not mean that its holder has a criminal "
        "record. A valid one speaks of its day of issue only; compare the name, the birth date "
        "and the last four characters of the identity paper.",
    ),
    specimen={"form": 1, "result": 0, "convictions": []},
    specimen_holder=Holder("NGUYỄN VĂN MẪU", date(1999, 1, 1), Sex.MALE, "0000"),
)
