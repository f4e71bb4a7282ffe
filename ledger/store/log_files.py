"""What a home says of its log, in a folder: its name, who witnesses it, the newest signed head.

A policy that is replaced is kept beside the new one, under the time at which it ended.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from ledger.errors import InvalidInputError
from ledger.store.head_file import HeadFile
from ledger.transparency.note import is_name
from ledger.transparency.policy import LARGEST_POLICY, Policy, parse_policy, write_policy

POLICY: Final = "policy"
ORIGIN: Final = "origin"
NEWEST: Final = "newest"
"""Not in backups: see `ledger.store.head_file`."""
_UNTIL: Final = f"{POLICY}-until-"
_AT: Final = "%Y%m%dT%H%M%S%fZ"


class ReplacedPolicy(NamedTuple):
    """A policy that is not in force any more."""

    ended: datetime
    path: Path
    policy: Policy


class LogFiles:
    """The folder ``log`` of a home."""

    def __init__(self, home: Path) -> None:
        """Look into ``home``."""
        self.folder = home / "log"

    @property
    def is_there(self) -> bool:
        """Whether this home has a log."""
        return (self.folder / POLICY).exists()

    @property
    def memory(self) -> HeadFile:
        """The newest head that was signed here."""
        return HeadFile(self.folder / NEWEST)

    def origin(self) -> str:
        """Return the log's name.

        Raises:
            InvalidInputError: ``log_file``.
        """
        name = self._read(ORIGIN).removesuffix("\n")
        if not is_name(name):
            raise InvalidInputError(f"log/{ORIGIN}", "log_file", "a name such as <host>/log")
        return name

    def policy(self) -> Policy:
        """Return the policy in force.

        Raises:
            InvalidInputError: ``log_file``, or as of a policy.
        """
        return parse_policy(self._read(POLICY))

    def replaced(self) -> list[ReplacedPolicy]:
        """Return the policies before the one in force, the oldest first.

        Raises:
            InvalidInputError: ``log_file``, or as of a policy.
        """
        return [
            ReplacedPolicy(
                datetime.strptime(path.name.removeprefix(_UNTIL), _AT).replace(tzinfo=UTC),
                path,
                parse_policy(self._read(path.name)),
            )
            for path in sorted(self.folder.glob(f"{_UNTIL}*Z"))
        ]

    def begin(self, origin: str, policy: Policy) -> None:
        """Write the files of a new log; the policy last, which makes it one."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._write(ORIGIN, f"{origin}\n")
        self._write(POLICY, write_policy(policy))

    def replace(self, policy: Policy, *, at: datetime) -> None:
        """Let ``policy`` be in force from ``at`` on; processes read it when they start."""
        self._write(f"{_UNTIL}{at.astimezone(UTC):{_AT}}", self._read(POLICY))
        self._write(POLICY, write_policy(policy))

    def _read(self, name: str) -> str:
        try:
            with (self.folder / name).open(encoding="utf-8") as file:
                return file.read(LARGEST_POLICY + 1)
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInputError(f"log/{name}", "log_file", "a readable text file") from error

    def _write(self, name: str, text: str) -> None:
        new = self.folder / f".{name}.new"
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        new.replace(self.folder / name)
