from dataclasses import replace
from uuid import UUID

import pytest

from ledger.certificates import lifecycle
from ledger.certificates.procedure import Stage
from ledger.certificates.qr_text import to_qr_text
from ledger.errors import ConflictError
from ledger.facts import Act, RecordedFact
from ledger.records.access import Channel
from ledger.records.check import NOT_FOUND, CheckRecorded, PersonCompared
from tests_support.desk_home import DeskHome, officer
from tests_support.fake_register import Standings
from tests_support.signed_certificates import AT, code
from verify_api.callers import Caller, Role
from verify_api.check_notes import code_digest
from verify_api.ports import CheckNote
from verify_api.verdict import Logged, State, Verdict

EMPLOYER = Caller("account-7", Role.VERIFIER, "DN-MAU")
COLLEAGUE = Caller("account-8", Role.VERIFIER, "DN-MAU")


def note(
    number: int, verdict: Verdict | None, at: DeskHome, *, text: str | None = None,
    caller: Caller = EMPLOYER,
) -> CheckNote:  # fmt: skip
    digest = None if text is None else code_digest(text)
    return CheckNote(
        UUID(int=number), caller, at.at, verdict, digest, PersonCompared.NOT_COMPARED, Channel.API
    )


def kept(home: DeskHome, number: int) -> RecordedFact:
    (recorded,) = home.system.facts.history(UUID(int=number)).recorded
    return recorded


def issued(home: DeskHome) -> tuple[UUID, UUID, str]:
    request = home.bring_to(Stage.READY)
    found = home.certificate(request)
    text = to_qr_text(lifecycle.token_of(found.certificate), home.system.settings.host)
    return request, found.id, text


def test_a_genuine_certificate_is_kept_by_its_stream(home: DeskHome) -> None:
    _, certificate, text = issued(home)
    verdict = home.ports.verify(text, at=home.at)
    home.ports.record_checks([note(1, verdict, home, text=text)])
    recorded = kept(home, 1)
    assert recorded.fact == CheckRecorded(
        "valid", "judicial-record", certificate, code_digest(text), PersonCompared.NOT_COMPARED,
        "api",
    )  # fmt: skip
    assert recorded.act == Act(home.at, "account-7", "verifier", "DN-MAU")
    assert recorded.subject is None


def test_a_recalled_one_is_kept_as_revoked(home: DeskHome) -> None:
    request, certificate, text = issued(home)
    home.later(hours=1)
    home.do(request, "recall", officer(Role.SIGNER))
    home.later(seconds=1)
    home.ports.record_checks([note(1, home.ports.verify(text, at=home.at), home, text=text)])
    fact = kept(home, 1).fact
    assert isinstance(fact, CheckRecorded)
    assert (fact.state, fact.certificate) == ("revoked", certificate)


def test_a_forged_one_is_kept_without_kind_and_certificate(home: DeskHome) -> None:
    _, _, text = issued(home)
    digits = text[:-1] + str((int(text[-1]) + 1) % 10)
    verdict = home.ports.verify(digits, at=home.at)
    assert verdict.state is State.ALTERED
    home.ports.record_checks([note(1, verdict, home, text=digits)])
    fact = kept(home, 1).fact
    assert isinstance(fact, CheckRecorded)
    assert (fact.state, fact.kind, fact.certificate) == ("altered", None, None)


def test_what_was_signed_outside_of_the_register_is_not_the_registers(home: DeskHome) -> None:
    verdict = Standings().verify(code(), at=AT)
    assert verdict.token is not None
    home.ports.record_checks([note(1, verdict, home, text=code())])
    fact = kept(home, 1).fact
    assert isinstance(fact, CheckRecorded)
    assert (fact.kind, fact.certificate) == ("judicial-record", None)


def test_one_that_has_another_papers_number_is_not_that_paper(home: DeskHome) -> None:

    _, certificate, text = issued(home)
    verdict = home.ports.verify(text, at=home.at)
    other = replace(verdict, logged=Logged.NOT_FOUND)
    home.ports.record_checks([note(1, verdict, home), note(2, other, home)])
    facts = [kept(home, number).fact for number in (1, 2)]
    assert [one.certificate for one in facts if isinstance(one, CheckRecorded)] == [
        certificate, None,
    ]  # fmt: skip


def test_that_nothing_fits_is_a_state_of_its_own(home: DeskHome) -> None:
    home.ports.record_checks([note(1, None, home)])
    fact = kept(home, 1).fact
    assert isinstance(fact, CheckRecorded)
    assert (fact.state, fact.kind, fact.certificate) == (NOT_FOUND, None, None)
    assert NOT_FOUND not in {state.value for state in State}


def test_each_keeps_its_own_caller(home: DeskHome) -> None:
    callers = (EMPLOYER, EMPLOYER, COLLEAGUE, EMPLOYER)
    home.ports.record_checks(
        [note(number, None, home, caller=caller) for number, caller in enumerate(callers, 1)]
    )
    assert [kept(home, number).act.actor for number in range(1, 5)] == [
        "account-7", "account-7", "account-8", "account-7",
    ]  # fmt: skip
    home.ports.record_checks([])


def test_a_reference_that_is_taken_is_raised(home: DeskHome) -> None:
    home.ports.record_checks([note(1, None, home)])
    with pytest.raises(ConflictError):
        home.ports.record_checks([note(1, None, home)])
