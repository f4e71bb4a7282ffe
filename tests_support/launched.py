"""The launch, drawn very small, in a home of its own: for tests that look at it."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app import Clockwork, System, build
from settings import read_settings
from shell import demo_launch
from shell.launch_scale import LaunchScale, launch_scale

FACTOR: Final = 20_000


@dataclass(frozen=True, slots=True)
class Launched:
    """A finished launch, opened."""

    system: System
    scale: LaunchScale
    lines: list[str]
    """What was told while it was made."""


@contextmanager
def open_launch(home: Path, factor: int = FACTOR) -> Iterator[Launched]:
    """Make the launch in ``home``, at one in ``factor``."""
    home.mkdir(mode=0o700)
    scale = launch_scale(factor)
    said = f"key_memory_mib = 1\npopulation = {scale.population}\n"
    (home / "settings.toml").write_text(said, "utf-8")
    lines: list[str] = []
    with closing(build(read_settings(home, {}), Clockwork())) as system:
        demo_launch.fill(system, scale, tell=lines.append)
        yield Launched(system, scale, lines)


def stored_topics(home: Path) -> Counter[str]:
    """Return how many facts of each name lie in a home's ledger, by SQL of our own."""
    with closing(sqlite3.connect(home / "ledger.db")) as database:
        rows = database.execute("SELECT topic, COUNT(*) FROM ledger_facts GROUP BY topic")
        return Counter(dict(rows.fetchall()))
