"""The home folder of a command: where it is, opening what lies in it, reading files it is given."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clockwork import Clockwork
from ledger.facts import Act
from settings import Settings, read_settings
from shell.errors import NoHomeError, UnreadableFileError

if TYPE_CHECKING:
    from system import System

MODULE_FOLDER: Final = Path(__file__).resolve().parents[1]
"""Where the programs are: what a process that we start finds `cli` and `app` in."""
LARGEST_FILE: Final = 16 << 20
"""Bytes of a file that is named on the command line; documents and pictures are smaller."""


@dataclass(frozen=True, slots=True)
class Home:
    """A home folder, the environment around it, and the clock."""

    path: Path
    environment: Mapping[str, str]
    clockwork: Clockwork = field(default_factory=Clockwork)

    @property
    def settings(self) -> Settings:
        """What is set for it.

        Raises:
            InvalidInputError: The file of settings has another form.
        """
        return read_settings(self.path, self.environment)

    @property
    def is_there(self) -> bool:
        """Whether a ledger was ever begun here; one on a server counts once keys are here."""
        return (self.path / "ledger.db").exists() or (self.path / "root").is_dir()

    @contextmanager
    def opened(self) -> Iterator["System"]:
        """Open what is there.

        Raises:
            NoHomeError: Nothing is there, and a command that only looks makes nothing.
        """
        if not self.is_there:
            message = f"there is no ledger in {self.path}: expected a home made by `records init`"
            raise NoHomeError(message)
        with self.begun() as system:
            yield system

    @contextmanager
    def begun(self) -> Iterator["System"]:
        """Open what is there, and make what is missing."""
        from app import build  # noqa: PLC0415  a command that opens no ledger loads none of it

        system = build(self.settings, self.clockwork)
        try:
            yield system
        finally:
            system.close()


def operator(system: "System", *, role: str = "operator", actor: str = "shell") -> Act:
    """Return an act of now by whoever sits at the shell."""
    return system.act(actor, role)


def read(path: Path) -> bytes:
    """Return what is in a file that was named on the command line.

    Raises:
        UnreadableFileError: It cannot be read, or is larger than `LARGEST_FILE`.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UnreadableFileError(f"{path}: cannot be read") from error
    if len(content) > LARGEST_FILE:
        raise UnreadableFileError(f"{path}: expected at most {LARGEST_FILE} bytes")
    return content


def write(path: Path, content: bytes) -> None:
    """Write a file that was named on the command line.

    Raises:
        UnreadableFileError: It cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UnreadableFileError(f"{path}: cannot be written") from error
