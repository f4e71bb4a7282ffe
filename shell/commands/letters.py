"""Letters to applicants: which were kept, and whether a file is one of them."""

from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from app import System
from ledger.commands.letters import kept
from ledger.commands.loading import load_request
from ledger.records.letter import LetterKept
from shell.home import Home
from shell.lines import as_json, pass_home, table, tell
from shell.references import find_request
from shell.story import plain
from verify_api.desk.letters import kept as told_of
from verify_api.officer_desk import KeptLetter

_HEAD = ("NUMBER", "WRITTEN", "LETTER", "KEPT", "POSITION", "SHA-256")


@click.command()
@click.argument("reference")
@click.option(
    "--is",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A PDF: say which of the letters it is; exit 1 if none.",
)
@as_json
@pass_home
def letters(home: Home, reference: str, *, file: Path | None, as_json: bool) -> None:  # fmt: skip
    """List the letters of a request, each by the SHA-256 of what was sent; opens nothing.

    The fact that kept a letter is in the log, so that a paper in somebody's hand is proved by its
    bytes alone, also after the person was forgotten.
    """
    with home.opened() as system:
        rows = _rows(system, reference)
    if file is not None:
        digest = sha256(file.read_bytes()).hexdigest()
        rows = [row for row in rows if row["sha256"] == digest]
    if as_json:
        tell(rows)
    else:
        table([tuple(row.values()) for row in rows], head=_HEAD)
    if file is not None and not rows:
        raise SystemExit(1)


def _rows(system: System, reference: str) -> list[dict[str, Any]]:
    stream = find_request(system, reference)
    recorded = load_request(system.reading, stream).history.recorded
    return [_row(system, stream, one) for one in told_of(recorded)]


def _row(system: System, stream: UUID, one: KeptLetter) -> dict[str, Any]:
    found = kept(system.reading, stream, one.number)
    fact = None if found is None else found.fact
    return {
        "number": one.number,
        "written_at": plain(one.at),
        "letter": one.title.en,
        "kept_at": None if found is None else plain(found.act.at),
        "position": None if found is None else found.position,
        "sha256": fact.document_digest.hex() if isinstance(fact, LetterKept) else None,
    }
