"""What an address says of the queue: days, step, form, province, whose, order. Nothing personal."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from projections.queue_pages import Due
from verify_api.errors import MalformedRequestError
from verify_api.officer_desk import QueueAsk, Whose
from verify_api.officer_words import COLUMNS
from verify_api.tables import read_order

STEPS: Final = range(1, 11)
_LONGEST_PROVINCE: Final = 2


def read_ask(args: Mapping[str, str]) -> QueueAsk:
    """Return what an address asks for; what it leaves out is as `QueueAsk` has it.

    Raises:
        MalformedRequestError: A value is not one of those offered; names the place.
    """
    return QueueAsk(
        due=_due(args.get("due", "")),
        step=_number("step", args.get("step", ""), STEPS),
        form=_number("form", args.get("form", ""), (1, 2)),
        province=_province(args.get("province", "")),
        whose=_whose(args.get("whose", "")),
        order=read_order(args.get("order") or None, COLUMNS).text(),
    )


def query_of(ask: QueueAsk) -> dict[str, str]:
    """Return what an address has to say of ``ask``; as little as will do."""
    said = {
        "whose": "" if ask.whose is Whose.WAITING else ask.whose.value,
        "due": "" if ask.due is Due.ALL else ask.due.value,
        "step": "" if ask.step is None else str(ask.step),
        "form": "" if ask.form is None else str(ask.form),
        "province": ask.province or "",
        "order": "" if ask.order == QueueAsk().order else ask.order,
    }
    return {name: value for name, value in said.items() if value}


def address(path: str, ask: QueueAsk, **more: str) -> str:
    """Return an address that keeps ``ask``."""
    said = urlencode({**query_of(ask), **{name: value for name, value in more.items() if value}})
    return f"{path}?{said}" if said else path


def _due(typed: str) -> Due:
    if not typed:
        return Due.ALL
    try:
        return Due(typed)
    except ValueError:
        expected = ", ".join(Due)
        raise MalformedRequestError("due", f"due: expected one of {expected}") from None


def _whose(typed: str) -> Whose:
    if not typed:
        return Whose.WAITING
    try:
        return Whose(typed)
    except ValueError:
        expected = ", ".join(Whose)
        raise MalformedRequestError("whose", f"whose: expected one of {expected}") from None


def _number(place: str, typed: str, allowed: range | tuple[int, ...]) -> int | None:
    if not typed:
        return None
    found = next((number for number in allowed if str(number) == typed), None)
    if found is None:
        raise MalformedRequestError(place, f"{place}: expected {allowed[0]} to {allowed[-1]}")
    return found


def _province(typed: str) -> str | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) == _LONGEST_PROVINCE):
        raise MalformedRequestError("province", "province: expected two digits")
    return typed
