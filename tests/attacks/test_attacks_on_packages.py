"""Attacks on evidence packages: bits, bytes, files, and forgers who make every manifest anew (A35).

What a forger without the exporter's key can do unseen by whoever has no such key either is written
down here, too: that is why the key has to be asked for.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import bagit  # type: ignore[import-untyped]
import pytest

from ledger.audit.package import verify
from ledger.audit.package.bag import PAYLOAD, zipped
from ledger.audit.package.facts import PackagedFact
from ledger.audit.package.package import NOTE, folder_name
from ledger.canonical import encode
from ledger.store.entry import (
    Envelope,
    read_state,
    row_digest,
    write_body,
    write_entry,
    write_state,
)
from ledger.store.rows import Row
from ledger.transparency.bulk import prove_many
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.cosignature import sign
from ledger.transparency.merkle import leaf_hash
from ledger.transparency.note import Note, Signature, parse_note, write_note
from tests_support.evidence_packages import (
    AT,
    PACKAGE,
    STREAM,
    Files,
    House,
    checked,
    flipped,
    forged,
    written,
)
from tests_support.memory_log import MemoryLog

CHANGES = 200
FACTS, HEAD, POLICY = "data/facts.jsonl", "data/checkpoint", "data/policy"
DICE = 35


@pytest.fixture(scope="module")
def shop() -> House:
    return House()


@pytest.fixture(scope="module")
def package(shop: House) -> dict[str, bytes]:
    return shop.package()


def places(content: bytes) -> list[int]:
    """Return bytes of the beginning, the middle and the end."""
    some = min(4, len(content))
    middle = len(content) // 2
    return sorted({*range(some), *range(middle, min(middle + some, len(content))),
                   *range(len(content) - some, len(content))})  # fmt: skip


def test_the_package_that_is_attacked_is_right(shop: House, package: Files) -> None:
    assert shop.checked(package).exit_code == 0


# Bits and bytes


@pytest.mark.many_cases
def test_a35_one_bit_in_every_region_of_every_file_is_refused(shop: House, package: Files) -> None:
    dice = random.Random(DICE)
    for name, content in package.items():
        for at in places(content):
            changed = {**package, name: flipped(content, at, dice.randrange(8))}
            assert shop.checked(changed).exit_code == 1, (name, at)


@pytest.mark.many_cases
def test_a35_every_bit_of_what_is_signed_or_signs_is_refused(shop: House, package: Files) -> None:
    """Of the note, which no manifest covers; case of letters and bits that mean nothing as well."""
    for at in range(len(package[NOTE])):
        for bit in range(8):
            outcome = verify.Outcome()
            with outcome.checking("export"):
                changed = {**package, NOTE: flipped(package[NOTE], at, bit)}
                verify.check_export(changed, shop.key, outcome)
            assert outcome.wrong, (at, bit)


def regions(archive: bytes) -> Iterator[int]:
    """Yield every byte of a .zip's first and last headers, its end, and some of all in between."""
    directory = archive.index(b"PK\x01\x02")
    last = archive.rindex(b"PK\x01\x02")
    yield from range(120)
    yield from range(120, directory, max(1, directory // 60))
    yield from range(directory, directory + 120)
    yield from range(last, len(archive))


@pytest.mark.many_cases
def test_a35_one_bit_in_every_region_of_the_zip_is_refused(
    shop: House, package: Files, tmp_path: Path
) -> None:
    archive, dice = zipped(folder_name(PACKAGE), package), random.Random(DICE)
    file = tmp_path / "package.zip"
    (tmp_path / "policy").write_text(shop.policy, "utf-8")
    trust = ["--key", shop.exporter.key.vkey, "--policy", str(tmp_path / "policy")]
    file.write_bytes(archive)
    assert verify.main([str(file), *trust]) == 0
    for at in regions(archive):
        file.write_bytes(flipped(archive, at, dice.randrange(8)))
        assert verify.main([str(file), *trust]) == 1, at
    for changed in (archive + b"\0", b"\0" + archive, archive[:-1], b"", archive + archive):
        file.write_bytes(changed)
        assert verify.main([str(file), *trust]) == 1


@pytest.mark.many_cases
def test_a35_two_hundred_changed_bytes_are_refused_by_both_programs(
    shop: House, package: Files, tmp_path: Path
) -> None:
    """By the package's own all of them, by another's the files that a bag is for."""
    dice, folder = random.Random(DICE), written(package, tmp_path / "package")
    assert bagit.Bag(str(folder)).is_valid()
    names = [name for name, content in sorted(package.items()) if content]
    for number in range(CHANGES):
        name = names[number % len(names)]
        at = dice.randrange(len(package[name]))
        changed = bytearray(package[name])
        changed[at] ^= dice.randrange(1, 256)
        (folder / name).write_bytes(changed)
        outcome = verify.Outcome()
        files = verify.read_package(folder, outcome)
        verify.check(files, key=shop.key, policy=shop.policy, outcome=outcome)
        assert outcome.exit_code == 1, (name, at)
        if name.startswith(PAYLOAD):
            assert not bagit.Bag(str(folder)).is_valid(), (name, at)
        (folder / name).write_bytes(package[name])


def test_another_program_validates_a_package_and_refuses_a_changed_one(
    package: Files, tmp_path: Path
) -> None:
    def validated(folder: Path) -> int:
        return subprocess.run(
            [sys.executable, "-m", "bagit", "--validate", str(folder)],
            capture_output=True, check=False,
        ).returncode  # fmt: skip

    folder = written(package, tmp_path / "package")
    assert validated(folder) == 0
    (folder / HEAD).write_bytes(flipped(package[HEAD], 30))
    assert validated(folder) == 1


# Files


@pytest.mark.parametrize(
    "name", ["data/other.txt", "other.txt", "data/proofs/300.tlog-proof", "tagmanifest-md5.txt"]
)
def test_a_file_more_is_refused(shop: House, package: Files, name: str) -> None:
    assert shop.checked({**package, name: b"x\n"}).exit_code == 1


def test_a_file_less_is_refused(shop: House, package: Files) -> None:
    for name in package:
        rest = {path: content for path, content in package.items() if path != name}
        assert shop.checked(rest).exit_code == 1, name


def test_a_bag_of_another_version_is_refused(shop: House, package: Files) -> None:
    older = package["bagit.txt"].replace(b"1.0", b"0.97")
    assert "files: no bag of BagIt 1.0" in shop.checked({**package, "bagit.txt": older}).wrong


@pytest.mark.parametrize(
    ("label", "said"),
    [("Payload-Oxum", "bag-info.txt: expected Payload-Oxum "),
     ("Records-Facts", "facts: fewer or more than told")],
)  # fmt: skip
def test_what_the_bag_tells_of_itself_is_so(
    shop: House, package: Files, label: str, said: str
) -> None:
    told = package["bag-info.txt"].replace(f"{label}: ".encode(), f"{label}: 9".encode())
    assert told != package["bag-info.txt"]
    assert said in wrong(shop.checked({**package, "bag-info.txt": told}))


def test_a_link_to_elsewhere_is_refused(package: Files, tmp_path: Path) -> None:
    folder = written(package, tmp_path / "package")
    shutil.move(folder / FACTS, tmp_path / "elsewhere")
    (folder / FACTS).symlink_to(tmp_path / "elsewhere")
    assert verify.main([str(folder)]) == 1


JUNK = (b"", b"\n", b"\xff\xfe", b"[" * 100_000, b"{}\n", bytes(range(200)))


def test_what_cannot_be_read_is_a_finding_and_no_crash(shop: House, package: Files) -> None:
    for name, content in package.items():
        for junk in JUNK:
            assert junk != content
            assert shop.checked({**package, name: junk}).exit_code == 1, (name, junk[:9])


def test_what_cannot_be_read_is_a_finding_with_every_manifest_anew(
    shop: House, package: Files
) -> None:
    """And nobody's signature asked for: it is the content that is found."""
    read = [name for name in package if name in {FACTS, HEAD} or "proofs/" in name]
    for name in (*read, "data/report.jsonl"):
        for junk in JUNK if name in read else JUNK[1:]:  # a report of no lines has no findings
            outcome = checked(forged(package, {name: junk}), key=None, policy=shop.policy)
            assert outcome.exit_code == 1, (name, junk[:9])
    for junk in JUNK:
        files = forged(package, {POLICY: junk})
        assert checked(files, key=None, policy=None).exit_code == 1, junk[:9]


# Forgers who make every manifest anew


def lines(files: Files) -> list[dict[str, object]]:
    return [json.loads(line) for line in files[FACTS].decode().splitlines()]


def of_lines(rows: list[dict[str, object]]) -> bytes:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()


def without(package: Files, position: int) -> dict[str, bytes]:
    """Return a package from which a row and its proof were taken, and whatever told of it."""
    rows = [row for row in lines(package) if row["position"] != position]
    changes = {FACTS: of_lines(rows), f"data/proofs/{position - 1}.tlog-proof": None}
    return forged(package, changes, hide=("Records-Range", "Records-Whole-Stream"))


def wrong(outcome: verify.Outcome) -> str:
    """Return what is wrong beside the signature of the exporter, which no forger has."""
    assert outcome.exit_code == 1
    return "\n".join(one for one in outcome.wrong if not one.startswith("export: "))


def test_nobody_forges_the_exporters_signature(shop: House, package: Files) -> None:
    outcome = shop.checked(forged(package, {}))
    assert len(outcome.wrong) == 1
    assert outcome.wrong[0].startswith("export: ")


def test_a_row_that_was_removed_is_missed(shop: House, package: Files) -> None:
    rows = lines(package)
    removed = forged(package, {FACTS: of_lines(rows[:2] + rows[3:])})
    found = wrong(shop.checked(removed))
    assert "not all positions of 1:10" in found
    assert f"{STREAM}: not whole" in found
    assert "not one for each fact" in found


def test_a_row_that_was_removed_with_its_traces_shows_by_the_signature(
    shop: House, package: Files
) -> None:
    """Inside of a stream everybody is told of the gap; at its end only the signature tells."""
    inside, last = without(package, 3), without(package, 10)
    for files in (inside, last):
        assert shop.checked(files).wrong == [f"export: not signed by {shop.exporter.key.name}"]
    nobody = checked(inside, key=None, policy=shop.policy)
    assert f"streams: {STREAM}: not all facts in between are here" in nobody.remarks
    assert checked(last, key=None, policy=shop.policy).exit_code == 2


def test_two_rows_that_were_exchanged_are_found(shop: House, package: Files) -> None:
    rows = lines(package)
    exchanged = of_lines([rows[1], rows[0], *rows[2:]])
    assert "not each position once, in order" in wrong(
        shop.checked(forged(package, {FACTS: exchanged}))
    )


Edit = Callable[[dict[str, object]], None]


def _move_border(row: dict[str, object]) -> None:
    """Let the salt take the plaintext's first byte: their hash together stays the same."""
    for part in row["opening"].values():  # type: ignore[attr-defined]
        salt, plaintext = b64decode(part["salt"]), b64decode(part["plaintext"])
        part["salt"] = b64encode(salt + plaintext[:1]).decode()
        part["plaintext"] = b64encode(plaintext[1:]).decode()


def _say_more(row: dict[str, object]) -> None:
    row["says"] = "convicted"


def _later(row: dict[str, object]) -> None:
    row["recorded_at"] = (AT + timedelta(days=1)).isoformat()


def _set(name: str, value: object) -> Edit:
    def edit(row: dict[str, object]) -> None:
        row[name] = value

    return edit


def _other_plaintext(row: dict[str, object]) -> None:
    part = row["opening"]["identity"]  # type: ignore[index]
    plaintext = bytearray(b64decode(part["plaintext"]))
    plaintext[-1] ^= 1
    part["plaintext"] = b64encode(plaintext).decode()


def _half_open(row: dict[str, object]) -> None:
    row["opening"].popitem()  # type: ignore[attr-defined]


def _other_purposes(row: dict[str, object]) -> None:
    """In the order of the right ones, so that the hash stays the same."""
    opening: dict[str, object] = row["opening"]  # type: ignore[assignment]
    row["opening"] = {f"{purpose}-x": opening[purpose] for purpose in opening}


EDITS: dict[str, tuple[int, Edit]] = {
    "another time is told": (0, _later),
    "another topic": (0, _set("topic", "toy.painted/1")),
    "another stream": (0, _set("stream", str(PACKAGE))),
    "another version": (0, _set("version", 2)),
    "another event": (0, _set("event_id", str(PACKAGE))),
    "another position": (9, _set("position", 11)),
    "another index": (9, _set("index", 10)),
    "something that no row says": (0, _say_more),
    "another plaintext": (1, _other_plaintext),
    "a moved border between salt and plaintext": (1, _move_border),
    "one opening of two": (2, _half_open),
    "openings of other purposes": (2, _other_purposes),
    "an opening of what is not sealed": (0, _set("opening", {"identity": {}})),
    "a version that is no number": (0, _set("version", "1")),
    "a state that is nothing": (0, _set("state", "")),
    "an entry that is nothing": (0, _set("entry", "")),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_row_is_found_by_itself(shop: House, package: Files, name: str) -> None:
    """Though no manifest and no signature tells: by the entry, or by what the state says."""
    at, edit = EDITS[name]
    rows = lines(package)
    edit(rows[at])
    outcome = checked(forged(package, {FACTS: of_lines(rows)}), key=None, policy=shop.policy)
    assert f"facts: line {at + 1}: " in wrong(outcome)


def test_a_salt_has_one_length() -> None:
    """Else a part of the plaintext that is a map by itself could be shown for the whole."""
    salt, inner = bytes(16), encode({"born": 1})
    whole = encode({"a": 1, "z": {"born": 1}})
    assert whole.endswith(inner)

    def part(salt: bytes, plaintext: bytes) -> dict[str, str]:
        return {
            "salt": b64encode(salt).decode(),
            "plaintext": b64encode(plaintext).decode(),
        }

    assert verify.meaning(part(salt, whole)) == sha256(salt + whole).digest()
    with pytest.raises(verify.WrongError):
        verify.meaning(part(salt + whole.removesuffix(inner), inner))


def _renamed(row: Row, previous: bytes | None) -> Row:
    """Return a row that names another fact before it, with the entry that it needs."""
    kept = read_state(row.state)
    envelope = Envelope(*kept.envelope)._replace(previous=previous)
    state = write_state(write_body(kept.body), envelope, kept.sealed)
    digest = row_digest(row.stream_id, row.version, row.topic, row.event_id, state)
    return row._replace(state=state, entry=write_entry(digest, row.entry[33:]))


@pytest.mark.parametrize(
    ("at", "previous", "said"),
    [
        (3, bytes(32), "streams: position 4: does not follow the fact before it"),
        (0, bytes(32), "streams: position 1: not where its stream begins"),
        (3, None, "streams: position 4: not where its stream begins"),
    ],
)
def test_a_logged_fact_that_does_not_follow_the_one_before_is_found(
    at: int, previous: bytes | None, said: str
) -> None:
    """Its row, entry, proof and head are right: somebody put it into the history."""

    def edit(rows: list[Row]) -> list[Row]:
        return [*rows[:at], _renamed(rows[at], previous), *rows[at + 1 :]]

    house = House(edit)
    found = house.checked(house.package()).wrong
    assert said in found
    assert {one.partition(":")[0] for one in found} == {"streams"}


def test_a_field_that_is_told_twice_is_found(shop: House, package: Files) -> None:
    """A reader may take the first, a program the last."""
    twice = package[FACTS].replace(b'{"position": 1,', b'{"position": 9, "position": 1,', 1)
    assert "facts: line 1: JSON in another form" in wrong(
        shop.checked(forged(package, {FACTS: twice}))
    )


def test_a_row_with_an_entry_of_its_own_has_no_proof(shop: House, package: Files) -> None:
    """Row, state and entry fit together, as of a forger who computes all of it."""
    other = House()
    rows = lines(other.package())
    found = wrong(shop.checked(forged(package, {FACTS: of_lines(rows)})))
    assert found.count("the entry is not in the log at this index") == len(rows)


def test_a_head_of_another_log_is_not_believed(shop: House, package: Files) -> None:
    """Of the same name, with tree and proofs that hold, and a policy in the bag that says so."""
    other = MemoryLog()
    other.add(*(row.entry for row in shop.rows))
    head = other.publish(AT)
    proofs = prove_many(other, range(len(shop.rows)), head)
    files = shop.package(head=head.note, proofs={index: one.write() for index, one in proofs})
    assert "the log has not signed" in wrong(shop.checked(files))
    swapped = House()
    swapped.log, swapped.exporter = other, shop.exporter
    believing = shop.package(
        head=head.note, policy=swapped.policy.encode(),
        proofs={index: one.write() for index, one in prove_many(other, range(10), head)},
    )  # fmt: skip
    assert "the log has not signed" in wrong(shop.checked(believing))
    fooled = shop.checked(believing, policy=None)
    assert (fooled.wrong, fooled.exit_code) == ([], 2), "why a policy in the bag proves nothing"


def test_a_swapped_policy_does_not_believe_the_head(shop: House, package: Files) -> None:
    swapped = forged(package, {POLICY: House().policy.encode()})
    assert "head: the log has not signed" in wrong(checked(swapped, key=None, policy=None))
    outcome = shop.checked(swapped)
    assert outcome.exit_code == 1
    assert "the package's own policy is another one than --policy" in "".join(outcome.remarks)


def test_a_policy_without_witnesses_is_not_taken_from_the_bag(shop: House, package: Files) -> None:
    """The thief of the log's keys takes the cosignatures away, and says that none is needed."""
    note = package[HEAD].decode().splitlines(keepends=True)
    alone = "".join(line for line in note if "witness.example" not in line).encode()
    logs = [line for line in shop.policy.splitlines() if line.startswith("log ")]
    policy = "\n".join((*logs, "quorum none", "")).encode()
    proofs = {
        name: content.replace(package[HEAD], alone)
        for name, content in package.items()
        if name.startswith("data/proofs/")
    }
    files = forged(package, {HEAD: alone, POLICY: policy, **proofs})
    assert checked(files, key=None, policy=None).exit_code == 2
    assert "fewer witnesses have cosigned" in wrong(shop.checked(files))


def test_one_wrong_signature_of_a_known_key_ends_the_head(shop: House, package: Files) -> None:
    """By the log or its witness, Ed25519 or ML-DSA-44; a line of a stranger counts for nothing."""
    note = parse_note(package[HEAD])
    assert len(note.signatures) == 4
    proofs = {name: package[name] for name in package if name.startswith("data/proofs/")}

    def with_lines(*changed: Signature) -> Files:
        head = write_note(Note(note.text, changed))
        new = {name: one.replace(package[HEAD], head) for name, one in proofs.items()}
        return forged(package, {HEAD: head, **new})

    for at, line in enumerate(note.signatures):
        broken = line._replace(blob=flipped(line.blob, -1))
        lines_ = (*note.signatures[:at], broken, *note.signatures[at + 1 :])
        assert f"head: a signature that is not by {line.name}" in wrong(
            shop.checked(with_lines(*lines_))
        )
    stranger = Signature("stranger.example", b"1234", b"x" * 64)
    outcome = shop.checked(with_lines(*note.signatures, stranger))
    assert [one.partition(":")[0] for one in outcome.wrong] == ["export"]


def test_a_cosignature_without_a_time_is_none(shop: House) -> None:
    head = Checkpoint(shop.log.origin, shop.head.size, shop.head.root)
    witness = shop.log.witnesses[0]
    key = verify.read_key(witness.key.vkey)
    for at, good in ((AT, True), (datetime.fromtimestamp(0, UTC), False)):
        line = sign(head, witness, at)
        if good:
            assert verify.signed_at(key, line.blob, head.text) == AT.timestamp()
        else:
            with pytest.raises(verify.WrongError):
                verify.signed_at(key, line.blob, head.text)


def test_a_proof_under_another_head_is_refused(shop: House, package: Files) -> None:
    shop_log = shop.log
    older = shop_log.published[0]
    shop_log.add(os.urandom(65))
    newer = shop_log.publish(AT + timedelta(hours=2))
    index, proof = next(prove_many(shop_log, [4], newer))
    assert older.size < newer.size
    files = forged(package, {f"data/proofs/{index}.tlog-proof": proof.write()})
    assert "proofs: 4: under another head" in wrong(shop.checked(files))


def test_a_proof_that_was_moved_is_refused(shop: House, package: Files) -> None:
    moved = package["data/proofs/5.tlog-proof"].replace(b"index 5\n", b"index 4\n")
    files = forged(package, {"data/proofs/4.tlog-proof": moved})
    assert "proofs: 4: the entry is not in the log" in wrong(shop.checked(files))


def test_a_package_s_own_words_do_not_pass_for_the_program_s(
    shop: House, package: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a report, in the name of a file: whatever is shown stays within its own line."""
    lie = "x\nok           export: signed by the court\nAll is right.\n\x1b[2J"
    account = {"audit": {"findings": 1, "unchecked": {"C1": lie}}}
    finding = {"code": lie, "severity": "warning"}
    report = "".join(f"{json.dumps(one)}\n" for one in (account, finding)).encode()
    files = forged(package, {"data/report.jsonl": report})
    folder = written({**files, f"{lie.replace('/', '')}": b""}, tmp_path / "package")
    assert verify.main([str(folder)]) == 1
    said = capsys.readouterr().out
    assert "court" in said
    assert "\x1b" not in said
    assert not [line for line in said.splitlines() if line.startswith("ok           export")]
    assert said.splitlines().count("All is right.") == 0


def test_a_package_of_another_exporter_is_refused(shop: House) -> None:
    other = House()
    files = shop.package()
    signed = {**files, NOTE: other.package()[NOTE]}
    assert shop.checked(signed).exit_code == 1
    assert other.checked(files, policy=shop.policy).wrong == [
        f"export: not signed by {other.exporter.key.name}"
    ]


def test_the_note_of_another_package_is_refused(shop: House, package: Files) -> None:
    fewer = shop.package(report={})
    assert shop.checked({**package, NOTE: fewer[NOTE]}).wrong == [
        "export: the note is about other tag manifests"
    ]


def test_two_logged_facts_at_one_place_of_a_stream_are_found() -> None:
    def edit(rows: list[Row]) -> list[Row]:
        envelope = Envelope(*read_state(rows[8].state).envelope)
        twin = _renamed(rows[9]._replace(version=rows[8].version), envelope.previous)
        return [*rows[:9], twin]

    house = House(edit)
    found = house.checked(house.package(whole_streams=())).wrong
    assert "streams: position 10: a second fact at one place of its stream" in found


def test_one_wrong_row_hides_no_other_finding(shop: House, package: Files) -> None:
    rows = lines(package)
    rows[0]["topic"] = "toy.met/1"
    proof = package["data/proofs/7.tlog-proof"].replace(b"index 7\n", b"index 6\n")
    files = forged(package, {FACTS: of_lines(rows), "data/proofs/7.tlog-proof": proof})
    found = wrong(shop.checked(files))
    assert "facts: line 1: not the row of its entry" in found
    assert "proofs: 7: not the proof of this index" in found


def test_a_row_under_a_foreign_leaf_is_refused(shop: House) -> None:
    """Who exports a row beside the log's own leaf of somebody else's."""
    whole = shop.contents()
    first, second = whole.facts[0].row, whole.facts[3].row
    lent = first._replace(entry=second.entry)
    files = shop.package(facts=[PackagedFact(lent), *whole.facts[1:]])
    assert leaf_hash(lent.entry) != leaf_hash(first.entry)
    assert "facts: line 1: not the row of its entry" in wrong(shop.checked(files))
