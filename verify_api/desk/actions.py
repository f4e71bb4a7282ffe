"""Every act of an officer as one row: what its form asks for, and the command that it is.

The step table says who may do it and when; this table only says with which values. Adding a field
or an act is one row here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from keys.trust_list import TrustedKey
from ledger.calendar import WorkingCalendar
from ledger.certificates.kind import Wording
from ledger.certificates.lifecycle_facts import Reason
from ledger.certificates.request_values import Delivery, Police, RefusalGround
from ledger.commands import certificates, certification, issuing, processing, requests
from ledger.commands.certificates import WrittenDecision
from ledger.commands.issuing import IssuingDesk
from ledger.errors import InvalidInputError
from ledger.facts import Act, FactStore, Idempotency
from verify_api.ports import Field, FieldSort

JUDICIAL: Final = 1
"""Document type of the judicial record certificate."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What acts need besides their values."""

    facts: FactStore
    calendar: WorkingCalendar
    issuing: IssuingDesk
    issuing_key: Callable[[str, int], TrustedKey]
    """From authority and document type to the key that signs now."""
    new_id: Callable[[], UUID]


@dataclass(frozen=True, slots=True)
class Doing:
    """One act about to be done."""

    desk: Desk
    request: UUID
    certificate: UUID | None
    authority: str
    act: Act
    values: Mapping[str, str]
    idempotency: Idempotency

    def text(self, name: str) -> str:
        """Return a field that must be filled in.

        Raises:
            InvalidInputError: It is empty.
        """
        value = self.values.get(name, "").strip()
        if not value:
            raise InvalidInputError(name, "missing", "a value")
        return value

    def day(self, name: str) -> date:
        """Return a field that is a day.

        Raises:
            InvalidInputError: It is none.
        """
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            raise InvalidInputError(name, "no_such_day", "a day as yyyy-mm-dd") from None

    def number(self, name: str) -> int:
        """Return a field that is a whole number.

        Raises:
            InvalidInputError: It is none.
        """
        value = self.text(name)
        if not (value.isascii() and value.isdigit()):
            raise InvalidInputError(name, "not_a_number", "digits")
        return int(value)

    def choice(self, name: str, allowed: type[StrEnum]) -> str:
        """Return a field that is one of an enumeration's values.

        Raises:
            InvalidInputError: It is another.
        """
        value = self.text(name)
        if value not in set(allowed):
            raise InvalidInputError(name, "unknown_choice", "one of the values offered")
        return value

    @property
    def certificate_on_file(self) -> UUID:
        """The request's certificate.

        Raises:
            InvalidInputError: It has none.
        """
        if self.certificate is None:
            raise InvalidInputError("certificate", "missing", "a request with a certificate")
        return self.certificate


@dataclass(frozen=True, slots=True)
class Row:
    """One act."""

    do: Callable[[Doing], object]
    fields: tuple[Field, ...] = ()
    serious: bool = False


def _accept(d: Doing) -> None:
    processing.accept(
        d.desk.facts, request=d.request, act=d.act, calendar=d.desk.calendar,
        idempotency=d.idempotency,
    )  # fmt: skip


def _reject(d: Doing) -> None:
    processing.reject(
        d.desk.facts, request=d.request, ground=d.choice("ground", RefusalGround),
        explanation=d.text("explanation"), act=d.act, idempotency=d.idempotency,
    )  # fmt: skip


def _require_payment(d: Doing) -> None:
    processing.require_payment(
        d.desk.facts, request=d.request, amount=d.number("amount"), act=d.act,
        idempotency=d.idempotency,
    )  # fmt: skip


def _request_supplement(d: Doing) -> None:
    processing.request_supplement(
        d.desk.facts, request=d.request, missing=d.text("missing"), act=d.act,
        calendar=d.desk.calendar, idempotency=d.idempotency,
    )  # fmt: skip


def _receive_supplement(d: Doing) -> None:
    requests.receive_supplement(
        d.desk.facts, request=d.request, act=d.act, calendar=d.desk.calendar,
        idempotency=d.idempotency,
    )  # fmt: skip


def _forward(d: Doing) -> None:
    processing.forward(
        d.desk.facts, request=d.request, reference=d.text("reference"), act=d.act,
        idempotency=d.idempotency,
    )  # fmt: skip


def _acknowledge(d: Doing) -> None:
    processing.acknowledge(
        d.desk.facts, request=d.request, reference=d.text("reference"), act=d.act,
        idempotency=d.idempotency,
    )  # fmt: skip


def _request_lookup(d: Doing) -> None:
    processing.request_lookup(d.desk.facts, request=d.request, act=d.act, idempotency=d.idempotency)


def _complete_lookup(d: Doing) -> None:
    processing.complete_lookup(
        d.desk.facts, request=d.request, act=d.act, idempotency=d.idempotency
    )


def _request_police_check(d: Doing) -> None:
    processing.request_police_check(
        d.desk.facts, request=d.request, act=d.act, idempotency=d.idempotency
    )


def _complete_police_check(d: Doing) -> None:
    processing.complete_police_check(
        d.desk.facts, request=d.request, police=Police(d.choice("police", Police)), act=d.act,
        idempotency=d.idempotency,
    )  # fmt: skip


def _record_result(d: Doing) -> None:
    processing.record_result(
        d.desk.facts, request=d.request, act=d.act, calendar=d.desk.calendar,
        explanation=d.values.get("explanation") or None, idempotency=d.idempotency,
    )  # fmt: skip


def _begin_certificate(d: Doing) -> None:
    certification.draft_certificate(
        d.desk.facts, request=d.request, certificate=d.desk.new_id(), act=d.act,
        idempotency=d.idempotency,
    )  # fmt: skip


def _drop_certificate(d: Doing) -> None:
    certification.drop_certificate(
        d.desk.facts, request=d.request, act=d.act, idempotency=d.idempotency
    )


def _sign(d: Doing) -> None:
    """Sign, seal and issue, then say so in the request."""
    certificate = d.certificate_on_file
    key = d.desk.issuing_key(d.authority, JUDICIAL)
    issuing.issue(d.desk.issuing, certificate=certificate, key=key, act=d.act)
    certification.mark_ready(
        d.desk.facts, request=d.request, certificate=certificate, act=d.act,
        idempotency=d.idempotency,
    )  # fmt: skip


def _deliver(d: Doing) -> None:
    certification.deliver(
        d.desk.facts, request=d.request, delivery=Delivery(d.choice("delivery", Delivery)),
        act=d.act, idempotency=d.idempotency,
    )  # fmt: skip


def _dispatch_copy(d: Doing) -> None:
    certification.dispatch_copy(
        d.desk.facts, request=d.request, delivery=Delivery(d.choice("delivery", Delivery)),
        act=d.act, tracking=d.values.get("tracking") or None, idempotency=d.idempotency,
    )  # fmt: skip


def _accept_withdrawal(d: Doing) -> None:
    processing.accept_withdrawal(
        d.desk.facts, request=d.request, act=d.act, idempotency=d.idempotency
    )


def _stop(d: Doing) -> None:
    processing.stop(
        d.desk.facts, request=d.request, ground=d.text("stop_ground"),
        explanation=d.text("explanation"), act=d.act, idempotency=d.idempotency,
    )  # fmt: skip


def _refuse(d: Doing) -> None:
    processing.refuse(
        d.desk.facts, request=d.request,
        ground=RefusalGround(d.choice("ground", RefusalGround)),
        explanation=d.text("explanation"), act=d.act, idempotency=d.idempotency,
    )  # fmt: skip


def _recall(d: Doing) -> None:
    certificates.recall(
        d.desk.facts, certificate=d.certificate_on_file, decision=_decision(d),
        summary=d.text("summary"), act=d.act,
    )  # fmt: skip


def _cancel(d: Doing) -> None:
    certificates.cancel(
        d.desk.facts, certificate=d.certificate_on_file, decision=_decision(d),
        summary=d.text("summary"), act=d.act,
    )  # fmt: skip


def _decision(d: Doing) -> WrittenDecision:
    return WrittenDecision(
        number=d.text("decision_number"),
        date=d.day("decision_date"),
        reason=Reason(d.choice("reason", Reason)),
        document=d.text("decision_text").encode(),
    )


_EXPLANATION = Field("explanation", Wording("Giải thích", "Explanation"), FieldSort.LONG_TEXT)
_REFERENCE = Field("reference", Wording("Mã tham chiếu", "Reference"))
_GROUND = Field("ground", Wording("Căn cứ", "Ground"), FieldSort.CHOICE, choices=(
    (RefusalGround.NOT_COMPETENT.value, Wording("Không thuộc thẩm quyền", "Not competent")),
    (RefusalGround.NOT_ENTITLED.value,
     Wording("Không có quyền yêu cầu", "The requester is not entitled")),
    (RefusalGround.INCOMPLETE_OR_FORGED.value,
     Wording("Hồ sơ thiếu hoặc giả mạo", "Incomplete or forged")),
))  # fmt: skip
_DELIVERY = Field("delivery", Wording("Cách trả", "Channel"), FieldSort.CHOICE, choices=(
    (Delivery.VNEID.value, Wording("VNeID", "VNeID")),
    (Delivery.PORTAL.value, Wording("Cổng dịch vụ công", "Public service portal")),
    (Delivery.POST.value, Wording("Bưu điện", "Post")),
    (Delivery.COUNTER.value, Wording("Tại quầy", "Counter")),
))  # fmt: skip
_POLICE = Field("police", Wording("Kết quả tra cứu", "What was found"), FieldSort.CHOICE, choices=(
    (Police.NONE.value, Wording("Không có thông tin", "Nothing")),
    (Police.POSSIBLE.value, Wording("Có thể trùng, cần xác minh", "Possibly; to be verified")),
    (Police.HIT.value, Wording("Có thông tin", "A hit")),
))  # fmt: skip
_DECISION = (
    Field("decision_number", Wording("Số quyết định", "Number of the decision")),
    Field("decision_date", Wording("Ngày quyết định", "Day of the decision"), FieldSort.DATE),
    Field("reason", Wording("Lý do", "Reason"), FieldSort.CHOICE, choices=(
        (Reason.CONTENT_MISSING.value, Wording("Thiếu nội dung", "Content is missing")),
        (Reason.CONTENT_WRONG.value, Wording("Nội dung sai", "Content is wrong")),
        (Reason.CONTENT_UNLAWFUL.value, Wording("Nội dung trái luật", "Content is unlawful")),
        (Reason.ISSUED_AGAINST_PROCEDURE.value,
         Wording("Cấp sai quy trình", "Issued against procedure")),
        (Reason.OBTAINED_BY_FRAUD.value, Wording("Có được do gian dối", "Obtained by fraud")),
    )),
    Field("summary", Wording("Trích yếu", "Summary")),
    Field("decision_text", Wording("Toàn văn quyết định", "Text of the decision"),
          FieldSort.LONG_TEXT),
)  # fmt: skip

ACTS: Final[Mapping[str, Row]] = MappingProxyType({
    "accept": Row(_accept),
    "reject": Row(_reject, (_GROUND, _EXPLANATION), serious=True),
    "require_payment": Row(_require_payment, (
        Field("amount", Wording("Số tiền (đồng)", "Amount (VND)"), FieldSort.NUMBER),)),
    "request_supplement": Row(_request_supplement, (
        Field("missing", Wording("Giấy tờ còn thiếu", "What is missing"), FieldSort.LONG_TEXT),)),
    "receive_supplement": Row(_receive_supplement),
    "forward": Row(_forward, (_REFERENCE,)),
    "acknowledge": Row(_acknowledge, (_REFERENCE,)),
    "request_lookup": Row(_request_lookup),
    "complete_lookup": Row(_complete_lookup),
    "request_police_check": Row(_request_police_check),
    "complete_police_check": Row(_complete_police_check, (_POLICE,)),
    "record_result": Row(_record_result, (
        Field("explanation", Wording("Giải thích (nếu tra cứu có thông tin)",
                                     "Explanation (after a hit)"),
              FieldSort.LONG_TEXT, required=False),)),
    "begin_certificate": Row(_begin_certificate),
    "drop_certificate": Row(_drop_certificate, serious=True),
    "mark_ready": Row(_sign),
    "deliver": Row(_deliver, (_DELIVERY,)),
    "dispatch_copy": Row(_dispatch_copy, (
        _DELIVERY,
        Field("tracking", Wording("Mã vận đơn", "Tracking number"), required=False))),
    "accept_withdrawal": Row(_accept_withdrawal),
    "stop": Row(_stop, (Field("stop_ground", Wording("Mã căn cứ", "Ground (code)")),
                        _EXPLANATION), serious=True),
    "refuse": Row(_refuse, (_GROUND, _EXPLANATION), serious=True),
    "recall": Row(_recall, _DECISION, serious=True),
    "cancel": Row(_cancel, _DECISION, serious=True),
})  # fmt: skip
"""By the step table's action; ``recall`` and ``cancel`` are acts on a certificate in force."""
