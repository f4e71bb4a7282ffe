import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from PIL import Image

from shell.checking import given_by
from shell.demo import Note

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def note(demo_home: Path) -> Note:
    found = Note.read(demo_home)
    assert found is not None
    return found


def answer(result: Result) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def test_a_picture_of_a_certificate_in_force_is_valid(records: Run, home: Path) -> None:
    checked = records("verify", home / "papers" / "active.png", "--lang", "en")
    assert checked.exit_code == 0
    assert checked.stdout.startswith("VALID: ")
    for told in ("Genuine, not altered", "LLTP-CA", "by the register", "identity document",
                 " entries, 1 witnesses, cosigned "):  # fmt: skip
        assert told in checked.stdout


def test_its_paper_is_valid_too(records: Run, home: Path) -> None:
    checked = records("verify", home / "papers" / "active.pdf", "--json")
    assert checked.exit_code == 0
    assert answer(checked)["certificate"]["holder"]["name"]


@pytest.mark.parametrize("stage", ["recalled", "cancelled"])
def test_what_was_taken_back_is_not_valid(records: Run, home: Path, stage: str) -> None:
    checked = records("verify", home / "papers" / f"{stage}.png", "--json")
    assert checked.exit_code == 1
    assert answer(checked)["state"] == "revoked"
    assert answer(checked)["certificate"]["holder"] is None
    assert records("verify", home / "papers" / f"{stage}.png").exit_code == 1


def test_a_text_is_read_from_arguments_files_and_standard_input(
    records: Run, note: Note, tmp_path: Path
) -> None:
    text = note.texts["active"]
    file = tmp_path / "code.txt"
    file.write_text(f"{text}\n", "utf-8")
    assert records("verify", text).exit_code == 0
    assert records("verify", file).exit_code == 0
    assert records("verify", "-", typed=text).exit_code == 0


def test_a_picture_comes_by_standard_input_as_well(records: Run, home: Path) -> None:
    assert (
        records("verify", "-", typed=(home / "papers" / "active.png").read_bytes()).exit_code == 0
    )


def test_an_altered_code_is_not_valid_and_nonsense_cannot_be_told(records: Run, note: Note) -> None:
    text = note.texts["active"]
    digit = "1" if text[-40] != "1" else "2"
    assert records("verify", text[:-40] + digit + text[-39:]).exit_code in {1, 2}
    assert records("verify", "hello").exit_code == 2
    assert records("verify", text.replace("records.example", "evil.example")).exit_code == 2


def test_a_certificate_is_judged_at_another_moment(records: Run, note: Note) -> None:
    text = note.texts["active"]
    later = (datetime.now(UTC) + timedelta(days=400)).isoformat()
    expired = records("verify", text, "--at", later, "--json")
    assert expired.exit_code in {1, 2}
    assert records("verify", text, "--at", "2020-01-01", "--json").exit_code == 1


def test_a_bundle_is_enough_to_check_offline(
    records: Run, home: Path, note: Note, tmp_path: Path
) -> None:
    bundle, root = tmp_path / "bundle.cbor", tmp_path / "root.cbor"
    assert records("bundle", "write", bundle).exit_code == 0
    assert records("keys", "export", "--root", "--to", root).exit_code == 0
    nowhere = tmp_path / "nothing"
    for stage, exit_code in (("active", 0), ("recalled", 1)):
        checked = records(
            "verify", note.texts[stage], "--bundle", bundle, "--root", root, "--json", on=nowhere
        )
        assert checked.exit_code == exit_code
        assert answer(checked)["evidence"]["status"]["source"] == "signed_list"
    assert records("verify", home / "papers" / "active.png", "--bundle", bundle).exit_code == 0
    late = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    stale = records("verify", note.texts["active"], "--bundle", bundle, "--at", late)
    assert stale.exit_code == 2
    assert not nowhere.exists()


def test_a_spoiled_bundle_proves_nothing(records: Run, note: Note, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.cbor"
    records("bundle", "write", bundle)
    content = bytearray(bundle.read_bytes())
    content[len(content) // 2] ^= 1
    bundle.write_bytes(content)
    refused = records("verify", note.texts["active"], "--bundle", bundle)
    assert refused.exit_code == 2
    assert refused.stderr.startswith("records: ")


def test_without_ledger_and_bundle_nobody_can_tell(
    records: Run, note: Note, tmp_path: Path
) -> None:
    refused = records("verify", note.texts["active"], on=tmp_path / "nothing")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith("records: no_home: ")


def test_files_without_a_code_are_told_in_one_line(records: Run, tmp_path: Path) -> None:
    blank = BytesIO()
    Image.new("L", (200, 200), 255).save(blank, "PNG")
    for name, content, code in (
        ("blank.png", blank.getvalue(), "picture/no_code"),
        ("corrupt.png", b"\x89PNG\r\n\x1a\nxxxx", "picture/corrupt"),
        ("broken.pdf", b"%PDF-1.7 nothing", "picture/corrupt"),
        ("noise.bin", b"\xff\xfe\x00\x80", "unreadable_file"),
        ("huge.png", b"\x89PNG" + b"x" * (17 << 20), "unreadable_file"),
    ):
        file = tmp_path / name
        file.write_bytes(content)
        refused = records("verify", file)
        assert (refused.exit_code, refused.stdout) == (2, ""), name
        assert refused.stderr.startswith(f"records: {code}: "), refused.stderr


def test_a_blank_at_the_end_of_a_code_is_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "code").write_bytes(b"HC1:6BF B \r\n")
    assert given_by(str(tmp_path / "code")).texts == ["HC1:6BF B "]


@pytest.mark.parametrize("name", ["scan.png", "Giấy 12.PDF", "codes/one.txt"])
def test_the_name_of_a_file_that_is_not_there_is_no_code(records: Run, name: str) -> None:
    refused = records("verify", name)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == f"records: unreadable_file: {name}: there is no such file\n"


def test_two_codes_in_one_picture_are_both_answered_and_one_no_is_a_no(
    records: Run, home: Path, tmp_path: Path
) -> None:
    both = [Image.open(home / "papers" / f"{stage}.png") for stage in ("active", "recalled")]
    sheet = Image.new("L", (sum(one.width for one in both) + 40, both[0].height + 40), 255)
    sheet.paste(both[0], (0, 0))
    sheet.paste(both[1], (both[0].width + 40, 0))
    sheet.save(tmp_path / "both.png")
    checked = records("verify", tmp_path / "both.png", "--json")
    assert checked.exit_code == 1
    assert [one["overall"] for one in json.loads(checked.stdout)] == ["valid", "not_valid"]


def test_a_foreign_certificate_needs_its_issuers_keys_and_no_ledger(
    records: Run, shared_data: Path, tmp_path: Path
) -> None:
    folder = shared_data / "credentials" / "hcert"
    text, key, at = foreign(folder)
    pem = tmp_path / "issuer.pem"
    pem.write_text(f"-----BEGIN CERTIFICATE-----\n{key}\n-----END CERTIFICATE-----\n", "ascii")
    nowhere = tmp_path / "nothing"
    trusted = records(
        "verify", text, "--trust", pem, "--at", at, "--lang", "en", on=nowhere
    )  # fmt: skip
    assert trusted.exit_code == 0, trusted.stdout + trusted.stderr
    stranger = records("verify", text, "--at", at, "--json", on=nowhere)
    assert stranger.exit_code == 1
    assert answer(stranger)["profile"] == "hcert"
    assert answer(stranger)["certificate"] is None
    online = records("verify", text, "--trust", pem, "--at", at, "--json")
    assert online.exit_code == 0


def foreign(folder: Path) -> tuple[str, str, str]:
    """Return a valid certificate of the public set, its issuer's key, and its clock."""
    for file in sorted(folder.rglob("*.json")):
        case = json.loads(file.read_text("utf-8"))
        if not isinstance(case, dict):
            continue
        expected, context = case.get("EXPECTEDRESULTS", {}), case.get("TESTCTX", {})
        wanted = ("EXPECTEDVERIFY", "EXPECTEDB45DECODE", "EXPECTEDEXPIRATIONCHECK")
        if all(expected.get(name) for name in wanted) and context.get("CERTIFICATE"):
            return case["PREFIX"], context["CERTIFICATE"], context["VALIDATIONCLOCK"]
    raise AssertionError("the public set has valid certificates")


def test_a_file_of_keys_that_is_none_is_told_in_one_line(records: Run, tmp_path: Path) -> None:
    (tmp_path / "keys.pem").write_text("no keys", "ascii")
    refused = records("verify", "HC1:X", "--trust", tmp_path / "keys.pem")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("records: key_format: ")
    assert records("verify", "HC1:X", "--trust", tmp_path / "none.pem").exit_code == 2
