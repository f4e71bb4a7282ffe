"""Attacks on evidence packages: bits, bytes and files (A35).

What a forger without the exporter's key can do unseen by whoever has no such key either is written
down here, too: that is why the key has to be asked for.
"""

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import bagit  # type: ignore[import-untyped]
import pytest

from ledger.audit.package import verify
from ledger.audit.package.bag import PAYLOAD, zipped
from ledger.audit.package.package import NOTE, folder_name
from tests_support.evidence_packages import (
    PACKAGE,
    Files,
    House,
    checked,
    flipped,
    forged,
    written,
)
from tests_support.forged_packages import FACTS, HEAD, POLICY, wrong

CHANGES = 200
DICE = 35


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
