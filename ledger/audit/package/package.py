"""All of an evidence package: facts, proofs, head, policy, report, and the exporter's signature.

data/facts.jsonl                 `ledger.audit.package.facts`
data/proofs/<index>.tlog-proof   each under the one head of the package
data/checkpoint, data/policy     that head, and by whom the exporter believes it
data/report.{jsonl,html,pdf}     of an audit, where there is one
data/tsr/*.tsr                   RFC 3161 time stamps over the checkpoint, where there are any
verify.py, README.txt            how a stranger checks it
tagmanifest-sha256.note          a C2SP signed note over both tag manifests

Pure: what was read, asked and signed comes in as values.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import UUID

from ledger.audit.package.bag import ALGORITHMS, bag
from ledger.audit.package.facts import PackagedFact, lines_of
from ledger.transparency.cosignature import NoteSigner
from ledger.transparency.note import Note, write_note

PROGRAM: Final = "verify.py"
NOTE: Final = "tagmanifest-sha256.note"
NOTE_HEAD: Final = "records-ledger evidence package v1"
"""First line of the note: no log has this name, so no note of ours can pass for a head."""
MOST_FACTS: Final = 10_000
"""A package is for a court, and is made in memory; who wants history takes segments."""
_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who took it out of where, when and why."""

    package: UUID
    """Also the correlation of the access facts that were recorded for it."""
    at: datetime
    organisation: str
    actor: str
    case: str | None
    """None: nothing about a person was opened."""
    program: str
    """Name and release of the program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is in a package."""

    facts: Sequence[PackagedFact]
    """In order of position."""
    head: bytes
    """A signed note."""
    policy: bytes
    proofs: Mapping[int, bytes] = field(default_factory=dict)
    """``.tlog-proof`` files by index, all under ``head``; one for each fact, or none."""
    report: Mapping[str, bytes] = field(default_factory=dict)
    """By suffix: jsonl, html, pdf."""
    time_stamps: Mapping[str, bytes] = field(default_factory=dict)
    """By name of file."""
    whole_streams: Sequence[UUID] = ()
    """Streams of which every fact under the head is here."""
    span: tuple[int, int] | None = None
    """First and last position, if every fact between them is here."""


def files_of(contents: Contents, origin: Origin, signer: NoteSigner) -> dict[str, bytes]:
    """Return the package's files by path.

    Raises:
        InvalidInputError: ``label_form``: the actor or the case is no single line.
    """
    payload = {
        "facts.jsonl": lines_of(contents.facts),
        "checkpoint": contents.head,
        "policy": contents.policy,
        **{f"proofs/{index}.tlog-proof": one for index, one in contents.proofs.items()},
        **{f"report.{suffix}": one for suffix, one in contents.report.items()},
        **{f"tsr/{name}": one for name, one in contents.time_stamps.items()},
    }
    tags = {name: (_HERE / name).read_bytes() for name in (PROGRAM, "README.txt")}
    files = bag(payload, tags, _info(contents, origin))
    text = note_text(files, origin.package)
    line = signer.key.signature(signer.sign(text.encode()))
    return {**files, NOTE: write_note(Note(text, (line,)))}


def folder_name(package: UUID) -> str:
    """Return the name of a package's folder in its .zip."""
    return f"evidence-{package}"


def note_text(files: Mapping[str, bytes], package: UUID) -> str:
    """Return what the exporter signs: which package, and the hashes of both tag manifests."""
    names = [f"tagmanifest-{name}.txt" for name in ALGORITHMS]
    hashes = [f"{b64encode(sha256(files[name]).digest()).decode()} {name}" for name in names]
    return "\n".join((NOTE_HEAD, package.urn, *hashes, ""))


def _info(contents: Contents, origin: Origin) -> list[tuple[str, str]]:
    about = [
        ("Source-Organization", origin.organisation),
        ("External-Identifier", origin.package.urn),
        ("Bagging-Date", origin.at.date().isoformat()),
        ("Bag-Software-Agent", origin.program),
        ("Internal-Sender-Identifier", origin.actor),
        ("Internal-Sender-Description", f"case {origin.case}" if origin.case else "no case"),
        ("Records-Facts", str(len(contents.facts))),
    ]
    about += [("Records-Whole-Stream", str(stream)) for stream in contents.whole_streams]
    if contents.span is not None:
        about.append(("Records-Range", f"{contents.span[0]}:{contents.span[1]}"))
    return about
