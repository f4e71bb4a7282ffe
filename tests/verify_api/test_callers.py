from uuid import UUID

import pytest

from ledger.certificates.procedure import Role as ProcedureRole
from verify_api.callers import ANONYMOUS, MAY, Action, Caller, Reach, Role, Scope, scope_of, who_may


def test_every_action_has_its_row_in_the_table() -> None:
    assert set(MAY) == set(Action)


def test_anybody_may_verify_open_a_link_and_read_figures_and_no_more() -> None:
    assert {action for action in Action if Role.ANONYMOUS in who_may(action)} == {
        Action.VERIFY,
        Action.SIGN_IN,
        Action.OPEN_SHARE,
        Action.READ_FIGURES,
    }


@pytest.mark.parametrize(
    "role", [Role.AUDITOR, Role.OPERATOR, Role.KEY_ADMINISTRATOR, Role.VERIFIER]
)
def test_whoever_does_not_work_on_files_sees_none(role: Role) -> None:
    assert role not in who_may(Action.SEE_WORK) | who_may(Action.PROCESS) | who_may(Action.SIGN)


def test_no_role_both_prepares_and_signs() -> None:
    assert not who_may(Action.PROCESS) & who_may(Action.SIGN)


def test_officers_have_the_names_that_the_procedure_gives_them() -> None:
    assert {role.value for role in who_may(Action.SEE_WORK)} <= {r.value for r in ProcedureRole}


def test_a_scope_never_reaches_past_its_caller() -> None:
    citizen = Caller("a", Role.CITIZEN, subject=UUID(int=1))
    officer = Caller("b", Role.SIGNER, "CA01")
    assert scope_of(citizen, Reach.OWN) == Scope(subject=UUID(int=1))
    assert scope_of(officer, Reach.ORGANISATION) == Scope(organisation="CA01")
    assert scope_of(officer, Reach.OWN) is None
    assert scope_of(citizen, Reach.ORGANISATION) is None
    assert scope_of(ANONYMOUS, Reach.PUBLIC) == Scope()
    assert scope_of(officer, Reach.SERVICE) == Scope()
