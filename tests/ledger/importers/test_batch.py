"""Folders come in once, whatever happens on the way; what is refused is kept and told."""

import json
import os
import random
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from ledger.commands.visit_streams import document_of, load_visit
from ledger.errors import InvalidInputError, RefusedError, TamperedError
from ledger.identifiers import facility_stream, visit_stream
from ledger.importers import units
from ledger.importers.batch import Importer
from ledger.importers.pieces import Source
from ledger.importers.progress import Line, Progress
from ledger.importers.quarantine import Quarantine, Refusal, digest_of
from ledger.importers.report import Report
from ledger.records.visit import VisitRecorded
from tests_support.intake_house import AT, FACILITY, IntakeHouse, intake_house, sender
from tests_support.visit_json import dumped
from tests_support.visit_lives import lives
from tests_support.visit_samples import vietnamese_visit

KILLS = 20
LONGEST_LIFE = 0.5
ROOT = Path(__file__).parents[3]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[IntakeHouse]:
    with intake_house(f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path) as opened:
        yield opened


def quarantine(house: IntakeHouse, folder: Path) -> Quarantine:
    key = house.keys.for_writing(facility_stream(FACILITY), "health-restricted")
    return Quarantine(folder / "quarantine", key, os.urandom)


def importer(house: IntakeHouse, folder: Path, *, reason: str | None = None) -> Importer:
    return Importer(
        house.facts, house.keys.numbers, Source(FACILITY, AT, reason), sender(), uuid4,
        quarantine(house, folder),
    )  # fmt: skip


def run(
    house: IntakeHouse, folder: Path, *paths: Path, resume: bool = False, workers: int = 0,
    reason: str | None = None,
) -> Report:  # fmt: skip
    progress = Progress(folder / "progress.jsonl")
    if resume:
        progress.load()
    told: list[str] = []
    line = lambda total: Line(told.append, time.monotonic, total, every=0.0)  # noqa: E731
    own = importer(house, folder, reason=reason)
    own.worth_workers = 0
    return own.run(paths, progress=progress, line=line, workers=workers)


def a_folder(folder: Path, files: int = 6) -> Path:
    """Return a folder with lives, visits and lines; each about somebody else."""
    made = folder / "sent"
    made.mkdir()
    for number, data in enumerate(lives(seed=31, count=files, visits=4)):
        (made / f"life-{number}.json").write_bytes(data)
    rng = random.Random(5)
    for number in range(files):
        visit = vietnamese_visit(rng, FACILITY)
        (made / f"visit-{number}.json").write_bytes(dumped(visit, 2))
    patients = [{"resourceType": "Patient", "id": f"exported-patient-{n}"} for n in range(40)]
    conditions = [
        {
            "resourceType": "Condition",
            "id": f"c-{n}",
            "subject": {"reference": f"Patient/exported-patient-{n % 40}"},
            "code": {"text": "Sốt"},
        }
        for n in range(200)
    ]
    for name, rows in (("Condition", conditions), ("Patient", patients)):
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (made / f"{name}.000.ndjson").write_text(text + "\n", "utf-8")
    return made


def rows(house: IntakeHouse) -> Counter[tuple[UUID, int, str]]:
    """Return what is in the ledger, but for the random names of people."""
    found: Counter[tuple[UUID, int, str]] = Counter()
    after = 0
    while page := house.facts.read(after=after, limit=1_000):
        for one in page:
            known = one.topic.startswith("visit.")
            found[
                one.stream_id if known else UUID(int=0), one.version if known else 0, one.topic
            ] += 1
        after = page[-1].position
    return found


def test_a_folder_comes_in_and_again_changes_nothing(house: IntakeHouse, tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    first = run(house, tmp_path, folder)
    assert first.outcomes["refused"] == 0
    assert first.outcomes["accepted"] > 6 * 4 + 6 + 240
    head = house.facts.head()
    again = run(house, tmp_path, folder)
    assert again.outcomes == Counter(repeated=first.total)
    assert house.facts.head() == head
    resumed = run(house, tmp_path, folder, resume=True)
    assert resumed.total == 0


def test_lines_of_an_export_lead_to_their_patients(house: IntakeHouse, tmp_path: Path) -> None:
    folder = a_folder(tmp_path, files=0)
    run(house, tmp_path, *sorted(folder.iterdir(), reverse=True))
    subjects = {
        one.subject
        for one in house.facts.read(after=0, limit=1_000)
        if isinstance(one.fact, VisitRecorded)
    }
    assert len(subjects) == 40


def test_many_workers_write_what_one_does(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    order: list[list[UUID]] = []
    for workers in (0, 2):
        own = tmp_path / f"by-{workers}"
        own.mkdir()
        with intake_house(f"sqlite:///{own / 'ledger.db'}", own) as house:
            run(house, own, folder, workers=workers)
            recorded = house.facts.read(after=0, limit=10_000)
            order.append([one.stream_id for one in recorded if one.topic.startswith("visit.")])
    assert order[0] == order[1]


def test_lines_are_cut_at_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "x.ndjson"
    lines = [b"x" * length for length in (1, 49, 50, 51, 0, 200, 3)]
    path.write_bytes(b"\n".join(lines))
    found = list(units.units_of(path, lines=50))
    data = path.read_bytes()
    assert b"".join(data[unit.start : unit.end] for unit in found) == data
    assert all(data[unit.end - 1 : unit.end] == b"\n" for unit in found[:-1])
    assert len(found) > 3


def test_what_is_refused_is_kept_sealed_and_told_without_its_values(
    house: IntakeHouse, tmp_path: Path
) -> None:
    folder = tmp_path / "sent"
    folder.mkdir()
    visit = vietnamese_visit(random.Random(1), FACILITY)
    name = visit["entry"][0]["resource"]["name"][0]["text"]
    visit["entry"][1]["resource"]["status"] = "done"
    bad = dumped(visit, 2)
    (folder / f"{name}.json").write_bytes(bad)
    (folder / "broken.json").write_bytes(b"{")
    good = dumped(vietnamese_visit(random.Random(2), FACILITY), 2)
    (folder / "good.json").write_bytes(good)
    report = run(house, tmp_path, folder)
    assert report.outcomes == Counter(accepted=1, refused=2)
    held = quarantine(house, tmp_path)
    assert {refusal.digest for refusal in held} == {digest_of(bad), digest_of(b"{")}
    assert held.read(digest_of(bad)) == bad
    for path in (tmp_path / "quarantine").iterdir():
        content = path.read_bytes()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert name.encode() not in content
        assert name.split()[0].encode() not in content
    assert stat.S_IMODE((tmp_path / "quarantine").stat().st_mode) == 0o700
    told = json.dumps(report.as_json(), ensure_ascii=False) + report.as_text()
    assert name not in told
    assert "status" in told
    state = (tmp_path / "progress.jsonl").read_text()
    assert name not in state


def test_what_is_taken_in_after_all_leaves_the_quarantine(
    house: IntakeHouse, tmp_path: Path
) -> None:
    folder = tmp_path / "sent"
    folder.mkdir()
    visit = vietnamese_visit(random.Random(1), FACILITY)
    (folder / "a.json").write_bytes(dumped(visit, None))
    (folder / "b.json").write_bytes(dumped(visit, 2))
    (folder / "c.json").write_bytes(b"{")
    report = run(house, tmp_path, folder)
    assert sorted(rule for rule, _ in report.refused) == ["correction_needs_a_reason", "json"]
    held = quarantine(house, tmp_path)
    assert importer(house, tmp_path).retry(held).outcomes == Counter(refused=2)
    retried = importer(house, tmp_path, reason="Sửa định dạng").retry(held)
    assert retried.outcomes == Counter(corrected=1, refused=1)
    assert [refusal.rule for refusal in held.refusals()] == ["json"]
    key = visit["entry"][1]["resource"]["identifier"][0]["value"]
    state = load_visit(house.facts, visit_stream(FACILITY, key)).state
    assert document_of(state.newest) == dumped(visit, 2)


def test_a_file_in_quarantine_that_was_changed_does_not_open(
    house: IntakeHouse, tmp_path: Path
) -> None:
    held = quarantine(house, tmp_path)
    refusal = Refusal(digest_of(b"x"), "fhir", "json", "", "", AT.isoformat())
    held.keep(b"x", refusal)
    held.keep(b"x", refusal)
    assert len(list(held)) == 1
    path = tmp_path / "quarantine" / f"{refusal.digest}.sealed"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(TamperedError):
        held.read(refusal.digest)


def test_a_path_that_is_not_there_and_a_stranger_are_refused(
    house: IntakeHouse, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInputError):
        run(house, tmp_path, tmp_path / "nowhere")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InvalidInputError):
        run(house, tmp_path, empty)
    stranger = Importer(
        house.facts, house.keys.numbers, Source("79Z99", AT), sender("79Z99"), uuid4,
        quarantine(house, tmp_path),
    )  # fmt: skip
    with pytest.raises(RefusedError):
        stranger.run(
            [empty],
            progress=Progress(tmp_path / "p"),
            line=lambda total: Line(print, time.monotonic, total),
        )


_PROGRAM = """
import sys
from pathlib import Path
from tests.ledger.importers.test_batch import run
from tests_support.intake_house import intake_house
home, sent = Path(sys.argv[1]), Path(sys.argv[2])
with intake_house(f"sqlite:///{home / 'ledger.db'}", home) as house:
    print("ready", flush=True)
    run(house, home, sent, resume=True)
"""


@pytest.mark.many_cases
def test_killed_twenty_times_it_leaves_what_an_undisturbed_import_leaves(tmp_path: Path) -> None:
    sent = a_folder(tmp_path, files=25)
    quiet, disturbed = tmp_path / "quiet", tmp_path / "disturbed"
    quiet.mkdir()
    disturbed.mkdir()
    with intake_house(f"sqlite:///{quiet / 'ledger.db'}", quiet) as house:
        run(house, quiet, sent)
        expected = rows(house)
    rng = random.Random(8)
    command = [sys.executable, "-c", _PROGRAM, str(disturbed), str(sent)]
    cut_short = 0
    for _ in range(KILLS):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(rng.uniform(0.0, LONGEST_LIFE))
        process.kill()
        cut_short += process.wait() != 0
        process.stdout.close()
    assert cut_short, "no kill came in time: the import is too small for this test"
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    with intake_house(f"sqlite:///{disturbed / 'ledger.db'}", disturbed) as house:
        assert rows(house) == expected
        assert all(finding.holds for finding in house.facts.integrity(deep=True))
