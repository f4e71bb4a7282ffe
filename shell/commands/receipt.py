"""Receipts for checks: is one that somebody shows genuine, and what does it say?"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

import click

from keys.trust_document import read_root
from keys.trust_judgement import Finding
from keys.trust_list import TrustList
from ledger.commands.keys import current_trust_list
from ledger.errors import NotFoundError
from shell.first_start import ROOT_FILE
from shell.home import Home, read
from shell.lines import Moment, as_json, pass_home, tell
from verify_api.bundle import read_bundle
from verify_api.check_receipt import (
    JudgedReceipt,
    read_receipt,
    receipt_json,
)
from verify_api.picture_process import PictureReader
from verify_api.receipt_file import receipt_in
from verify_api.receipt_words import COMPARED, FINDINGS

EXITS: Final = MappingProxyType(
    {Finding.COUNTS: 0, Finding.DOES_NOT_COUNT: 1, Finding.CANNOT_TELL: 2}
)
_FILE: Final = click.Path(dir_okay=False, path_type=Path)


@click.group()
def receipt() -> None:
    """Receipts for checks."""


@receipt.command()
@click.argument("file", type=_FILE)
@click.option("--bundle", type=_FILE, help="Judge offline, by this bundle alone.")
@click.option("--root", type=_FILE, help="Pinned root for --bundle; the home's if left out.")
@click.option("--at", type=Moment(), help="The moment to judge; now if left out.")
@as_json
@pass_home
def check(
    home: Home,
    file: Path,
    *,
    bundle: Path | None,
    root: Path | None,
    at: datetime | None,
    as_json: bool,
) -> None:
    """Judge the receipt in FILE: its JSON, its JWS, or the PDF that carries it.

    Exits with 0 if it is genuine, 1 if its signature does not count, 2 if nobody can tell or the
    file is no receipt.
    """
    when = at or home.clockwork.now()
    document = _document(read(file))
    with _trust(home, bundle, root, when) as trust:
        judged = read_receipt(document, trust, at=when)
    if as_json:
        tell(
            {
                "finding": judged.finding.value,
                "reason": judged.reason.value,
                "receipt": receipt_json(judged.receipt),
            }
        )
    else:
        _show(judged)
    sys.exit(EXITS[judged.finding])


def _document(shown: bytes) -> bytes:
    with PictureReader() as pictures:
        return receipt_in(shown, pictures.read)


@contextmanager
def _trust(home: Home, bundle: Path | None, root: Path | None, at: datetime) -> Iterator[TrustList]:
    """Give the trust list to judge by: the bundle's, else the ledger's own."""
    if bundle is not None:
        pinned = read_root(read(root or home.path / ROOT_FILE))
        yield read_bundle(read(bundle), pinned, at=at).trust
        return
    with home.opened() as system:
        published = current_trust_list(facts=system.reading)
        if published is None:
            raise NotFoundError("no trust list has been published yet")
        yield published.trust


def _show(judged: JudgedReceipt) -> None:
    heading, sentence = FINDINGS[judged.finding]
    said = judged.receipt
    click.echo(f"{heading.vi.upper()} / {heading.en}")
    click.echo(sentence.en)
    rows = {
        "answer": f"{said.answer['overall']}, {said.answer['state']}",
        "checked": said.at.isoformat(),
        "by": said.organisation or "-",
        "person": COMPARED[said.person].en,
        "code": said.code_digest.hex(),
        "receipt": str(said.receipt),
        "key": judged.reason.value,
    }
    if said.certificate is not None:
        rows["number"] = f"{said.certificate['number']}, {said.certificate['issuer']}"
    for name, value in rows.items():
        click.echo(f"  {name:<13} {value}")
