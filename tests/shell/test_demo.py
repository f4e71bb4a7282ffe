from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typing_extensions import override

from app import Clockwork, build
from ledger.calendar import local_day
from projections.national_figures import standing
from settings import read_settings
from shell import demo
from shell.demo import Note


class Stopped(Clockwork):
    """A clock that stands still."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    @override
    def now(self) -> datetime:  # type: ignore[override]
        return self.at


@pytest.mark.parametrize(
    "at",
    [
        datetime(2027, 2, 9, 19, tzinfo=UTC),
        datetime(2026, 11, 28, 17, tzinfo=UTC),
        datetime(2027, 1, 1, 0, tzinfo=UTC),
    ],
    ids=["in the holidays of Tết", "on a Saturday at midnight", "at New Year"],
)
def test_a_demonstration_can_begin_on_any_day(tmp_path: Path, at: datetime) -> None:
    (tmp_path / "settings.toml").write_text("key_memory_mib = 8\n", "utf-8")
    with closing(build(read_settings(tmp_path, {}), Stopped(at))) as system:
        note = demo.fill(system)
        with system.views.database.reading() as session:
            stages = session.execute("SELECT DISTINCT stage FROM work_queue WHERE open = 1")
            books = session.execute("SELECT COUNT(DISTINCT subject) FROM health_about_counts")
            shown_books = standing(session, local_day(at)).sums.integrated
            asks = session.execute("SELECT subject, facility, stage FROM appointment_asks")
            citizen, doctor = (system.accounts.named(name) for name in ("cong-dan", "bac-si"))
    assert citizen is not None
    assert doctor is not None
    assert {facility for _, facility, _ in asks} == {doctor.organisation}
    mine = [stage for subject, _, stage in asks if subject == str(citizen.subject)]
    assert sorted(mine) == ["declined", "granted", "open"]
    assert len(asks) == len(mine) + 1
    shown = {"active", "active (PDF)", "recalled", "cancelled", "referral", "appointment"}
    assert shown == note.certificates.keys()
    assert ("submitted",) in stages
    assert books == [(demo.PEOPLE * 2 // 3,)]
    assert shown_books == demo.PEOPLE * 2 // 3 * 2 // 3
    assert Note.read(tmp_path) == note
    assert (tmp_path / "demo.json").stat().st_mode & 0o077 == 0
