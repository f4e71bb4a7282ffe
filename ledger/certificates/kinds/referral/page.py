"""What is printed of a referral, in the order of the circular's form.

To whom, the register number, what was found and done, the three reasons with the one that holds,
the time of transfer, whether it holds for one year, who escorts, who signs.

Source: Circular 01/2025/TT-BYT, appendix VI (the layout; the words beside it are ours).
"""

from collections.abc import Mapping
from typing import Final

from ledger.certificates import health_paper as form
from ledger.certificates.health_paper import same
from ledger.certificates.kind import Paper, PaperLine, Wording
from ledger.certificates.kinds.referral.claims import FIELDS, REASONS

TICKED: Final = "■"
OPEN: Final = "□"

_AFTER_FINDINGS: Final = ("onward_treatment", "transferred", "transport")
"""Fields that the form has below the reasons."""
_JOINED: Final = frozenset({
    "cards", "cards_until", "arrived", "admitted", "discharged", "escort_name", "escort_title",
})  # fmt: skip
"""Fields that share a line."""
_STAY: Final = next(place for place, one in enumerate(FIELDS) if one.name == "cards")


def paper(content: Mapping[str, object]) -> Paper:
    """Return what is printed of a checked ``content``."""
    printed = [one for one in FIELDS if one.name not in _JOINED]
    first = [one for one in printed if FIELDS.index(one) < _STAY]
    findings = [one for one in printed if one not in first and one.name not in _AFTER_FINDINGS]
    after = [one for one in printed if one.name in _AFTER_FINDINGS]
    sender = str(content["facility_name"])
    return Paper(
        lines=(
            *form.lines_of(content, first),
            *form.card_lines(content),
            *form.stay_lines(content),
            *form.lines_of(content, findings),
            _reasons(content["reason"]),
            *form.lines_of(content, after),
            *_escort(content),
            _one_year(ticked=bool(content.get("one_year"))),
        ),
        statement=Wording(
            f"{sender} trân trọng giới thiệu người bệnh có tên dưới đây",
            f"{sender} refers the patient named below",
        ),
        addressee=_addressee(content),
        hands=_hands(content),
    )


def _addressee(content: Mapping[str, object]) -> Wording:
    names = content["to_names"]
    assert isinstance(names, list | tuple), "the field's check has seen it"
    told = "; ".join(str(name) for name in names)
    return Wording(f"Kính gửi: {told}", f"To: {told}")


def _reasons(reason: object) -> PaperLine:
    """Return the three boxes of the form, the one that holds filled in."""
    boxes = [(TICKED if code == reason else OPEN, words) for code, words in REASONS.items()]
    return PaperLine(
        Wording("Lý do chuyển cơ sở", "Reason for the referral"),
        Wording(
            "\n".join(f"{box} {words.vi}" for box, words in boxes),
            "\n".join(f"{box} {words.en}" for box, words in boxes),
        ),
    )


def _escort(content: Mapping[str, object]) -> tuple[PaperLine, ...]:
    told = [str(content[name]) for name in ("escort_name", "escort_title") if name in content]
    if not told:
        return ()
    return (PaperLine(Wording("Người hộ tống", "Escort"), same(", ".join(told))),)


def _one_year(*, ticked: bool) -> PaperLine:
    box = TICKED if ticked else OPEN
    return PaperLine(
        Wording("Giá trị của phiếu", "Validity"),
        Wording(
            f"{box} Có giá trị 1 năm kể từ ngày ký (bệnh thuộc phụ lục III)\n"
            f"{OPEN if ticked else TICKED} Có giá trị 10 ngày làm việc kể từ ngày ký",
            f"{box} One year from signing (disease of appendix III)\n"
            f"{OPEN if ticked else TICKED} Ten working days from signing",
        ),
    )


def _hands(content: Mapping[str, object]) -> tuple[PaperLine, ...]:
    doctor = str(content.get("doctor_name", form.shown(content["doctors"])))
    return (
        PaperLine(Wording("Bác sĩ điều trị", "Treating doctor"), same(doctor)),
        PaperLine(
            Wording("Người đại diện cơ sở", "For the facility"), same(str(content["facility_name"]))
        ),
    )
