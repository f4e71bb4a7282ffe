"""Checking codes from a shell: online by the home's ledger, offline by a signed bundle alone."""

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial, reduce
from pathlib import Path
from typing import Final, NamedTuple

from keys.foreign_keys import load_keys
from keys.trust_document import read_root
from keys.trust_list import TrustList
from ledger.certificates.kinds import by_document_type
from ledger.certificates.qr_text import from_qr_text
from ledger.errors import InvalidInputError
from ledger.transparency.landmark_proof import HEAD as LANDMARK_HEAD
from ledger.transparency.landmark_proof import parse_landmark_proof
from ledger.transparency.landmarks import Landmarks, read_landmarks
from ledger.transparency.policy import Policy as LogPolicy
from ledger.transparency.policy import parse_policy
from ledger.transparency.proof import parse_proof
from shell.errors import NoHomeError, UnreadableFileError
from shell.first_start import ROOT_FILE
from shell.home import Home, read
from verify_api.acceptance import Checker
from verify_api.bundle import read_bundle
from verify_api.desk.log_look import LedgerLog
from verify_api.desk.noticeboard import Noticeboard
from verify_api.desk.register import LedgerRegister, LedgerVerifier
from verify_api.evidence import LogSource
from verify_api.held_landmark import HeldLandmark
from verify_api.held_proof import HeldProof
from verify_api.picture_process import PictureReader
from verify_api.profiles.directory import verify_by_prefix, verify_by_shape
from verify_api.profiles.foreign import ForeignIssuer, ForeignTrust
from verify_api.profiles.trust_files import read_trust_files
from verify_api.question import Policy
from verify_api.verdict import Overall, Verdict
from verify_api.verification import verify

Check = Callable[[str], Verdict]
EXITS: Final = {Overall.VALID: 0, Overall.NOT_VALID: 1, Overall.CANNOT_TELL: 2}
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"%PDF-")
_FILES: Final = frozenset({".png", ".jpg", ".jpeg", ".pdf", ".txt", ".json"})
"""How the names of files end that show a code; none of our codes ends so, nor any with a prefix."""
_LONGEST_NAME: Final = 255


@dataclass(frozen=True, slots=True)
class Sources:
    """What a check may rely on."""

    home: Home
    bundle: Path | None = None
    root: Path | None = None
    """The pinned officers; those of the home if none are named."""
    trust: tuple[Path, ...] = ()
    """Keys of foreign issuers (PEM, DER or JWKS), or files that say whose count (TOML)."""
    facility: str | None = None
    """Which one would take a referral or an appointment in."""
    policy: Path | None = None
    """Which logs and witnesses are believed, offline; the home's own policy is used online."""
    proofs: tuple[str, ...] = ()
    """The log's proofs that came with the paper, under a head or to a landmark; used offline."""
    landmarks: tuple[Path, ...] = ()
    """Lists of landmarks that are kept; each is judged by ``policy`` when it is read."""

    @property
    def checker(self) -> Checker | None:
        """For whom it is asked: who sits at the ledger's own shell is believed."""
        return None if self.facility is None else Checker(self.facility, vouched=True)


def check_all(texts: Sequence[str], sources: Sources, at: datetime) -> list[Verdict]:
    """Return the answer about each of ``texts`` at ``at``.

    Raises:
        InvalidInputError: The bundle, or what says whose foreign codes count, is not what it
            should be.
        KeysError: A file of keys or the pinned root is not one.
        NoHomeError: One of our own codes, and neither a ledger nor a bundle to check it by.
        UnreadableFileError: A file cannot be read.
    """
    foreign = _foreign_trust(sources.trust)
    with ExitStack() as stack:
        if sources.bundle is not None:
            check = _offline(sources, sources.bundle, foreign, at)
        elif sources.home.is_there:
            check = _online(sources, foreign, at, stack)
        else:
            check = partial(_foreign_only, foreign=foreign, at=at)
        return [check(text) for text in texts]


def _online(sources: Sources, foreign: ForeignTrust, at: datetime, stack: ExitStack) -> Check:
    system = stack.enter_context(sources.home.opened())
    verifier = LedgerVerifier(
        Noticeboard(system.reading),
        LedgerRegister(system.checking, None if system.log is None else LedgerLog(system.log)),
        Policy(
            by_document_type(),
            frozenset({system.settings.host}),
            system.foreign_trust.joined(foreign),
        ),
    )
    return partial(verifier, at=at, checker=sources.checker)


def _offline(sources: Sources, bundle: Path, foreign: ForeignTrust, at: datetime) -> Check:
    root = read_root(read(sources.root or sources.home.path / ROOT_FILE))
    evidence = read_bundle(read(bundle), root, at=at)
    policy = Policy(by_document_type(), foreign=evidence.foreign.joined(foreign))
    logs = None if sources.policy is None else read_policy(sources.policy)
    kept = _kept(sources.landmarks, logs)

    def check(text: str) -> Verdict:
        return verify(
            text, at=at, trust=evidence.trust, status=evidence.status, policy=policy,
            checker=sources.checker, log=_held(text, sources.proofs, logs, kept, evidence.trust),
        )  # fmt: skip

    return check


def _kept(files: Sequence[Path], logs: LogPolicy | None) -> list[Landmarks]:
    """Return the landmarks in ``files``, each list completely checked."""
    if files and logs is None:
        expected = "--policy beside it: by that the list's head is judged, once"
        raise InvalidInputError("--landmarks", "policy_missing", expected)
    return [read_landmarks(read(file), logs) for file in files if logs is not None]


def _held(
    text: str,
    proofs: Sequence[str],
    logs: LogPolicy | None,
    kept: Sequence[Landmarks],
    trust: TrustList,
) -> LogSource | None:
    """Return what came with the code; None if that is nothing, or nobody is there to judge it by.

    Raises:
        InvalidInputError: One of ``proofs`` is no proof at all.
    """
    try:
        token = from_qr_text(text)
    except InvalidInputError:  # no code of ours: the answer will say so
        return None
    ways = [parse_landmark_proof(one.encode()) for one in proofs if one.startswith(LANDMARK_HEAD)]
    heads = [parse_proof(one.encode()) for one in proofs if not one.startswith(LANDMARK_HEAD)]
    held = HeldProof(heads[0], token, logs) if heads and logs is not None else None
    if not kept:
        return held
    compromised = [key.compromised_since for key in trust.keys if key.compromised_since]
    first = min(compromised, default=None)
    return HeldLandmark(ways[0] if ways else None, token, kept, held, needed_before=first)


def read_policy(file: Path) -> LogPolicy:
    """Return the policy in ``file``.

    Raises:
        InvalidInputError: It is none; names the line.
        UnreadableFileError: It cannot be read.
    """
    try:
        return parse_policy(read(file).decode())
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{file}: expected a policy in UTF-8") from error


def _foreign_only(text: str, *, foreign: ForeignTrust, at: datetime) -> Verdict:
    verdict = verify_by_prefix(text, trust=foreign, at=at)
    verdict = verdict or verify_by_shape(text, trust=foreign, at=at)
    if verdict is None:
        raise NoHomeError("expected --home with a ledger, or --bundle, to check this code by")
    return verdict


def _foreign_trust(files: Sequence[Path]) -> ForeignTrust:
    """Return whom ``files`` name: bare keys count for every format, a TOML file says for which."""
    saying = [file for file in files if file.suffix == ".toml"]
    issuers = tuple(ForeignIssuer(load_keys(read(file))) for file in files if file not in saying)
    trust = ForeignTrust(hcert=issuers, smart_health_cards=issuers, claim_169=issuers)
    return reduce(ForeignTrust.joined, map(read_trust_files, saying), trust)


class Given(NamedTuple):
    """What is to be checked."""

    texts: list[str]
    proofs: tuple[str, ...] = ()
    """The log's proofs that are attached to a PDF."""


def given_by(given: str) -> Given:
    """Return what to check: a picture's codes, a text file's, or what was typed.

    Raises:
        PictureError: A picture or PDF shows no code.
        UnreadableFileError: Neither a picture nor text, or the name of a file that is not there.
    """
    if given == "-":
        content = sys.stdin.buffer.read()
    else:
        file = Path(given)
        if not _is_file(file):
            if _names_a_file(given):
                raise UnreadableFileError(f"{file}: there is no such file")
            return Given([given])
        content = read(file)
    if content.startswith(_PICTURES):
        with PictureReader() as pictures:
            return Given(pictures.read(content), tuple(pictures.proofs(content)))
    try:
        # A blank at the end may be a digit of Base45; of our own codes every blank is dropped.
        return Given([content.decode("utf-8").strip("\r\n")])
    except UnicodeDecodeError as error:
        raise UnreadableFileError("expected a PNG, a JPEG, a PDF or text in UTF-8") from error


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a code is longer than any file's name
        return False


def _names_a_file(given: str) -> bool:
    """Return whether ``given`` is the name of a file rather than a code that was typed."""
    return len(given) <= _LONGEST_NAME and ":" not in given and Path(given).suffix.lower() in _FILES


def exit_of(verdicts: Sequence[Verdict]) -> int:
    """Return the exit code of all answers together: one bad code among several is a no."""
    exits = {EXITS[verdict.overall] for verdict in verdicts}
    return 1 if 1 in exits else max(exits)
