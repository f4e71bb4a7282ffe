"""Referrals and appointments from the command line, with bad input of each kind."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app import Clockwork, build
from cli import main
from ledger.certificates.kinds import KINDS
from ledger.clinical.insurance_papers import read_referral
from settings import read_settings
from shell import first_start
from tests_support.paper_house import PATIENT, equip
from tests_support.paper_town import CENTRAL, DISTRICT, PROVINCIAL, told

Run = Callable[..., Result]
MINE = ("--facility", DISTRICT, "--actor", "bacsi")
SIGNER = ("--facility", DISTRICT, "--actor", "giamdoc")
THERE = ("--facility", CENTRAL, "--actor", "y")


@pytest.fixture(scope="module")
def paper_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of now, with facilities that can issue papers."""
    home = tmp_path_factory.mktemp("papers") / "home"
    home.mkdir(mode=0o700)
    (home / "settings.toml").write_text("key_memory_mib = 8\n", "utf-8")
    with closing(build(read_settings(home, {}), Clockwork())) as system:
        first_start.start(system, at=system.clockwork.now())
        equip(system)
    return home


@pytest.fixture
def records(paper_home: Path) -> Run:
    def run(*arguments: object) -> Result:
        return CliRunner().invoke(
            main, ["--home", str(paper_home), *(str(one) for one in arguments)]
        )

    return run


def ordered(folder: Path, kind: str, **changes: Any) -> Path:
    file = folder / f"{kind}.json"
    order = {"patient": PATIENT, "content": told(KINDS[kind], changes)}
    file.write_text(json.dumps(order, ensure_ascii=False), "utf-8")
    return file


def issued(records: Run, folder: Path, kind: str, **changes: Any) -> str:
    drafted = records(kind, "draft", ordered(folder, kind, **changes), *MINE)
    assert drafted.exit_code == 0, drafted.stderr
    reference = drafted.stdout.splitlines()[0].strip()
    signed = records(kind, "sign", reference, *SIGNER)
    assert signed.exit_code == 0, signed.stderr
    return reference


def tomorrow_on(**changes: Any) -> dict[str, Any]:
    """Return an appointment's days, far enough ahead of the machine's own clock."""
    now = datetime.now(UTC)
    day = now + timedelta(days=30)
    return {"written": f"{now:%Y%m%d}", "appointed": f"{day:%Y%m%d}0800", **changes}


def test_a_referral_goes_from_the_order_to_its_end(records: Run, tmp_path: Path) -> None:
    reference = issued(records, tmp_path, "referral", number="C-1")
    shown = json.loads(records("referral", "show", reference, "--json", *THERE).stdout)
    assert (shown["stage"], shown["days_left"]) == ("available", 10)
    pdf = tmp_path / "r.pdf"
    assert records("log", "run", "--once").exit_code == 0
    paper = ("referral", "paper", reference, "--to", pdf, *MINE)
    assert records(*paper).exit_code == 3
    assert records(*paper, "--legal-basis", "điều trị").exit_code == 0
    for facility, exit_code in ((CENTRAL, 0), (PROVINCIAL, 1)):
        assert records("verify", pdf, "--facility", facility).exit_code == exit_code
    checked = json.loads(records("verify", pdf, "--facility", CENTRAL, "--json").stdout)
    assert checked["acceptance"]["value"] == "acceptable"
    assert records("verify", pdf, "--facility", "x").stderr.startswith("records: invalid_input/")
    assert records("referral", "present", f"{DISTRICT}:C-1", *THERE).exit_code == 0
    accepted = records("referral", "accept", f"{DISTRICT}:{_number(records, reference)}", *THERE)
    assert accepted.stdout.endswith(": in-use, version 3\n"), accepted.stderr
    again = records("referral", "accept", reference, *THERE)
    assert again.exit_code == 2
    assert f"accepted_here: facility {CENTRAL} has it" in again.stderr
    used = records("referral", "use", reference, "--episode", "LK-1", *THERE)
    assert used.exit_code == 0, used.stderr
    listed = json.loads(records("referral", "list", "--to", "--json", "--facility", CENTRAL).stdout)
    assert {one["id"]: one["stage"] for one in listed}[reference] == "in-use"
    assert records("referral", "close", reference, *THERE).stdout.endswith("closed, version 5\n")


def _number(records: Run, reference: str) -> str:
    shown = json.loads(records("certificate", "show", reference, "--json").stdout)
    return str(shown["number"])


def test_a_referral_is_rejected_reported_and_cancelled(records: Run, tmp_path: Path) -> None:
    reference = issued(records, tmp_path, "referral", number="C-2")
    rejected = records("referral", "reject", reference, "--reason", "no_capacity", "--note",
                       "Hết giường", *THERE)  # fmt: skip
    assert rejected.exit_code == 0, rejected.stderr
    late = records("referral", "admit-unverified", reference, "--admitted-at",
                   "2999-01-01", "--offline-number", "SỔ-1", *THERE)  # fmt: skip
    assert late.stderr.startswith("records: invalid_input/in_the_future: ")
    cancelled = records("referral", "cancel", reference, "--reason", "Nhầm", *MINE)
    assert cancelled.stdout.endswith("cancelled, version 3\n"), cancelled.stderr
    reported = records("referral", "admit-unverified", reference, "--admitted-at",
                       "2026-11-01T00:00:00+07:00", "--offline-number", "SỔ-1", *THERE)  # fmt: skip
    assert reported.exit_code == 0, reported.stderr


def test_what_a_referral_says_is_shown_after_the_look_is_recorded(
    records: Run, tmp_path: Path
) -> None:
    reference = issued(records, tmp_path, "referral", number="C-3")
    look = ("referral", "show", reference, "--content", *THERE)
    assert records(*look).stderr.startswith("records: refused/access_needs_a_legal_basis: ")
    shown = json.loads(records(*look, "--legal-basis", "điều trị").stdout)
    assert shown["content"]["onward_treatment"] == KINDS["referral"].specimen["onward_treatment"]
    xml = tmp_path / "r.xml"
    records("referral", "paper", reference, "--to", xml, "--legal-basis", "x", *THERE)
    assert read_referral(xml.read_bytes()).number == "C-3"
    again = records("referral", "draft", xml, *MINE)
    assert again.stderr.startswith("records: refused/own_number_taken: ")


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"not json", "order_form"),
        (b"[]", "order_form"),
        (b"\xff\xfe", "order_form"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", ""),
        (b"<a>", ""),
        (b"{}", "order_form"),
    ],
)
def test_an_order_that_is_none_is_refused_in_one_line(
    records: Run, tmp_path: Path, content: bytes, rule: str
) -> None:
    file = tmp_path / "order"
    file.write_bytes(content)
    refused = records("referral", "draft", file, *MINE)
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"records: invalid_input/{rule}")
    assert refused.stderr.count("\n") == 1


def test_what_is_not_there_or_not_for_this_facility_is_not_found(
    records: Run, tmp_path: Path
) -> None:
    reference = issued(records, tmp_path, "referral", number="C-4")
    elsewhere = ("--facility", PROVINCIAL, "--actor", "x")
    for typed in (reference, f"{DISTRICT}:999/CT", "nobody:1", "không có"):
        refused = records("referral", "show", typed, *elsewhere)
        assert refused.stderr.startswith("records: not_found: "), typed
    assert records("referral", "show", reference, "--facility", "x", "--actor", "y").exit_code == 2
    assert records("referral", "draft", ordered(tmp_path, "referral"), *elsewhere).exit_code == 2


def test_an_appointment_goes_from_the_order_to_its_end(records: Run, tmp_path: Path) -> None:
    first = issued(records, tmp_path, "appointment", **tomorrow_on(number="H-1", episode_key="E-1"))
    refused = records("appointment", "consume", first, *MINE)
    assert refused.stderr.startswith("records: refused/too_early: ")
    day = tomorrow_on()["appointed"]
    moved = records("appointment", "reschedule", first, "--appointed", day, "--reason", "Bận",
                    *MINE)  # fmt: skip
    second = moved.stdout.strip()
    assert records("appointment", "sign", second, *SIGNER).exit_code == 0
    assert "rescheduled" in records("appointment", "show", first, *MINE).stdout
    used = records("appointment", "consume", second, "--abnormal-signs", *MINE)
    assert used.stdout.endswith(": consumed, version 2\n"), used.stderr
    again = records("appointment", "consume", second, "--abnormal-signs", *MINE)
    assert again.stderr.startswith("records: refused/double_use: ")
    pdf = tmp_path / "a.pdf"
    assert records("log", "run", "--once").exit_code == 0
    made = records("appointment", "paper", second, "--to", pdf, "--legal-basis", "x", *MINE)
    assert made.exit_code == 0, made.stderr
    assert records("verify", pdf, "--facility", DISTRICT).exit_code == 1
    listed = json.loads(records("appointment", "list", "--json", "--facility", DISTRICT).stdout)
    stages = {one["id"]: one["stage"] for one in listed}
    assert (stages[first], stages[second]) == ("rescheduled", "consumed")


def test_an_appointment_is_missed_only_after_its_day_and_cancelled_before(
    records: Run, tmp_path: Path
) -> None:
    days = tomorrow_on(number="H-2", episode_key="E-2")
    reference = issued(records, tmp_path, "appointment", **days)
    missed = records("appointment", "miss", reference, *MINE)
    assert missed.stderr.startswith("records: refused/not_over: ")
    cancelled = records("appointment", "cancel", reference, "--reason", "Nhầm", *MINE)
    assert cancelled.stdout.endswith(": cancelled, version 2\n"), cancelled.stderr
