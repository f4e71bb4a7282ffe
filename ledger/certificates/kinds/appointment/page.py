"""What is printed of an appointment, in the order of the circular's form.

Source: Circular 01/2025/TT-BYT, appendix V (the layout; the words beside it are ours).
"""

from collections.abc import Mapping
from typing import Final

from ledger.certificates import health_paper as form
from ledger.certificates.health_paper import same
from ledger.certificates.kind import Paper, PaperLine, Wording
from ledger.certificates.kinds.appointment.claims import FIELDS, day_of

_JOINED: Final = frozenset({"cards", "cards_until", "arrived", "admitted", "discharged"})
"""Fields that share a line."""


def paper(content: Mapping[str, object]) -> Paper:
    """Return what is printed of a checked ``content``."""
    day = day_of(content)
    facility = str(content["facility_name"])
    doctor = str(content.get("doctor_name", form.shown(content["doctors"])))
    return Paper(
        lines=(
            *form.lines_of(content, [one for one in FIELDS if one.name not in _JOINED]),
            *form.card_lines(content),
            *form.stay_lines(content),
            _use(),
        ),
        statement=Wording(
            f"Hẹn người bệnh có tên dưới đây khám lại vào ngày {day:%d/%m/%Y} tại {facility}",
            f"The patient named below is to be seen again on {day:%d/%m/%Y} at {facility}",
        ),
        hands=(
            PaperLine(Wording("Bác sĩ điều trị", "Treating doctor"), same(doctor)),
            PaperLine(Wording("Người đại diện cơ sở", "For the facility"), same(facility)),
        ),
    )


def _use() -> PaperLine:
    return PaperLine(
        Wording("Lưu ý", "Note"),
        Wording(
            "Phiếu dùng một lần, đúng ngày hẹn hoặc sớm hơn nếu có dấu hiệu bất thường. Lỡ hẹn "
            "thì liên hệ cơ sở khám bệnh, chữa bệnh để được hướng dẫn.",
            "For one use, on the day or earlier with abnormal signs. If it was missed, ask the "
            "facility.",
        ),
    )
