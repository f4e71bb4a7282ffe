"""Papers wait for the log, and say so."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pypdfium2
import pytest

from ledger.certificates import lifecycle
from ledger.certificates.procedure import Stage
from ledger.commands import certificates
from ledger.commands.papers import Letterhead, make_paper
from ledger.commands.releasing import LoggedRelease
from ledger.errors import NotYetLoggedError
from ledger.facts import Act
from ledger.paper.page import ATTACHED_AS, LANDMARK_PROOF_ATTACHED_AS, PROOF_ATTACHED_AS
from ledger.transparency.landmark_log import LandmarkLog
from ledger.transparency.landmark_proof import parse_landmark_proof
from ledger.transparency.landmarks import HEIGHT, read_landmarks
from ledger.transparency.log import PublishedHead
from ledger.transparency.proof import parse_proof
from tests_support.desk_home import AUTHORITY, DeskHome, open_home, small, start_home
from tests_support.memory_log import MemoryLog
from verify_api.held_landmark import proven_by_landmark
from verify_api.held_proof import proven
from verify_api.picture import read_proofs


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


@pytest.fixture
def home(tmp_path: Path) -> Iterator[DeskHome]:
    settings = small(tmp_path / "home")
    settings.home.mkdir(mode=0o700)
    start_home(settings)
    opened = open_home(settings)
    yield opened
    opened.close()


def paper(home: DeskHome, certificate: UUID, log: Waiting) -> bytes:
    facts = home.system.facts
    return make_paper(
        facts,
        certificate=certificate,
        letterhead=Letterhead("records.example", home.system.settings.authorities[0].name, "M"),
        signer=home.system.document_signer(AUTHORITY),
        act=Act(home.at, "desk", "system", AUTHORITY),
        release=LoggedRelease(facts, log),
    )


def test_a_paper_is_made_once_the_log_covers_it_and_carries_the_proof(home: DeskHome) -> None:
    log, facts = Waiting(), home.system.facts
    certificate = home.certificate(home.bring_to(Stage.READY)).id
    before = facts.head()
    with pytest.raises(NotYetLoggedError):
        paper(home, certificate, log)
    assert facts.head() == before
    log.add(*facts.entries(after=0, limit=100_000))
    log.publish(home.at)
    attached = attachments_of(paper(home, certificate, log))
    token = lifecycle.token_of(certificates.load(facts, certificate).certificate)
    assert attached[ATTACHED_AS] == token
    cosigned = proven(parse_proof(attached[PROOF_ATTACHED_AS]), token, log.policy)
    assert cosigned.quorum_at == home.at
    assert LANDMARK_PROOF_ATTACHED_AS not in attached


def test_a_paper_that_is_made_after_the_next_landmark_carries_that_proof_too(
    home: DeskHome,
) -> None:
    log, facts = Waiting(), home.system.facts
    certificate = home.certificate(home.bring_to(Stage.READY)).id
    log.add(*facts.entries(after=0, limit=100_000))
    log.publish(home.at)
    log.add(*(b"\x01" + number.to_bytes(64) for number in range(1 << HEIGHT)))
    log.publish(home.at)
    listed = LandmarkLog(log).newest()
    assert listed is not None
    kept = read_landmarks(listed.write(), log.policy)
    pdf = paper(home, certificate, log)
    attached = attachments_of(pdf)
    proof = parse_landmark_proof(attached[LANDMARK_PROOF_ATTACHED_AS])
    assert proven_by_landmark(proof, attached[ATTACHED_AS], (kept,)) == kept
    assert {one.encode() for one in read_proofs(pdf)} == {
        attached[PROOF_ATTACHED_AS], attached[LANDMARK_PROOF_ATTACHED_AS]
    }  # fmt: skip
