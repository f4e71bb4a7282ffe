"""Every act of an officer as one row: what its form asks for, and the command that it is.

The step table says who may do it and when; this table only says with which values. Adding an act
is one row here. Some stand beside the step table: ``supplement``, ``recall`` and ``cancel`` are
acts on a certificate in force; for the others `verify_api.desk.beside` says who and when, and for
corrections `verify_api.desk.corrections`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Sex, Wording
from ledger.certificates.kinds.judicial_record import KIND
from ledger.certificates.lifecycle import Certificate, Phase
from ledger.certificates.request_custody import Reason as TakeOver
from ledger.certificates.request_values import Delivery, Police, RefusalGround
from ledger.commands import (
    certificates,
    certification,
    corrections,
    custody,
    issuing,
    processing,
    requests,
)
from ledger.commands.corrections import Changes
from ledger.errors import InvalidInputError
from verify_api.desk import fields
from verify_api.desk.doing import Doing
from verify_api.ports import Field


def _never(_doing: Doing, _state: Certificate) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Row:
    """One act."""

    do: Callable[[Doing], object]
    fields: tuple[Field, ...] = ()
    serious: bool = False
    is_done: Callable[[Doing, Certificate], bool] = _never
    """Whether this very deed stands already; for commands that keep no idempotency key."""


def _pay(d: Doing) -> None:
    requests.pay(
        d.desk.facts, request=d.request, amount=d.number("amount"), receipt=d.text("receipt"),
        act=d.act, idempotency=d.idempotency,
    )  # fmt: skip


def _exempt(d: Doing) -> None:
    requests.exempt(
        d.desk.facts, request=d.request, ground=d.text("ground"), act=d.act,
        idempotency=d.idempotency,
    )  # fmt: skip


def _submit(d: Doing) -> None:
    requests.submit(d.desk.facts, request=d.request, act=d.act, idempotency=d.idempotency)


def _request_withdrawal(d: Doing) -> None:
    requests.request_withdrawal(
        d.desk.facts, request=d.request, act=d.act, idempotency=d.idempotency
    )


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
        d.desk.facts, request=d.request, police=d.choice("police", Police), act=d.act,
        idempotency=d.idempotency,
    )  # fmt: skip


def _record_result(d: Doing) -> None:
    processing.record_result(
        d.desk.facts, request=d.request, act=d.act, calendar=d.desk.calendar,
        explanation=d.optional("explanation"), idempotency=d.idempotency,
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
    """Sign, seal and issue, then say so in the request.

    A kill after any of the three leaves what the next try goes on from, whoever tries: an intent
    is finished by anybody, and an issued certificate only has to be told to its request.
    """
    found = d.certificate_on_file
    if found.certificate.intent is None:
        key = d.desk.issuing_key(d.authority, KIND.document_type)
        issuing.issue(d.desk.issuing, certificate=found.id, key=key, act=d.act)
    else:
        issuing.finish(d.desk.issuing, certificate=found.id, act=d.act)
    certification.mark_ready(
        d.desk.facts, request=d.request, certificate=found.id, act=d.act,
        idempotency=d.idempotency,
    )  # fmt: skip


def _deliver(d: Doing) -> None:
    certification.deliver(
        d.desk.facts, request=d.request, delivery=d.choice("delivery", Delivery), act=d.act,
        idempotency=d.idempotency,
    )  # fmt: skip


def _dispatch_copy(d: Doing) -> None:
    certification.dispatch_copy(
        d.desk.facts, request=d.request, delivery=d.choice("delivery", Delivery), act=d.act,
        tracking=d.optional("tracking"), idempotency=d.idempotency,
    )  # fmt: skip


def _accept_withdrawal(d: Doing) -> None:
    processing.accept_withdrawal(
        d.desk.facts, request=d.request, act=d.act, idempotency=d.idempotency
    )


def _stop(d: Doing) -> None:
    processing.stop(
        d.desk.facts, request=d.request, ground=d.text("ground"),
        explanation=d.text("explanation"), act=d.act, idempotency=d.idempotency,
    )  # fmt: skip


def _refuse(d: Doing) -> None:
    processing.refuse(
        d.desk.facts, request=d.request, ground=d.choice("ground", RefusalGround),
        explanation=d.text("explanation"), act=d.act, idempotency=d.idempotency,
    )  # fmt: skip


def _order_refund(d: Doing) -> None:
    processing.order_refund(d.desk.facts, request=d.request, act=d.act, idempotency=d.idempotency)


def _complete_refund(d: Doing) -> None:
    processing.complete_refund(
        d.desk.facts, request=d.request, cancelled_receipt=d.text("cancelled_receipt"), act=d.act,
        idempotency=d.idempotency,
    )  # fmt: skip


def _apologise(d: Doing) -> None:
    processing.apologise(
        d.desk.facts, request=d.request, promised_on=d.day("promised_on"), letter=d.text("letter"),
        act=d.act, idempotency=d.idempotency,
    )  # fmt: skip


def _extend_deadline(d: Doing) -> None:
    processing.extend_deadline(
        d.desk.facts, request=d.request, days=d.number("days"), act=d.act,
        calendar=d.desk.calendar, idempotency=d.idempotency,
    )  # fmt: skip


def _supplement(d: Doing) -> None:
    certificates.supplement(
        d.desk.facts, certificate=d.certificate_on_file.id, decision=d.decision(),
        addition=d.text("addition"), act=d.act,
    )  # fmt: skip


def _is_supplemented(d: Doing, state: Certificate) -> bool:
    decision, addition = d.decision().recorded(), d.text("addition")
    return any(made.decision == decision and made.addition == addition
               for made in state.supplements)  # fmt: skip


def _recall(d: Doing) -> None:
    certificates.recall(
        d.desk.facts, certificate=d.certificate_on_file.id, decision=d.decision(),
        summary=d.text("summary"), act=d.act,
    )  # fmt: skip


def _is_recalled(d: Doing, state: Certificate) -> bool:
    return state.phase is Phase.RECALLED and state.decision == d.decision().recorded()


def _cancel(d: Doing) -> None:
    certificates.cancel(
        d.desk.facts, certificate=d.certificate_on_file.id, decision=d.decision(),
        summary=d.text("summary"), act=d.act,
    )  # fmt: skip


def _is_cancelled(d: Doing, state: Certificate) -> bool:
    return state.phase is Phase.CANCELLED and state.decision == d.decision().recorded()


def _draft_correction(d: Doing) -> None:
    sex = d.optional("sex")
    corrections.draft(
        d.desk.facts, request=d.request, certificate=d.certificate_on_file.id,
        decision=d.decision(),
        changes=Changes(
            name=d.optional("name"),
            birth_date=d.day("birth_date") if d.optional("birth_date") else None,
            sex=None if sex is None else Sex(int(d.choice("sex", fields.SexChoice))),
        ),
        act=d.act, idempotency=d.idempotency,
    )  # fmt: skip


def _sign_correction(d: Doing) -> None:
    """Sign, seal and issue it; the certificate that it corrects is superseded with that."""
    found = corrections.require(d.desk.facts, d.certificate_on_file.id)
    if found.certificate.intent is None:
        key = d.desk.issuing_key(d.authority, KIND.document_type)
        issuing.issue(d.desk.issuing, certificate=found.id, key=key, act=d.act)
    else:
        issuing.finish(d.desk.issuing, certificate=found.id, act=d.act)


def _is_corrected(d: Doing, state: Certificate) -> bool:
    """Say whether the certificate that counts now is a correction that this officer signed."""
    signed = state.intent is not None and state.intent.signer == d.act.actor
    if not signed or state.drafted.correction is None:
        return False
    return corrections.pending(d.desk.facts, d.certificate_on_file.id) is None


def _drop_correction(d: Doing) -> None:
    corrections.drop(
        d.desk.facts, certificate=d.certificate_on_file.id, act=d.act, idempotency=d.idempotency
    )


def _take_file(d: Doing) -> None:
    custody.take_file(d.desk.facts, request=d.request, act=d.act, idempotency=d.idempotency)


def _take_over(d: Doing) -> None:
    custody.take_file(
        d.desk.facts, request=d.request, act=d.act,
        reason=d.choice("take_over_reason", TakeOver), idempotency=d.idempotency,
    )  # fmt: skip


def _hand_over(d: Doing) -> None:
    officer = d.text("officer")
    if officer not in d.desk.colleagues(d.authority, d.act.role):
        raise InvalidInputError("officer", "unknown_choice", "one of the colleagues offered")
    custody.hand_over(
        d.desk.facts, request=d.request, officer=officer, act=d.act, idempotency=d.idempotency
    )


def _give_back(d: Doing) -> None:
    custody.give_back(d.desk.facts, request=d.request, act=d.act, idempotency=d.idempotency)


ACTS: Final[Mapping[str, Row]] = MappingProxyType({
    "pay": Row(_pay, (fields.AMOUNT, fields.RECEIPT)),
    "exempt": Row(_exempt, (fields.WAIVER_GROUND,)),
    "submit": Row(_submit),
    "accept": Row(_accept),
    "reject": Row(_reject, (fields.GROUND, fields.EXPLANATION), serious=True),
    "require_payment": Row(_require_payment, (fields.AMOUNT,)),
    "request_supplement": Row(_request_supplement, (fields.MISSING,)),
    "receive_supplement": Row(_receive_supplement),
    "forward": Row(_forward, (fields.REFERENCE,)),
    "acknowledge": Row(_acknowledge, (fields.REFERENCE,)),
    "request_lookup": Row(_request_lookup),
    "complete_lookup": Row(_complete_lookup),
    "request_police_check": Row(_request_police_check),
    "complete_police_check": Row(_complete_police_check, (fields.POLICE,)),
    "record_result": Row(_record_result, (fields.HIT_EXPLANATION,)),
    "begin_certificate": Row(_begin_certificate),
    "drop_certificate": Row(_drop_certificate, serious=True),
    "mark_ready": Row(_sign),
    "deliver": Row(_deliver, (fields.DELIVERY,)),
    "dispatch_copy": Row(_dispatch_copy, (fields.COPY_DELIVERY, fields.TRACKING)),
    "request_withdrawal": Row(_request_withdrawal, serious=True),
    "accept_withdrawal": Row(_accept_withdrawal),
    "stop": Row(_stop, (fields.STOP_GROUND, fields.EXPLANATION), serious=True),
    "refuse": Row(_refuse, (fields.GROUND, fields.EXPLANATION), serious=True),
    "order_refund": Row(_order_refund, serious=True),
    "complete_refund": Row(_complete_refund, (fields.CANCELLED_RECEIPT,)),
    "apologise": Row(_apologise, (fields.PROMISED_ON, fields.LETTER)),
    "extend_deadline": Row(_extend_deadline, (fields.DAYS,), serious=True),
    "supplement": Row(
        _supplement, (*fields.DECISION, fields.ADDITION), serious=True, is_done=_is_supplemented
    ),
    "recall": Row(_recall, (*fields.DECISION, fields.SUMMARY), serious=True, is_done=_is_recalled),
    "cancel": Row(_cancel, (*fields.DECISION, fields.SUMMARY), serious=True, is_done=_is_cancelled),
    "draft_correction": Row(_draft_correction, (*fields.DECISION, *fields.CORRECTED), serious=True),
    "sign_correction": Row(_sign_correction, is_done=_is_corrected),
    "drop_correction": Row(_drop_correction, serious=True),
    "take_file": Row(_take_file),
    "take_over": Row(_take_over, (fields.TAKE_OVER_REASON,)),
    "hand_over": Row(_hand_over, (fields.COLLEAGUE,)),
    "give_back": Row(_give_back),
})  # fmt: skip
"""By the step table's action, and the acts beside it."""

ON_CERTIFICATES: Final[Mapping[str, Wording]] = MappingProxyType({
    "supplement": Wording("Bổ sung nội dung Phiếu", "Supplement the certificate"),
    "recall": Wording("Thu hồi Phiếu", "Recall the certificate"),
    "cancel": Wording("Huỷ bỏ Phiếu", "Cancel the certificate"),
})  # fmt: skip
"""Acts on a certificate in force, which its signer does by a written decision."""
