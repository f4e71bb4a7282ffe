"""Officers' acts on a request that move it nowhere: a fee that goes back, a day that goes by.

They have no row in the step table, so here stands who is offered them, and when. The rules
themselves stand with the decisions, in `ledger.certificates.request_processing`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.certificates.fees import FeeStatus
from ledger.certificates.kind import Wording
from ledger.certificates.procedure import Stage
from ledger.certificates.request import Request, has_ended
from verify_api.callers import Role

ENDED_WITHOUT_RESULT: Final = frozenset(
    {Stage.REJECTED, Stage.REFUSED, Stage.WITHDRAWN, Stage.STOPPED}
)


@dataclass(frozen=True, slots=True)
class Beside:
    """One act beside the step table."""

    title: Wording
    roles: frozenset[Role]
    is_possible: Callable[[Request], bool]


def _may_order_refund(state: Request) -> bool:
    fee = state.fee
    is_to_be_ordered = fee.status not in {FeeStatus.REFUND_ORDERED, FeeStatus.REFUNDED}
    return state.stage in ENDED_WITHOUT_RESULT and fee.paid > 0 and is_to_be_ordered


def _may_complete_refund(state: Request) -> bool:
    return state.fee.status is FeeStatus.REFUND_ORDERED


def _may_apologise(state: Request) -> bool:
    """Only while somebody still waits: of what has ended, no day can be promised."""
    missed = state.deadline is not None and state.deadline.missed is not None
    return missed and not has_ended(state)


def _may_extend(state: Request) -> bool:
    running = state.deadline is not None and state.deadline.suspended_on is None
    return running and not has_ended(state)


_OFFICERS: Final = frozenset({Role.INTAKE_OFFICER, Role.CASE_OFFICER})

BESIDE: Final[Mapping[str, Beside]] = MappingProxyType({
    "order_refund": Beside(
        Wording("Quyết định hoàn phí", "Order the fee back"), _OFFICERS, _may_order_refund),
    "complete_refund": Beside(
        Wording("Xác nhận đã hoàn phí", "Record that the fee was given back"),
        frozenset({Role.INTAKE_OFFICER}), _may_complete_refund),
    "apologise": Beside(
        Wording("Gửi thư xin lỗi, hẹn lại ngày trả", "Apologise, and promise another day"),
        _OFFICERS, _may_apologise),
    "extend_deadline": Beside(
        Wording("Lùi ngày hẹn do sự cố hệ thống", "Move the day: a system was down"),
        _OFFICERS, _may_extend),
})  # fmt: skip
"""By the act's name, as in `verify_api.desk.actions.ACTS`."""


def possible(state: Request, role: Role) -> tuple[tuple[str, Wording], ...]:
    """Return the acts beside the step table that ``role`` may do on a request now."""
    return tuple(
        (name, act.title)
        for name, act in BESIDE.items()
        if role in act.roles and act.is_possible(state)
    )
