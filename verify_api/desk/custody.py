"""Acts about who has a file: who is offered them, when, and what is left of other acts then.

They have no row in the step table: a file stays where it is, whoever has it. What somebody has is
worked on by them alone; a colleague of the same role and authority may take it over, and says why.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from ledger.certificates.kinds.judicial_record.procedure import PROCEDURE
from ledger.certificates.procedure import Role as ProcedureRole
from ledger.certificates.request import Request, has_ended
from ledger.certificates.request_custody import DESKS
from verify_api.callers import Caller, Role
from verify_api.desk.doing import Colleagues
from verify_api.desk.fields import COLLEAGUE
from verify_api.officer_desk import Holder
from verify_api.ports import Offer

ON_CUSTODY: Final[Mapping[str, Wording]] = MappingProxyType({
    "take_file": Wording("Nhận thụ lý hồ sơ", "Take the file"),
    "take_over": Wording("Tiếp quản hồ sơ của cán bộ khác", "Take the file over"),
    "hand_over": Wording("Giao hồ sơ cho đồng nghiệp", "Give the file to a colleague"),
    "give_back": Wording("Trả hồ sơ về hàng việc", "Give the file back to the queue"),
})  # fmt: skip
"""By the act's name, as in `verify_api.desk.actions.ACTS`."""
_BOUND_BESIDE: Final = frozenset({"apologise", "extend_deadline"})
"""Acts beside the step table that are for who has the file."""
DESK_TITLES: Final[Mapping[str, Wording]] = MappingProxyType({
    Role.INTAKE_OFFICER: Wording("một cửa", "counter"),
    Role.CASE_OFFICER: Wording("thụ lý", "case officer"),
    Role.POLICE_CHECKER: Wording("hồ sơ nghiệp vụ", "police record unit"),
})  # fmt: skip


def has_desk(role: str) -> bool:
    """Tell whether officers of ``role`` have files."""
    return role in {desk.value for desk in DESKS}


def possible(state: Request, role: Role) -> tuple[tuple[str, Wording], ...]:
    """Return the acts about who has a file that officers of ``role`` may do now."""
    if not has_desk(role) or state.submitted_on is None or has_ended(state):
        return ()
    is_had = state.custody.at(role) is not None
    names = ("take_over", "hand_over", "give_back") if is_had else ("take_file",)
    return tuple((name, ON_CUSTODY[name]) for name in names)


def narrowed(
    offers: tuple[Offer, ...], state: Request, caller: Caller, colleagues: Colleagues
) -> tuple[Offer, ...]:
    """Return what is left of a role's ``offers`` for ``caller``, who has the file or not."""
    has = None if has_ended(state) else state.custody.at(caller.role)
    if has is None:
        return offers
    if has != caller.account:
        return tuple(one for one in offers if one.act == "take_over" or not _is_bound(one.act))
    others = _others(state, caller, colleagues)
    kept = (one for one in offers if one.act != "take_over" and (others or one.act != "hand_over"))
    return tuple(_with_choices(one, others) if one.act == "hand_over" else one for one in kept)


def holders(
    has: Mapping[str, str | None], account: str, officer_name: Callable[[str], str]
) -> tuple[Holder, ...]:
    """Return who has a file, in the order of the desks.

    Args:
        has: From a desk's role to the account of who has it there; nobody: empty or None.
        account: Of the one who asks.
        officer_name: From an account to a name.
    """
    return tuple(
        Holder(DESK_TITLES[desk], officer_name(officer), yours=officer == account)
        for desk in DESKS
        if (officer := has.get(desk.value))
    )


def holders_of(
    state: Request, account: str, officer_name: Callable[[str], str]
) -> tuple[Holder, ...]:
    """Return who has the file of a request; nobody once processing has ended."""
    if has_ended(state):
        return ()
    return holders({desk.value: state.custody.at(desk) for desk in DESKS}, account, officer_name)


def _others(state: Request, caller: Caller, colleagues: Colleagues) -> Mapping[str, str]:
    known = colleagues(state.draft.authority, caller.role.value)
    return {account: name for account, name in known.items() if account != caller.account}


def _with_choices(offer: Offer, others: Mapping[str, str]) -> Offer:
    choices = tuple((account, Wording(name, name)) for account, name in others.items())
    return replace(offer, fields=(replace(COLLEAGUE, choices=choices),))


def _is_bound(act: str) -> bool:
    """Tell whether an act is for who has the file: what applicants do, a counter passes on."""
    step = next((one for one in PROCEDURE.steps if one.action == act), None)
    if step is None:
        return act in _BOUND_BESIDE or act in ON_CUSTODY
    return ProcedureRole.CITIZEN not in step.roles
