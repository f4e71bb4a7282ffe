"""One demonstration for all tests of the shell; who changes it works on a copy."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app import Clockwork, System, build
from cli import main
from settings import read_settings
from shell import demo
from shell.population import people
from tests_support.book_house import house as house  # noqa: PLC0414  says: a fixture for all here

Run = Callable[..., Result]
CHEAP = "key_memory_mib = 1\n"


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a demonstration, made once; only to be looked at."""
    home = tmp_path_factory.mktemp("records") / "home"
    home.mkdir(mode=0o700)
    (home / "settings.toml").write_text(CHEAP, "utf-8")
    with closing(build(read_settings(home, {}), Clockwork())) as system:
        demo.fill(system)
    return home


@pytest.fixture
def home(demo_home: Path, tmp_path: Path) -> Path:
    """A copy of the demonstration, to be changed at will."""
    copy = tmp_path / "home"
    shutil.copytree(demo_home, copy)
    return copy


@pytest.fixture
def system(home: Path) -> Iterator[System]:
    """The system in ``home``, opened."""
    with closing(build(read_settings(home, {}), Clockwork())) as opened:
        yield opened


@pytest.fixture(scope="session")
def names() -> list[str]:
    """The names of the demonstration's people."""
    return [person.name for person in islice(people(demo.SEED), demo.PEOPLE)]


@pytest.fixture
def records(home: Path) -> Run:
    """Run `records` on ``home``, or on another one."""

    def run(
        *arguments: str | Path, on: Path | None = None, typed: str | bytes | None = None
    ) -> Result:
        return CliRunner().invoke(
            main, ["--home", str(on or home), *(str(one) for one in arguments)], input=typed
        )

    return run
