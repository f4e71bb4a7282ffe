"""Papers at an officer's desk: made once, for who may see them, and not before their time."""

import pytest

from ledger.certificates.procedure import Stage
from ledger.certificates.request_values import Form
from ledger.errors import NotFoundError
from tests_support.desk_home import SCOPE, DeskHome
from verify_api.callers import Role
from verify_api.desk.office import may_see_paper

INTAKE, CASE, SIGNER = Role.INTAKE_OFFICER, Role.CASE_OFFICER, Role.SIGNER


def test_a_paper_is_made_once_and_bears_no_name_in_its_file_name(home: DeskHome) -> None:
    request = home.bring_to(Stage.READY)
    paper = home.ports.office.paper(SCOPE, Role.SIGNER, request, at=home.at)
    assert paper.pdf.startswith(b"%PDF")
    assert paper.file_name == "1-LLTP-CA01.pdf"
    home.later(days=1)
    assert home.ports.office.paper(SCOPE, Role.SIGNER, request, at=home.at) == paper


@pytest.mark.parametrize(
    ("form", "roles"),
    [(Form.ONE, {INTAKE, CASE, SIGNER}), (Form.TWO, {CASE, SIGNER})],
)
def test_a_paper_is_for_roles_that_may_see_what_it_says(form: Form, roles: set[Role]) -> None:
    assert {role for role in Role if may_see_paper(role, form)} == roles


def test_a_role_that_may_not_see_a_paper_finds_none(home: DeskHome) -> None:
    request = home.bring_to(Stage.READY)
    with pytest.raises(NotFoundError):
        home.ports.office.paper(SCOPE, Role.POLICE_CHECKER, request, at=home.at)
    assert not home.ports.office.file(SCOPE, Role.POLICE_CHECKER, request, at=home.at).has_paper


@pytest.mark.parametrize("stage", [Stage.ACCEPTED, Stage.ISSUING])
def test_there_is_no_paper_before_the_issue(home: DeskHome, stage: Stage) -> None:
    request = home.bring_to(stage)
    with pytest.raises(NotFoundError):
        home.ports.office.paper(SCOPE, Role.SIGNER, request, at=home.at)
    assert not home.ports.office.file(SCOPE, CASE, request, at=home.at).has_paper
