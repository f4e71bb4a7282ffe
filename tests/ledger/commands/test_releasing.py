"""Papers wait for the log, and say so."""

from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest

from ledger.certificates import lifecycle
from ledger.certificates.procedure import Stage
from ledger.commands import certificates
from ledger.commands.papers import Letterhead, make_paper
from ledger.commands.releasing import LoggedRelease
from ledger.errors import NotYetLoggedError
from ledger.facts import Act
from ledger.paper.page import ATTACHED_AS, PROOF_ATTACHED_AS
from ledger.transparency.log import PublishedHead
from ledger.transparency.proof import parse_proof
from tests_support.desk_home import AUTHORITY, DeskHome, open_home, small, start_home
from tests_support.memory_log import MemoryLog
from verify_api.held_proof import proven


class Waiting(MemoryLog):
    """A log in memory; nobody publishes while one waits."""

    def wait_for(self, position: int, seconds: float) -> PublishedHead | None:
        """Return what is there."""
        del seconds
        return self.covering(position - 1)


def attachments_of(pdf: bytes) -> dict[str, bytes]:
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        attached = map(document.get_attachment, range(document.count_attachments()))
        return {one.get_name(): bytes(one.get_data()) for one in attached}


def test_a_paper_is_made_once_the_log_covers_it_and_carries_the_proof(tmp_path: Path) -> None:
    settings = small(tmp_path / "home")
    settings.home.mkdir(mode=0o700)
    start_home(settings)
    home = open_home(settings)
    try:
        _paper_waits(home)
    finally:
        home.close()


def _paper_waits(home: DeskHome) -> None:
    log, facts = Waiting(), home.system.facts
    certificate = home.certificate(home.bring_to(Stage.READY)).id

    def paper() -> bytes:
        return make_paper(
            facts,
            certificate=certificate,
            letterhead=Letterhead("records.example", home.system.settings.authorities[0].name, "M"),
            signer=home.system.document_signer(AUTHORITY),
            act=Act(home.at, "desk", "system", AUTHORITY),
            release=LoggedRelease(facts, log),
        )

    before = facts.head()
    with pytest.raises(NotYetLoggedError):
        paper()
    assert facts.head() == before
    log.add(*facts.entries(after=0, limit=100_000))
    log.publish(home.at)
    attached = attachments_of(paper())
    token = lifecycle.token_of(certificates.load(facts, certificate).certificate)
    assert attached[ATTACHED_AS] == token
    cosigned = proven(parse_proof(attached[PROOF_ATTACHED_AS]), token, log.policy)
    assert cosigned.quorum_at == home.at
