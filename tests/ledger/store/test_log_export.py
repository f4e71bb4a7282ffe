"""An exported log, read by code that is not ours: Go's checksum database, another Merkle tree."""

import os
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pymerkle  # type: ignore[import-untyped]
import pytest

from ledger.errors import RefusedError
from ledger.store.fact_store import LedgerFactStore
from ledger.store.log_export import export
from ledger.store.log_store import open_log
from ledger.store.log_writer import LogWriter
from ledger.transparency.log import prove
from ledger.transparency.tiles import entries_in
from tests_support.absence import absent
from tests_support.log_house import LogHouse
from tests_support.toy_ledger import Counted, new_stream, toy_act, toy_ledger

GO = Path(__file__).parents[2] / "foreign" / "go" / "checker.go"
LIBRARY = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb")
CHANGES = 200


@pytest.fixture(scope="session")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checker, built once."""
    if shutil.which("go") is None or not LIBRARY.is_dir():
        absent("no Go with golang.org/x/mod on this machine (golang-go, golang-golang-x-mod-dev)")
    folder = tmp_path_factory.mktemp("go")
    environment = {
        **os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "",
        "GOCACHE": str(folder / "cache"),
    }  # fmt: skip
    subprocess.run(
        ["go", "build", "-o", folder / "checker", GO], check=True, env=environment, cwd=folder
    )
    return folder / "checker"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LogHouse]:
    """A log of 700 entries under two heads."""
    folder = tmp_path_factory.mktemp("log")
    log = open_log(f"sqlite:///{folder / 'log.db'}")
    with toy_ledger(f"sqlite:///{folder / 'ledger.db'}") as facts:
        made = LogHouse(facts, log, folder, ("one", "two"), enough=2)
        made.facts.append(toy_act(), new_stream(*map(Counted, range(300))))
        made.step()
        made.facts.append(toy_act(), new_stream(*map(Counted, range(400))))
        made.step()
        yield made
    log.close()


@pytest.fixture
def exported(house: LogHouse, tmp_path: Path) -> Path:
    """The house's log as a folder, with the pinned policy and an older head beside it."""
    folder = tmp_path / "export"
    export(house.log, house.facts, house.policy, folder)
    shutil.copy(folder / "policy", tmp_path / "pinned")
    (old, _) = house.log.heads(after=0, limit=2)
    (tmp_path / "old").write_bytes(old.note)
    return folder


def refusal(checker: Path, folder: Path, *more: str | Path) -> str:
    """Return why the checker refuses the folder; empty if it accepts it."""
    beside = folder.parent
    command = [checker, "-policy", beside / "pinned", "-old-checkpoint", beside / "old", *more]
    done = subprocess.run([*command, folder], capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (done.stdout == "accepted\n")
    return done.stderr


def test_an_export_is_accepted_by_go_s_own_log(
    house: LogHouse, checker: Path, exported: Path, tmp_path: Path
) -> None:
    assert refusal(checker, exported) == ""
    head = house.log.latest()
    assert head is not None
    for index in (0, 255, 256, 511, 512, 699):
        proof = tmp_path / "proof"
        proof.write_bytes(prove(house.log, index, head).write())
        assert refusal(checker, exported, "-proof", proof) == ""
        moved = proof.read_text().replace(f"index {index}\n", f"index {(index + 1) % 700}\n")
        proof.write_text(moved)
        assert "refused: proof" in refusal(checker, exported, "-proof", proof)


def places(folder: Path) -> list[tuple[Path, int]]:
    """Return every byte that the checker can judge: all but the bodies of ML-DSA signatures."""
    found: list[tuple[Path, int]] = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        skipped: set[int] = set()
        if file.name == "checkpoint":
            # Behind name, key id (4 bytes) and time come 2,420 bytes, which it cannot check.
            for line in re.finditer(rb"\xe2\x80\x94 [^ ]+ ([A-Za-z0-9+/=]{3000,})\n", content):
                skipped |= set(range(line.start(1) + 6, line.end(1)))
        found += [(file, place) for place in range(len(content)) if place not in skipped]
    return found


def test_a_change_of_any_one_byte_is_refused(checker: Path, exported: Path) -> None:
    dice = random.Random(20261127)
    by_file: dict[Path, list[int]] = {}
    for file, place in places(exported):
        by_file.setdefault(file, []).append(place)
    for number in range(CHANGES):
        # Each file as often as any other, so that text is changed as often as hashes.
        file = dice.choice(sorted(by_file))
        place = dice.choice(by_file[file])
        before = file.read_bytes()
        changed = bytearray(before)
        changed[place] ^= 1 << dice.randrange(8)
        file.write_bytes(changed)
        assert refusal(checker, exported).startswith("refused: "), (number, file.name, place)
        file.write_bytes(before)
    assert refusal(checker, exported) == ""


def test_what_go_cannot_check_of_a_head_our_own_policy_refuses(
    house: LogHouse, exported: Path
) -> None:
    note = (exported / "checkpoint").read_bytes()
    dice = random.Random(5)
    lines = list(re.finditer(rb"\xe2\x80\x94 [^ ]+ ([A-Za-z0-9+/=]{3000,})\n", note))
    assert len(lines) == 3
    for line in lines:
        for _ in range(10):
            changed = bytearray(note)
            changed[dice.randrange(line.start(1), line.end(1) - 2)] ^= 1
            with pytest.raises(Exception, match=r".") as refused:
                house.policy.judge(bytes(changed))
            assert type(refused.value).__name__ in {"ProofError", "InvalidInputError"}


def test_a_file_too_many_or_too_few_is_refused(checker: Path, exported: Path) -> None:
    (exported / "tile" / "0" / "007").write_bytes(b"x" * 32)
    assert "no tree of this size" in refusal(checker, exported)
    (exported / "tile" / "0" / "007").unlink()
    (exported / "tile" / "1" / "000.p" / "2").unlink()
    assert "tile/1/000.p/2" in refusal(checker, exported)


def test_an_export_grows_and_writes_only_what_is_new(
    store: LedgerFactStore, ledger_url: str, tmp_path: Path
) -> None:
    log = open_log(ledger_url.replace("ledger.db", "log.db"))
    house = LogHouse(store, log, tmp_path)
    folder = tmp_path / "export"
    with pytest.raises(RefusedError) as refused:
        export(log, store, house.policy, folder)
    assert refused.value.rule == "no_head"
    house.step(3)
    for count in (0, 300, 1, 212):
        store.append(toy_act(), new_stream(*map(Counted, range(count)))) if count else None
        house.step()
        untouched = {path: path.stat().st_ino for path in folder.rglob("00?") if path.is_file()}
        head = export(log, store, house.policy, folder)
        assert {path: path.stat().st_ino for path in untouched} == untouched
        again = tmp_path / f"fresh-{count}"
        export(log, store, house.policy, again)
        assert contents(again) == contents(folder)
        entries = [e for bundle in bundles(folder) for e in entries_in(bundle.read_bytes())]
        assert entries == store.entries(after=0, limit=head.size)
    log.close()


def bundles(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "tile" / "entries").rglob("*") if path.is_file())


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_folder_of_another_log_is_left_alone(
    house: LogHouse, exported: Path, tmp_path: Path
) -> None:
    other = open_log(f"sqlite:///{tmp_path / 'other.db'}")
    another = LogHouse(house.facts, other, tmp_path)
    LogWriter(Reversed(house.facts), other).integrate()
    another.publisher.publish()
    before = contents(exported)
    with pytest.raises(RefusedError) as refused:
        export(other, house.facts, another.policy, exported)
    assert refused.value.rule == "other_log"
    (exported / "checkpoint").write_bytes(b"nothing\n")
    with pytest.raises(RefusedError) as refused:
        export(house.log, house.facts, house.policy, exported)
    assert refused.value.rule == "other_log"
    assert contents(exported) == {**before, "checkpoint": b"nothing\n"}
    other.close()


class Reversed:
    """A ledger the other way round."""

    def __init__(self, facts: LedgerFactStore) -> None:
        self._entries = facts.entries(after=0, limit=10_000)[::-1]
        self._entries.append(b"\x01" + bytes(64))

    def entries(self, *, after: int, limit: int) -> list[bytes]:
        return self._entries[after : after + limit]

    def head(self) -> int:
        return len(self._entries)


def test_another_library_s_tree_has_the_same_roots_and_proofs(house: LogHouse) -> None:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in house.facts.entries(after=0, limit=1_000):
        tree.append_entry(entry)
    old, new = house.log.heads(after=0, limit=2)
    assert (tree.get_root(300), tree.get_root(700)) == (old.root, new.root)
    for index in (0, 1, 255, 256, 699):
        theirs = tree.prove_inclusion(index + 1, 700).path
        assert list(prove(house.log, index, new).hashes) == theirs[1:]
    # Its proofs of consistency have a form of their own: they lead to our roots, and no others.
    pymerkle.verify_consistency(old.root, new.root, tree.prove_consistency(300, 700))
    with pytest.raises(pymerkle.InvalidProof):
        pymerkle.verify_consistency(new.root, old.root, tree.prove_consistency(300, 700))
