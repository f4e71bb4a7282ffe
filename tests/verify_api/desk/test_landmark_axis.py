"""Whether the log has a certificate, by landmarks: hashes that are kept, and no signature."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from ledger.certificates.qr_text import from_qr_text
from ledger.commands import keys as key_commands
from ledger.commands.releasing import LoggedRelease
from ledger.errors import InvalidInputError, LedgerError, ProofError
from ledger.facts import Act
from ledger.store.opening import open_issue
from ledger.transparency.landmark_log import LandmarkLog, landmark_proof_of, prove_to_landmark
from ledger.transparency.landmark_proof import LandmarkProof, parse_landmark_proof
from ledger.transparency.landmarks import Landmarks, read_landmarks
from ledger.transparency.log import PublishedHead, index_of, prove
from tests_support import landmark_reader
from tests_support.desk_home import AUTHORITY, DeskHome
from tests_support.logged_home import LoggedHome
from tests_support.memory_log import MemoryLog
from verify_api.held_landmark import HeldLandmark, proven_by_landmark
from verify_api.verdict import LogEvidence, Logged, LoggedBy, Overall, Reason, Verdict

HEIGHT = 5
"""Of the landmarks here: whole after a few facts, as those of 14 are in service."""


@dataclass
class Town(LoggedHome):
    """A logged home, and a verifier who keeps landmarks of it."""

    def kept(self, *, before: datetime | None = None, height: int = HEIGHT) -> Landmarks:
        """Return the newest list, checked as a verifier does."""
        found = LandmarkLog(self.log, height).newest(before=before)
        assert found is not None
        return read_landmarks(found.write(), self.log.policy)

    def way(self, certificate: UUID) -> LandmarkProof:
        """Return the proof to a landmark."""
        position, opening = open_issue(self.home.system.facts, certificate)
        return landmark_proof_of(self.log, index_of(position), HEIGHT, extra=opening.write())

    def published(self) -> tuple[UUID, str]:
        """Issue, publish, and let enough happen for a landmark to be whole over it."""
        certificate, text = self.issue()
        self.publish()
        self.grow()
        return certificate, text

    def grow(self) -> PublishedHead:
        """Let more facts happen, and publish them."""
        self.issue()
        self.issue()
        return self.publish()

    def declare_compromise(self, since: datetime) -> None:
        """Let the issuing key be compromised since then."""
        system = self.home.system
        key_commands.declare_compromise(
            facts=system.facts,
            act=Act(self.home.at, "admin", "key_administrator"),
            kid=system.issuing_key(AUTHORITY, 1).public.kid,
            since=since,
            reason="stolen",
        )

    def ask_with(
        self, certificate: UUID, text: str, *lists: Landmarks, way: bool = True, proof: bool = True
    ) -> Verdict:
        """Return the answer of who keeps ``lists`` and has what lies beside the certificate."""
        held = HeldLandmark(
            self.way(certificate) if way else None,
            from_qr_text(text),
            lists,
            self.held(text, self.proof(certificate)) if proof else None,
            needed_before=min(
                (key.compromised_since for key in self.trust.keys if key.compromised_since),
                default=None,
            ),
        )
        return self.ask_by(text, held)


@pytest.fixture
def town(home: DeskHome) -> Town:
    begun = Town(home)
    begun.publish()
    return begun


def test_a_certificate_under_a_landmark_is_in_the_log_and_no_other_is(town: Town) -> None:
    first, text = town.published()
    second, other = town.published()
    kept = town.kept()
    verdict = town.ask_with(first, text, kept, proof=False)
    position, _ = open_issue(town.home.system.facts, first)
    assert verdict.evidence.log == LogEvidence(
        Logged.IN_LOG, index_of(position), kept.cosigned_at, exactly=False, by=LoggedBy.LANDMARK
    )
    wrong = HeldLandmark(town.way(first), from_qr_text(other), (kept,))
    assert town.ask_by(other, wrong).logged is Logged.NOT_FOUND
    with pytest.raises(InvalidInputError) as refused:
        proven_by_landmark(town.way(first), from_qr_text(other), (kept,))
    assert refused.value.rule == "opening_differs"
    assert proven_by_landmark(town.way(second), from_qr_text(other), (kept,)) == kept


def test_landmarks_of_another_log_do_not_have_it(town: Town) -> None:
    certificate, text = town.published()
    other = MemoryLog()
    other.add(*(b"\x01" + bytes([number]) * 64 for number in range(200)))
    other.publish(town.home.at)
    elsewhere = replace(town, log=other).kept()
    assert town.ask_with(certificate, text, elsewhere, proof=False).logged is Logged.NOT_FOUND
    # The other proof that lies beside it is not spoiled by that.
    assert town.ask_with(certificate, text, elsewhere).evidence.log.by is LoggedBy.TLOG_PROOF


def test_what_is_younger_than_the_landmarks_says_so_and_falls_back(town: Town) -> None:
    town.published()
    kept = town.kept()
    certificate, text = town.published()
    for way in (True, False):
        verdict = town.ask_with(certificate, text, kept, way=way)
        assert (verdict.logged, verdict.evidence.log.by) == (Logged.IN_LOG, LoggedBy.TLOG_PROOF)
        assert Reason.YOUNGER_THAN_LANDMARKS in verdict.reasons
    alone = town.ask_with(certificate, text, kept, proof=False)
    assert alone.logged is Logged.NOT_CHECKED
    assert Reason.YOUNGER_THAN_LANDMARKS in alone.reasons
    nothing = town.ask_with(certificate, text, kept, way=False, proof=False)
    assert nothing.logged is Logged.NOT_CHECKED
    assert Reason.YOUNGER_THAN_LANDMARKS not in nothing.reasons


def test_a_proof_to_landmarks_of_another_height_is_of_no_use_and_no_harm(town: Town) -> None:
    certificate, text = town.published()
    kept = town.kept(height=HEIGHT - 1)
    alone = town.ask_with(certificate, text, kept, proof=False)
    assert alone.logged is Logged.NOT_CHECKED
    assert Reason.YOUNGER_THAN_LANDMARKS not in alone.reasons
    assert town.ask_with(certificate, text, kept).evidence.log.by is LoggedBy.TLOG_PROOF
    both = town.ask_with(certificate, text, kept, town.kept(), proof=False)
    assert both.evidence.log.by is LoggedBy.LANDMARK


def test_a_compromise_spares_what_landmarks_of_before_it_have(town: Town) -> None:
    certificate, text = town.published()
    early = town.kept()
    since = town.home.later(days=1)
    town.home.later(days=1)
    town.grow()
    late = town.kept()
    town.declare_compromise(since)
    spared = town.ask_with(certificate, text, early, proof=False)
    assert Reason.KEY_LATER_COMPROMISED in spared.reasons
    assert (spared.logged, spared.evidence.log.by) == (Logged.IN_LOG, LoggedBy.LANDMARK)
    # Of several lists the oldest that has it counts, in whatever order they are kept.
    assert town.ask_with(certificate, text, late, early, proof=False).logged is Logged.IN_LOG
    unproven = town.ask_with(certificate, text, late, proof=False)
    assert unproven.reasons[0] is Reason.KEY_COMPROMISED_UNPROVEN
    assert unproven.overall is Overall.CANNOT_TELL
    # A list under a head of before can still be had, and the other proof holds as well.
    assert town.kept(before=since) == early
    kept_by_proof = town.ask_with(certificate, text, late)
    assert Reason.KEY_LATER_COMPROMISED in kept_by_proof.reasons
    assert kept_by_proof.evidence.log.by is LoggedBy.TLOG_PROOF


def test_what_a_stolen_key_signed_later_no_landmark_of_before_has(town: Town) -> None:
    town.published()
    early = town.kept()
    since = town.home.later(days=1)
    certificate, text = town.published()
    town.declare_compromise(since)
    verdict = town.ask_with(certificate, text, early)
    assert verdict.overall is not Overall.VALID
    assert verdict.reasons[0] is Reason.KEY_COMPROMISED_UNPROVEN
    late = town.ask_with(certificate, text, early, town.kept())
    assert late.reasons[0] is Reason.KEY_COMPROMISED_UNPROVEN


def test_of_two_that_are_both_too_late_the_earlier_counts(town: Town) -> None:
    certificate, text = town.issue()
    first = town.publish()
    town.home.later(hours=1)
    second = town.grow()
    early, index = town.proof(certificate), town.proof(certificate).index
    late = prove(town.log, index, second, extra=early.extra)
    held = HeldLandmark(
        town.way(certificate), from_qr_text(text), (town.kept(),), town.held(text, early),
        needed_before=first.quorum_at and first.quorum_at - timedelta(days=1),
    )  # fmt: skip
    told = town.ask_by(text, held).evidence.log
    assert (told.logged_at, told.by) == (first.quorum_at, LoggedBy.TLOG_PROOF)
    town.home.later(hours=1)
    told = town.ask_by(text, replace(held, otherwise=town.held(text, late))).evidence.log
    assert (told.logged_at, told.by) == (second.quorum_at, LoggedBy.LANDMARK)


def test_every_changed_byte_of_a_certificate_s_proof_is_noticed(town: Town) -> None:
    certificate, text = town.published()
    data, token, kept = town.way(certificate).write(), from_qr_text(text), town.kept()
    assert proven_by_landmark(parse_landmark_proof(data), token, (kept,)) == kept
    for place in range(0, len(data), 3):
        changed = bytearray(data)
        changed[place] ^= 1
        with pytest.raises(LedgerError):
            proven_by_landmark(parse_landmark_proof(bytes(changed)), token, (kept,))
    with pytest.raises(InvalidInputError):
        proven_by_landmark(replace(town.way(certificate), extra=None), token, (kept,))


def files_of(town: Town, folder: Path) -> Iterator[Path]:
    certificate, text = town.published()
    found = LandmarkLog(town.log, HEIGHT).newest()
    assert found is not None
    contents = (found.write(), town.way(certificate).write(), from_qr_text(text))
    for name, content in zip(("landmarks", "proof", "token"), contents, strict=True):
        (folder / name).write_bytes(content)
        yield folder / name


def alone(*files: Path) -> subprocess.CompletedProcess[str]:
    program = landmark_reader.__file__
    return subprocess.run(
        [sys.executable, "-I", program, *map(str, files)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_verifier_with_landmarks_and_the_paper_needs_no_signature_at_all(
    town: Town, tmp_path: Path
) -> None:
    landmarks, proof, token = files_of(town, tmp_path)
    told = alone(landmarks, proof, token)
    assert told.returncode == 0, told.stderr
    assert int(told.stdout) == parse_landmark_proof(proof.read_bytes()).index
    lines = landmarks.read_bytes().split(b"\n")
    kept = len(b"\n".join(lines[: 2 + (int(told.stdout) >> HEIGHT)])) + 1
    for file, place in ((landmarks, kept), (proof, -20), (proof, 60), (token, -1), (token, 30)):
        content = file.read_bytes()
        spoiled = bytearray(content)
        spoiled[place] ^= 1
        file.write_bytes(spoiled)
        assert alone(landmarks, proof, token).returncode == 1, (file.name, place)
        file.write_bytes(content)
    assert alone(landmarks, proof, token).returncode == 0


def test_a_release_has_a_landmark_proof_once_one_of_fourteen_is_whole(town: Town) -> None:
    certificate, text = town.published()
    release = LoggedRelease(town.home.system.facts, town.log)  # type: ignore[arg-type]  # not waited
    assert release.landmark_proof(certificate) is None
    town.log.add(*(b"\x01" + number.to_bytes(64) for number in range(1 << 14)))
    town.log.publish(town.home.at)
    made = release.landmark_proof(certificate)
    assert made is not None
    kept = town.kept(height=14)
    assert proven_by_landmark(parse_landmark_proof(made), from_qr_text(text), (kept,)) == kept
    with pytest.raises(ProofError):
        prove_to_landmark(town.log, 0, 14).verify(b"", kept)  # type: ignore[union-attr]
