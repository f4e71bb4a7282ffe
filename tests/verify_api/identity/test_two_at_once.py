"""What two people do at the same moment comes out as if one had come after the other."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from ledger.certificates.kind import Wording
from ledger.errors import RefusedError
from tests_support.cheap_accounts import CHEAP
from tests_support.paused_callers import PausedCallers
from tests_support.service_world import PASSWORD
from tests_support.signed_certificates import AT
from verify_api.accounts import Account, Accounts
from verify_api.caller_database import CallerDatabase
from verify_api.callers import Role
from verify_api.identity.links import Links
from verify_api.identity.organisations import Organisation, OrganisationKind, Organisations

PERSON = UUID(int=7)


class Nobody:
    """A directory that is not asked."""

    def tag(self, number: str, kind: str) -> bytes:
        raise AssertionError

    def find(self, number: str, *, kind: str) -> UUID | None:
        raise AssertionError


def open_account(callers: CallerDatabase, account_id: str, *, provider_name: str) -> Account:
    links = Links(callers, Nobody(), "https://provider.example")
    return links.open_citizen(
        provider_name, PERSON, account_id=account_id, secret=bytes(32), at=AT
    )  # fmt: skip


@pytest.mark.parametrize("second_name", ["one", "another"])
def test_two_first_sign_ins_of_a_person_open_one_account(
    callers: CallerDatabase, second_name: str
) -> None:
    paused = PausedCallers(callers, after="WHERE a.subject = ?")
    with ThreadPoolExecutor(1) as beside:
        first = beside.submit(open_account, paused, "a-1", provider_name="one")
        assert paused.reached.wait(20)
        second = open_account(callers, "a-2", provider_name=second_name)
        paused.may_go_on.set()
    assert first.result().account_id == second.account_id
    assert len(Accounts(callers, cost=CHEAP).all()) == 1
    links = Links(callers, Nobody(), "https://provider.example")
    assert links.account("one") == links.account(second_name) == second


def test_of_two_administrators_who_remove_each_other_one_is_left(callers: CallerDatabase) -> None:
    employer = Organisation("DN", OrganisationKind.EMPLOYER, Wording("Đơn vị", "Employer"))
    Organisations(callers).name(employer, at=AT, by="console")
    for one in ("mot", "hai"):
        account = Account(f"a-{one}", one, one, Role.VERIFIER, "DN")
        Accounts(callers, cost=CHEAP).add(account, PASSWORD, salt=bytes(16), at=AT)
        Organisations(callers).appoint(one, at=AT, by="console")
    paused = PausedCallers(callers, after="SELECT d.organisation")
    with ThreadPoolExecutor(1) as beside:
        first = beside.submit(Organisations(paused).remove, "a-mot", "a-hai", at=AT)
        assert paused.reached.wait(20)
        with pytest.raises(RefusedError) as refused:
            Organisations(callers).remove("a-hai", "a-mot", at=AT)
        paused.may_go_on.set()
    first.result()
    assert refused.value.rule == "not_an_administrator"
    assert [one.account.name for one in Organisations(callers).members("a-mot")] == ["mot"]
