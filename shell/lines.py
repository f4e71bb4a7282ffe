"""How commands print: a table for people, JSON for machines; and how a group refuses."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import click
from typing_extensions import override

from keys.errors import KeysError
from ledger.errors import InvalidInputError, LedgerError
from projections.errors import ProjectionError
from shell.errors import ShellError
from shell.home import Home
from verify_api.errors import ServiceError
from verify_api.picture_error import PictureError

REFUSED: Final = 2
"""Exit code of what was refused or could not be done."""
MISUSED: Final = 3
"""Exit code of a command line that cannot be read."""
EXPECTED: Final = (
    LedgerError, KeysError, ProjectionError, ShellError, ServiceError, PictureError,
)  # fmt: skip
"""What is told in one line; anything else is a fault of ours and shows where it is."""

F = TypeVar("F", bound=Callable[..., Any])

pass_home = click.make_pass_decorator(Home)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
"""The option of every command whose answer a machine may read."""


class RefusedCommand(click.ClickException):
    """An expected error on its way to the shell."""

    exit_code = REFUSED

    @override
    def show(self, file: Any = None) -> None:
        """Print it in one line."""
        click.echo(f"records: {self.message}", file=file, err=True)


class MisusedCommand(click.UsageError):
    """A command line that cannot be read, with an exit code of its own."""

    exit_code = MISUSED


def refusal(error: Exception) -> RefusedCommand:
    """Return ``error`` as one line: its code, its rule where it has one, and what was wrong."""
    code = getattr(error, "code", "error")
    rule = getattr(error, "rule", None)
    name = f"{code}/{rule}" if rule else str(code)
    return RefusedCommand(f"{name}: {' '.join(str(error).split())}")


class Commands(click.Group):
    """The outermost group: expected errors become one line and an exit code."""

    @override
    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the command line."""
        with _misuse():
            return super().make_context(*args, **extra)

    @override
    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _misuse():
            try:
                return super().invoke(ctx)
            except EXPECTED as error:
                raise refusal(error) from error


@contextmanager
def _misuse() -> Iterator[None]:
    """Give a command line that cannot be read an exit code of its own."""
    try:
        yield
    except (MisusedCommand, click.exceptions.NoArgsIsHelpError):
        raise
    except click.UsageError as error:
        raise MisusedCommand(error.format_message(), error.ctx) from error


def tell(value: object) -> None:
    """Print ``value`` as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def table(rows: Iterable[Sequence[object]], *, head: Sequence[str] = ()) -> None:
    """Print rows in columns."""
    lines = [[_cell(cell) for cell in row] for row in ([head] if head else [])]
    lines += [[_cell(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _cell(value: object) -> str:
    return "-" if value is None or value == "" else str(value)


def moment(at: datetime) -> str:
    """Return ``at`` as a shell shows it: UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class Moment(click.ParamType[datetime]):
    """A moment on the command line: ISO 8601 with an offset, or a day, which begins in UTC."""

    name = "time"

    @override
    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the moment."""
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value}: expected a time as 2026-11-24T09:00:00Z", param, ctx)
        return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def fields_of(pairs: Iterable[str]) -> dict[str, str]:
    """Return ``name=value`` pairs as a mapping.

    Raises:
        InvalidInputError: One has no ``=``, or a name comes twice.
    """
    fields: dict[str, str] = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator or not name or name in fields:
            raise InvalidInputError("--field", "field_form", "name=value, each name once")
        fields[name] = value
    return fields
