"""What can go wrong in the shell itself; what goes wrong below keeps its own class and code."""

from typing import ClassVar


class ShellError(Exception):
    """Base of everything this floor raises on purpose; never raised itself."""

    code: ClassVar[str] = "shell_error"


class NoHomeError(ShellError):
    """The home folder holds no ledger: it was never started, or the path is wrong."""

    code: ClassVar[str] = "no_home"


class HomeTakenError(ShellError):
    """The home folder holds a ledger already, and nothing may be written over it."""

    code: ClassVar[str] = "home_taken"


class UnreadableFileError(ShellError):
    """A file that was named cannot be read, or cannot be written."""

    code: ClassVar[str] = "unreadable_file"


class BackupError(ShellError):
    """A backup is not whole, or not what its manifest says; ``place`` names the file."""

    code: ClassVar[str] = "backup"

    def __init__(self, place: str, message: str) -> None:
        """Name the ``place`` in the backup."""
        super().__init__(f"{place}: {message}")
        self.place = place


class UnsafeAddressError(ShellError):
    """The service would be reachable by others, and nobody said that it may be."""

    code: ClassVar[str] = "unsafe_address"


class ProcessEndedError(ShellError):
    """A process that should go on for ever has ended."""

    code: ClassVar[str] = "process_ended"


class MissingExtraError(ShellError):
    """What was asked for needs libraries of an extra that is not installed."""

    code: ClassVar[str] = "missing_extra"


class NoAnswerError(ShellError):
    """Somebody else's service did not answer, or not in time, or with something else."""

    code: ClassVar[str] = "no_answer"
