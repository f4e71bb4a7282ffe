"""Commands on the register of facilities, and whether one may send."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import cast

from ledger.calendar import local_day
from ledger.commands.loading import Loaded, unchanged, until_settled
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.facts import Act, FactStore, History, Receipt
from ledger.identifiers import facility_stream
from ledger.records import facility
from ledger.records.facility import Facility, Fact, Level


def load_facility(facts: FactStore, code: str) -> Loaded[Facility]:
    """Return a facility.

    Raises:
        InvalidInputError: It is no facility's code.
        NotFoundError: None is registered under ``code``.
    """
    history = facts.history(facility_stream(code))
    state = _state(history)
    if state is None:
        raise NotFoundError("no facility is registered under this code")
    return Loaded(history, state)


def facility_province(facts: FactStore, code: str) -> str | None:
    """Return the code of the province that a facility lies in; None if it is unknown."""
    try:
        return load_facility(facts, code).state.province
    except (InvalidInputError, NotFoundError):
        return None


def facility_name(facts: FactStore, code: str, *, lang: str = "vi") -> str | None:
    """Return what a facility is called, in Vietnamese or English; None if it is unknown."""
    try:
        state = load_facility(facts, code).state
    except (InvalidInputError, NotFoundError):
        return None
    return state.name_en if lang == "en" else state.name


def check_may_send(facts: FactStore, code: str | None) -> Facility:
    """Return the facility ``code`` if what it sends now is taken in.

    Raises:
        RefusedError: ``facility_unknown``: not registered, suspended, or under another code now.
    """
    try:
        state = load_facility(facts, code or "").state
    except (InvalidInputError, NotFoundError):
        raise _unknown() from None
    if not state.may_send:
        raise _unknown()
    return state


def _unknown() -> RefusedError:
    return RefusedError("facility_unknown", "expected a registered facility that may send now")


def register(
    facts: FactStore,
    *,
    code: str,
    name: str,
    name_en: str,
    province: str,
    level: Level,
    act: Act,
) -> Receipt:
    """Register a facility; the same again is answered with what was recorded.

    Raises:
        RefusedError: ``facility_exists``: under this code, with other particulars.
        InvalidInputError: A part has the wrong form; names the place.
    """

    def attempt() -> Receipt:
        history = facts.history(facility_stream(code))
        known = _state(history)
        wanted = facility.register(
            None, code=code, name=name, name_en=name_en, province=province, level=level,
            on=local_day(act.at),
        )  # fmt: skip
        if known is not None and history.facts[0] == wanted:
            return unchanged(history)
        decided = facility.register(
            known, code=code, name=name, name_en=name_en, province=province, level=level,
            on=local_day(act.at),
        )  # fmt: skip
        return facts.append(act, history.then(decided))

    return until_settled(attempt)


def rename(facts: FactStore, *, code: str, name: str, name_en: str, act: Act) -> Receipt:
    """Record the new name."""
    return _take(facts, code, act, lambda state: facility.rename(state, name=name, name_en=name_en))


def recode(facts: FactStore, *, code: str, successor: str, act: Act) -> Receipt:
    """Record that the facility goes on under ``successor``, which is registered by itself.

    Raises:
        NotFoundError: ``successor`` is not registered.
    """
    load_facility(facts, successor)
    return _take(facts, code, act, lambda state: (facility.recode(state, code=successor),))


def suspend(facts: FactStore, *, code: str, legal_basis: str, act: Act) -> Receipt:
    """Let the facility neither send nor issue."""
    return _take(
        facts, code, act, lambda state: (facility.suspend(state, legal_basis=legal_basis),)
    )


def resume(facts: FactStore, *, code: str, legal_basis: str, act: Act) -> Receipt:
    """Let it send and issue again."""
    return _take(facts, code, act, lambda state: (facility.resume(state, legal_basis=legal_basis),))


def synchronise(facts: FactStore, *, code: str, since: date, act: Act) -> Receipt:
    """Record since when it is connected."""
    return _take(facts, code, act, lambda state: facility.synchronise(state, since=since))


def _state(history: History) -> Facility | None:
    return facility.fold(cast("tuple[Fact, ...]", history.facts))


def _take(
    facts: FactStore, code: str, act: Act, decide: Callable[[Facility], Sequence[Fact]]
) -> Receipt:
    def attempt() -> Receipt:
        found = load_facility(facts, code)
        decided = tuple(decide(found.state))
        if not decided:
            return unchanged(found.history)
        return facts.append(act, found.history.then(*decided))

    return until_settled(attempt)
