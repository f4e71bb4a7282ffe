"""Joins the desk's parts over one ledger, so that the composition root only names them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from keys.trust_list import TrustedKey
from ledger.calendar import WorkingCalendar
from ledger.certificates.kind import Wording
from ledger.commands.issuing import IssuingDesk
from ledger.commands.look_up import Numbers
from ledger.commands.people import Directory
from ledger.commands.releasing import UNLOGGED, Release
from ledger.facts import FactStore
from ledger.paper.document_signer import DocumentSigner
from ledger.transparency.log import LogReader
from projections.view_store import ViewStore
from verify_api.desk.access_notes import LedgerAccessNotes
from verify_api.desk.check_notes import LedgerCheckNotes
from verify_api.desk.citizen import LedgerOwnRecords
from verify_api.desk.conditions import KeyStore, LedgerConditions
from verify_api.desk.counter import DossierIndex, LedgerPaperChecks
from verify_api.desk.doing import Colleagues, Desk, nobody
from verify_api.desk.ledger_gauges import LedgerGauges
from verify_api.desk.log_look import LedgerLog
from verify_api.desk.noticeboard import Noticeboard
from verify_api.desk.office import LedgerOffice
from verify_api.desk.papers import PaperDesk
from verify_api.desk.publications import LedgerPublications, WriteBundle
from verify_api.desk.register import LedgerRegister, LedgerVerifier
from verify_api.question import Policy


@dataclass(frozen=True, slots=True)
class House:
    """What one ledger with all that belongs to it gives the desk."""

    facts: FactStore
    reading: FactStore
    """The same facts with every personal part withheld."""
    views: ViewStore
    subject_keys: KeyStore
    calendar: WorkingCalendar
    issuing: IssuingDesk
    issuing_key: Callable[[str, int], TrustedKey]
    """From authority and document type to the key that signs now."""
    document_signer: Callable[[str], DocumentSigner]
    """From an authority to who signs its PDF documents."""
    authorities: Sequence[str]
    authority_name: Callable[[str], Wording | None]
    """From an authority's code to its name, None if it is none of ours."""
    officer_name: Callable[[str], str]
    """From a signing officer's account to the name that is printed."""
    host: str
    specimen: bool
    policy: Policy
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    write_bundle: WriteBundle
    checking: FactStore | None = None
    """The same facts, opened as far as a check needs (`narrow_seals`); None: ``facts`` is used."""
    log: LogReader | None = None
    """The transparency log; None where there is none, and answers say so."""
    release: Release = UNLOGGED
    """Holds papers back until the log has them."""
    directory: Directory | None = None
    """Finds persons by their number; None: officers find no file by it."""
    colleagues: Colleagues = nobody
    """Who can be given a file."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The ports that the ledger fills: those of `verify_api.ports.Ports`, and the office."""

    verify: LedgerVerifier
    papers: LedgerPaperChecks
    documents: LedgerPublications
    office: LedgerOffice
    own_records: LedgerOwnRecords
    record_access: LedgerAccessNotes
    record_checks: LedgerCheckNotes
    conditions: LedgerConditions
    gauges: LedgerGauges


def filled(house: House) -> Filled:
    """Return the ports filled with ``house``; one a process, shared by its threads."""
    board = Noticeboard(house.reading)
    lists = house.issuing.board
    log = None if house.log is None else LedgerLog(house.log)
    register = LedgerRegister(house.checking or house.facts, log)
    verifier = LedgerVerifier(board, register, house.policy)
    paper_desk = PaperDesk(
        house.facts,
        house.host,
        lambda code: house.authority_name(code) or Wording(code, code),
        house.officer_name,
        house.document_signer,
        house.specimen,
        house.release,
    )
    desk = Desk(
        house.facts,
        house.calendar,
        house.issuing,
        house.issuing_key,
        house.new_id,
        house.colleagues,
    )
    return Filled(
        verify=verifier,
        papers=LedgerPaperChecks(
            house.facts, verifier, DossierIndex(house.views, house.authorities)
        ),
        documents=LedgerPublications(
            house.reading, board, lists, f"https://{house.host}/s/", house.write_bundle
        ),
        office=LedgerOffice(desk, house.views, paper_desk, house.directory),
        own_records=LedgerOwnRecords(house.facts, house.calendar, paper_desk, house.authority_name),
        record_access=LedgerAccessNotes(house.facts),
        record_checks=LedgerCheckNotes(house.facts, Numbers(house.reading)),
        conditions=LedgerConditions(
            house.reading, house.views, board, lists, house.subject_keys, house.clock
        ),
        gauges=LedgerGauges(house.reading, house.views, board, lists, house.clock, house.log),
    )
