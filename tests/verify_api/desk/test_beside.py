from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger.certificates import request_processing as processing
from ledger.certificates.fees import FeeStatus
from ledger.certificates.procedure import Stage
from ledger.certificates.request import Request
from ledger.certificates.request_values import RefusalGround
from ledger.commands import processing as commands
from ledger.errors import InvalidInputError, RefusedError
from ledger.facts import Act
from tests_support.desk_home import SCOPE, DeskHome, officer
from tests_support.request_desk import CALENDAR, MONDAY, after, by, request_in
from verify_api.callers import Role
from verify_api.desk.actions import ACTS
from verify_api.desk.beside import BESIDE, possible

INTAKE, CASE, SIGNER = Role.INTAKE_OFFICER, Role.CASE_OFFICER, Role.SIGNER
LATER = MONDAY + timedelta(days=14)
WORDS = {"ground": "not-competent", "explanation": "giải thích mẫu"}
DECIDE: dict[str, Callable[[Request, Act], object]] = {
    "order_refund": lambda s, act: processing.order_refund(s, act=act),
    "complete_refund": lambda s, act: processing.complete_refund(
        s, act=act, cancelled_receipt="BL-1"),
    "apologise": lambda s, act: processing.apologise(
        s, act=act, promised_on=date(2026, 12, 24), letter="XL-1"),
    "extend_deadline": lambda s, act: processing.extend_deadline(
        s, act=act, days=2, calendar=CALENDAR),
}  # fmt: skip


def situations() -> Iterator[tuple[str, Request]]:
    """Yield requests of every sort that these acts may meet."""
    for stage in (Stage.SUBMITTED, Stage.ACCEPTED, Stage.VERIFIED, Stage.READY, Stage.RETURNED):
        yield stage, request_in(stage)
    accepted = request_in(Stage.ACCEPTED)
    late = after(accepted, processing.note_missed(accepted, act=by(CASE, LATER)))
    yield "late", late
    for name, state in (("in time", accepted), ("late", late)):
        ground, act = RefusalGround.NOT_ENTITLED, by(CASE, LATER)
        refused = after(state, processing.refuse(state, act=act, ground=ground, explanation="mẫu"))
        yield f"refused {name}", refused
        ordered = after(refused, processing.order_refund(refused, act=act))
        yield f"refund ordered {name}", ordered
        yield f"refunded {name}", after(ordered, processing.complete_refund(
            ordered, act=by(INTAKE, LATER), cancelled_receipt="BL-1"))  # fmt: skip
    yield "waiting", after(accepted, processing.request_supplement(
        accepted, act=by(CASE), missing="giấy tờ mẫu", calendar=CALENDAR))  # fmt: skip


SITUATIONS = dict(situations())


@pytest.mark.parametrize("role", [INTAKE, CASE, SIGNER, Role.POLICE_CHECKER])
@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_offered_is_done_and_what_is_not_would_do_nothing(name: str, role: Role) -> None:
    state = SITUATIONS[name]
    offered = {act for act, _ in possible(state, role)}
    for act, decide in DECIDE.items():
        try:
            done = bool(decide(state, by(role, LATER)))
        except RefusedError:
            done = False
        # An apology may still be recorded after the end, but nobody is asked to write one.
        is_asked_for = act != "apologise" or name == "late"
        assert (act in offered) == (done and is_asked_for)


def test_every_act_beside_the_table_has_a_form() -> None:
    assert BESIDE.keys() == DECIDE.keys()
    assert BESIDE.keys() <= ACTS.keys()


def offered(home: DeskHome, request: UUID, role: Role) -> set[str]:
    found = home.ports.office.offers(SCOPE, role, request, at=home.at)
    return {offer.act for offer in found} & BESIDE.keys()


def test_a_fee_of_a_rejected_request_goes_back(home: DeskHome) -> None:
    request = home.bring_to(Stage.SUBMITTED)
    home.do(request, "reject", officer(INTAKE), **WORDS)
    assert offered(home, request, CASE) == set()
    assert offered(home, request, INTAKE) == {"complete_refund"}
    with pytest.raises(InvalidInputError) as refused:
        home.do(request, "complete_refund", officer(INTAKE), cancelled_receipt=" ")
    assert refused.value.place == "cancelled_receipt"
    home.do(request, "complete_refund", officer(INTAKE), cancelled_receipt="BL-1", key="once")
    head = home.system.facts.head()
    home.do(request, "complete_refund", officer(INTAKE), cancelled_receipt="BL-1", key="once")
    assert home.system.facts.head() == head
    assert home.request(request).fee.status is FeeStatus.REFUNDED
    assert offered(home, request, INTAKE) == set()
    notes = home.ports.office.file(SCOPE, INTAKE, request, at=home.at).notes
    assert [note.text.en for note in notes][-2:] == [
        "The fee goes back",
        "The fee was given back",
    ]


def test_a_fee_of_a_refused_request_goes_back_if_an_officer_orders_it(home: DeskHome) -> None:
    request = home.bring_to(Stage.ACCEPTED)
    home.do(request, "refuse", officer(CASE), **WORDS)
    assert offered(home, request, CASE) == {"order_refund"}
    home.do(request, "order_refund", officer(CASE))
    with pytest.raises(RefusedError):
        home.do(request, "order_refund", officer(CASE))
    with pytest.raises(RefusedError):
        home.do(request, "complete_refund", officer(CASE), cancelled_receipt="BL-1")
    home.do(request, "complete_refund", officer(INTAKE), cancelled_receipt="BL-1")
    assert home.request(request).fee.status is FeeStatus.REFUNDED


def test_a_missed_day_is_apologised_for_with_another_day(home: DeskHome) -> None:
    request = home.bring_to(Stage.ACCEPTED)
    assert offered(home, request, CASE) == {"extend_deadline"}
    home.later(days=14)
    commands.note_missed(home.system.facts, request=request, act=Act(home.at, "worker", "system"))
    assert offered(home, request, CASE) == {"apologise", "extend_deadline"}
    for field, typed in (("promised_on", "mai"), ("letter", "")):
        with pytest.raises(InvalidInputError) as wrong:
            home.do(request, "apologise", officer(CASE),
                    **{"promised_on": "30/11/2026", "letter": "XL-1", field: typed})  # fmt: skip
        assert wrong.value.place == field
    with pytest.raises(RefusedError) as refused:
        home.do(request, "apologise", officer(CASE), promised_on="9/11/2026", letter="XL-1")
    assert refused.value.rule == "apology_needs_a_later_day"
    home.do(request, "apologise", officer(CASE), promised_on="30/11/2026", letter="XL-1")
    deadline = home.request(request).deadline
    assert deadline is not None
    assert deadline.promised_on == date(2026, 11, 30)
    notes = home.ports.office.file(SCOPE, CASE, request, at=home.at).notes
    assert notes[-1].text.en == "A letter of apology was sent"


def test_an_incident_moves_the_day(home: DeskHome) -> None:
    request = home.bring_to(Stage.ACCEPTED)
    home.do(request, "extend_deadline", officer(CASE), days="2")
    deadline = home.request(request).deadline
    assert deadline is not None
    assert deadline.appointed_on == date(2026, 11, 18)
    for days in ("0", "91", "999999999999", "-1"):
        with pytest.raises(InvalidInputError) as wrong:
            home.do(request, "extend_deadline", officer(CASE), days=days)
        assert wrong.value.place == "days"
    with pytest.raises(RefusedError):
        home.do(request, "extend_deadline", officer(SIGNER), days="2")
