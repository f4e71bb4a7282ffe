"""Whether the log has a certificate: asked of the log itself, or of a proof that the holder has."""

import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.certificates.qr_text import from_qr_text
from ledger.commands import certificates
from ledger.commands import keys as key_commands
from ledger.errors import InvalidInputError, NotFoundError, ProofError, RefusedError, TamperedError
from ledger.facts import Act
from ledger.store.opening import LARGEST_OPENING, entry_of, open_issue, read_opening
from ledger.transparency.log import index_of
from ledger.transparency.proof import parse_proof
from tests_support.desk_home import AUTHORITY, DeskHome
from tests_support.logged_home import LoggedHome
from tests_support.memory_log import MemoryLog
from tests_support.service_world import open_world
from verify_api.desk.log_look import LedgerLog
from verify_api.desk.noticeboard import Noticeboard
from verify_api.desk.register import LedgerRegister, LedgerVerifier
from verify_api.held_proof import proven
from verify_api.service import create_service
from verify_api.verdict import Logged, Overall, Reason, State


@pytest.fixture
def logged(home: DeskHome) -> LoggedHome:
    begun = LoggedHome(home)
    begun.publish()  # so that what is issued next is not older than the log
    return begun


def test_a_certificate_is_in_the_log_once_a_cosigned_head_covers_it(logged: LoggedHome) -> None:
    certificate, text = logged.issue()
    young = logged.ask(text)
    assert (young.logged, young.overall) == (Logged.TOO_YOUNG, Overall.CANNOT_TELL)
    head = logged.publish()
    verdict = logged.ask(text)
    assert (verdict.logged, verdict.overall) == (Logged.IN_LOG, Overall.VALID)
    position, _ = open_issue(logged.home.system.facts, certificate)
    assert verdict.evidence.log.index == index_of(position)
    assert verdict.evidence.log.logged_at == head.quorum_at
    assert (verdict.evidence.log.size, verdict.evidence.log.witnesses) == (head.size, 1)


def test_without_a_log_nothing_is_said_of_it(home: DeskHome) -> None:
    _, text = LoggedHome(home).issue()
    assert home.ports.verify(text, at=home.at).logged is Logged.NOT_CHECKED


def test_a_log_with_another_leaf_in_its_place_does_not_have_it(logged: LoggedHome) -> None:
    certificate, text = logged.issue()
    position, _ = open_issue(logged.home.system.facts, certificate)
    entries = logged.home.system.facts.entries(after=0, limit=100_000)
    entries[index_of(position)] = b"\x01" + bytes(64)
    other = MemoryLog()
    other.add(*entries)
    other.publish(logged.home.at)
    verdict = replace(logged, log=other).ask(text)
    assert (verdict.state, verdict.logged) == (State.NOT_IN_REGISTER, Logged.NOT_FOUND)


def test_a_row_that_was_edited_is_no_answer(logged: LoggedHome) -> None:
    certificate, text = logged.issue()
    logged.publish()
    file = Path(logged.home.system.settings.ledger.removeprefix("sqlite:///"))
    with sqlite3.connect(file) as database:
        database.execute("DROP TRIGGER ledger_facts_never_change")
        database.execute(
            "UPDATE ledger_facts SET event_id = zeroblob(16) "
            "WHERE originator_id = ? AND topic = 'certificate.issued/1'",
            (certificate.bytes,),
        )
    database.close()
    with pytest.raises(TamperedError):
        logged.ask(text)


def test_what_is_older_than_the_log_is_not_taken_for_backdated(home: DeskHome) -> None:
    late = LoggedHome(home)
    _, text = late.issue()
    home.later(days=2)
    late.publish()
    verdict = late.ask(text)
    assert verdict.logged is Logged.IN_LOG
    assert Reason.LOG_TIME not in verdict.reasons
    assert not verdict.evidence.log.exactly


def test_what_reaches_the_log_days_after_its_date_is_backdated(logged: LoggedHome) -> None:
    _, text = logged.issue()
    logged.home.later(days=2)
    logged.publish()
    assert Reason.LOG_TIME in logged.ask(text).reasons


def test_a_held_proof_shows_it_offline_and_is_no_proof_of_another(logged: LoggedHome) -> None:
    first, first_text = logged.issue()
    second, second_text = logged.issue()
    head = logged.publish()
    proof = parse_proof(logged.proof(first).write())
    verdict = logged.ask_offline(first_text, proof)
    assert (verdict.logged, verdict.evidence.log.logged_at) == (Logged.IN_LOG, head.quorum_at)
    assert (verdict.evidence.log.size, verdict.evidence.log.witnesses) == (head.size, 1)
    assert logged.ask_offline(second_text, proof).logged is Logged.NOT_FOUND
    assert logged.ask_offline(second_text, logged.proof(second)).logged is Logged.IN_LOG
    with pytest.raises(InvalidInputError) as refused:
        proven(proof, from_qr_text(second_text), logged.log.policy)
    assert refused.value.rule == "opening_differs"
    with pytest.raises(InvalidInputError):
        proven(replace(proof, extra=None), from_qr_text(first_text), logged.log.policy)


def test_a_proof_of_what_is_older_than_the_log_is_good_offline(home: DeskHome) -> None:
    late = LoggedHome(home)
    certificate, text = late.issue()
    home.later(days=2)
    late.publish()
    verdict = late.ask_offline(text, late.proof(certificate))
    assert verdict.logged is Logged.IN_LOG
    assert Reason.LOG_TIME not in verdict.reasons


def test_every_changed_byte_of_a_proof_is_noticed(logged: LoggedHome) -> None:
    certificate, text = logged.issue()
    logged.publish()
    data, token = logged.proof(certificate).write(), from_qr_text(text)
    assert proven(parse_proof(data), token, logged.log.policy)
    for place in range(0, len(data), 7):
        changed = bytearray(data)
        changed[place] ^= 1
        try:
            proven(parse_proof(bytes(changed)), token, logged.log.policy)
        except (InvalidInputError, ProofError):
            continue
        pytest.fail(f"byte {place} may be anything")


def test_an_opening_in_another_form_is_refused(logged: LoggedHome) -> None:
    certificate, text = logged.issue()
    _, opening = open_issue(logged.home.system.facts, certificate)
    assert read_opening(opening.write()) == opening
    for spoiled in (b"", b"\x80", b"x" * (LARGEST_OPENING + 1), opening.write()[:-1]):
        with pytest.raises(InvalidInputError):
            read_opening(spoiled)
    token = from_qr_text(text)
    for other in (
        opening._replace(state=b"\x80"),
        opening._replace(sealed_body=b"\xff"),
        opening._replace(sealed_body=b"\x01"),
    ):
        with pytest.raises(InvalidInputError):
            entry_of(other, token)
    assert entry_of(opening._replace(version=opening.version + 1), token) != entry_of(
        opening, token
    )


def test_nothing_is_opened_of_what_was_never_issued_or_is_forgotten(logged: LoggedHome) -> None:
    with pytest.raises(NotFoundError):
        open_issue(logged.home.system.facts, logged.home.system.clockwork.new_id())
    certificate, _ = logged.issue()
    found = certificates.load(logged.home.system.facts, certificate)
    assert found.subject is not None
    logged.home.forget(found.subject)
    with pytest.raises(RefusedError):
        open_issue(logged.home.system.facts, certificate)


def test_a_compromise_spares_what_the_log_shows_to_be_older(logged: LoggedHome) -> None:
    _, older = logged.issue()
    logged.publish()
    since = logged.home.later(days=1)
    _, younger = logged.issue()
    logged.home.later(seconds=30)
    logged.publish()
    system = logged.home.system
    key_commands.declare_compromise(
        facts=system.facts,
        act=Act(logged.home.at, "admin", "key_administrator"),
        kid=system.issuing_key(AUTHORITY, 1).public.kid,
        since=since,
        reason="stolen",
    )
    kept, lost = logged.ask(older), logged.ask(younger)
    assert kept.overall is Overall.VALID
    assert Reason.KEY_LATER_COMPROMISED in kept.reasons
    assert lost.reasons[0] is Reason.KEY_COMPROMISED
    assert lost.overall is Overall.NOT_VALID


def test_the_log_is_asked_again_for_a_young_certificate_only(logged: LoggedHome) -> None:
    _, text = logged.issue()
    logged.publish()
    log = LedgerLog(logged.log)
    register = LedgerRegister(logged.home.system.checking, log)
    policy = logged.home.ports.verify.policy
    verifier = LedgerVerifier(Noticeboard(logged.home.system.reading), register, policy)
    first = verifier(text, at=logged.home.at)
    logged.log.published.clear()
    logged.home.later(seconds=1)
    assert verifier(text, at=logged.home.at).logged is first.logged is Logged.IN_LOG


def test_the_page_tells_the_place_the_head_and_how_many_witnesses(
    logged: LoggedHome, tmp_path: Path
) -> None:
    _, text = logged.issue()
    head = logged.publish()
    verdict = logged.ask(text)
    world = open_world(tmp_path)
    ports = replace(world.ports, verify=lambda text, at, **_: logged.ask(text))  # noqa: ARG005
    client = create_service(ports).test_client()
    page = client.post("/v1/verify", data={"text": text}, headers={"Accept": "text/html"})
    client.set_cookie("lang", "en")
    english = client.post("/v1/verify", data={"text": text}, headers={"Accept": "text/html"})
    world.database.close()
    assert " 1 witness<" in english.text
    shown = re.sub(r"<[^>]*>|\s+", " ", page.text)
    place = f"Chỗ trong nhật ký {verdict.evidence.log.index} "
    of_head = f"Mốc nhật ký {head.size} mục · 09:00, 09/11/2026 · 1 bên làm chứng"
    assert place in re.sub(" +", " ", shown)
    assert of_head in re.sub(" +", " ", shown)
