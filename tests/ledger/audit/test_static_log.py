from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typing_extensions import override

from ledger.audit.static_log import fetch, open_static_log
from ledger.audit.verify import verify
from ledger.errors import InvalidInputError, ProofError, StoreUnavailableError
from ledger.transparency.tiles import Tile, tiles_of
from tests.ledger.audit.conftest import Begin, by_sql
from tests.ledger.audit.test_verify import PART, grown, positions
from tests_support.audited_ledger import AuditedLedger


def published(ledger: AuditedLedger, folder: Path) -> Path:
    """Write the log's tiles and newest head as files."""
    head = ledger.heads[-1]
    tiles = list(tiles_of(head.size))
    for tile, data in zip(tiles, ledger.log.tiles(tiles), strict=True):
        (folder / tile.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / tile.path).write_bytes(data)
    (folder / "checkpoint").write_bytes(head.note)
    return folder


class _Quiet(SimpleHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_copy_is_held_against_a_folder_of_published_files(begin: Begin, tmp_path: Path) -> None:
    ledger = grown(begin, 700)
    folder = published(ledger, tmp_path / "site")
    evidence = replace(ledger.evidence, log=f"file://{folder}")
    assert verify(evidence, at=ledger.at, part_rows=PART).exit_code == 0
    by_sql(ledger.url, ("UPDATE ledger_facts SET topic = 'toy.met/1' WHERE position = 300", ()))
    assert positions(verify(evidence, at=ledger.at, part_rows=PART), "C1.row") == [300]


def test_a_copy_is_held_against_the_log_at_an_address(begin: Begin, tmp_path: Path) -> None:
    ledger = grown(begin, 300)
    with served(published(ledger, tmp_path / "site")) as address:
        report = verify(replace(ledger.evidence, log=address), at=ledger.at, part_rows=PART)
    assert report.exit_code == 0
    assert report.heads_checked == 1


def test_a_mirror_that_serves_a_changed_tile_is_found(begin: Begin, tmp_path: Path) -> None:
    ledger = grown(begin, 700)
    folder = published(ledger, tmp_path / "site")
    tile = folder / Tile(0, 1).path
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    evidence = replace(ledger.evidence, log=f"file://{folder}")
    (found,) = verify(evidence, at=ledger.at, part_rows=PART).findings
    assert (found.code, found.place["tile"]) == ("C2.tile", 1)


@pytest.mark.parametrize("facts", [200, 700, 1_100])
@pytest.mark.parametrize("hash_in_tile", [0, -1])
def test_every_tile_that_a_mirror_changed_is_named_alone(
    begin: Begin, tmp_path: Path, facts: int, hash_in_tile: int
) -> None:
    """Full or not, in a folder or at an address: the tile, and no row, for the rows are right."""
    ledger = grown(begin, facts)
    folder = published(ledger, tmp_path / "site")
    with served(folder) as address:
        for tile in tiles_of(ledger.heads[-1].size):
            file = folder / tile.path
            content = file.read_bytes()
            changed = bytearray(content)
            changed[hash_in_tile] ^= 1
            file.write_bytes(changed)
            for log in (f"file://{folder}", address):
                evidence = replace(ledger.evidence, log=log)
                (found,) = verify(evidence, at=ledger.at, part_rows=PART).findings
                assert found.code == "C2.tile"
                assert (found.place["level"], found.place["tile"]) == (tile.level, tile.number)
            file.write_bytes(content)


def test_a_row_in_the_last_tile_that_was_changed_is_named_beside_a_mirror(
    begin: Begin, tmp_path: Path
) -> None:
    ledger = grown(begin, 700)
    evidence = replace(ledger.evidence, log=f"file://{published(ledger, tmp_path / 'site')}")
    by_sql(ledger.url, ("UPDATE ledger_facts SET entry = ? WHERE position = 690", (b"\x01" * 65,)))
    report = verify(evidence, at=ledger.at, part_rows=PART)
    assert positions(report, "C2.leaf") == [690]
    assert not {one.code for one in report.findings} & {"C2.tile", "C2.root"}


def test_a_log_without_a_head_is_none(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError):
        open_static_log(f"file://{tmp_path}")
    (tmp_path / "checkpoint").write_text("nothing", "ascii")
    with pytest.raises(InvalidInputError):
        open_static_log(f"file://{tmp_path}")


def test_a_tile_that_is_not_published_is_none(begin: Begin, tmp_path: Path) -> None:
    log = open_static_log(f"file://{published(grown(begin, 300), tmp_path / 'site')}")
    with pytest.raises(ProofError):
        log.tiles([Tile(0, 9)])
    assert log.latest() == log.covering(0)
    assert log.covering(log.size()) is None


def test_nobody_at_an_address_is_no_evidence(tmp_path: Path) -> None:
    with served(tmp_path) as address:
        assert fetch(f"{address}/checkpoint") is None
    with pytest.raises(StoreUnavailableError):
        fetch(f"{address}/checkpoint")
    with pytest.raises(InvalidInputError):
        fetch("file:///etc/hostname")
