"""A PostgreSQL server of our own: temporary folder, unix socket only, gone at the end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg

_names = count(1)


class NoPostgresError(Exception):
    """The server's programs are not on this machine."""


class PrivateServer:
    """A running server; every `new_database` is empty."""

    def __init__(self, sockets: Path) -> None:
        """Speak to the server whose unix socket lies in the folder ``sockets``."""
        self._sockets = sockets

    def url(self, database: str) -> str:
        """Return the connection string of ``database``."""
        return f"postgresql://records@/{database}?host={quote(str(self._sockets), safe='')}"

    def new_database(self) -> str:
        """Create an empty database and return its connection string."""
        name = f"records_{os.getpid()}_{next(_names)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload,unused-ignore]
        return self.url(name)


def programs() -> Path:
    """Return the folder with ``initdb`` and ``postgres``.

    Raises:
        NoPostgresError: There is none.
    """
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if installed:
        return installed[-1].parent
    found = shutil.which("initdb")
    if found is None:
        raise NoPostgresError("no initdb on this machine: install PostgreSQL's server")
    return Path(found).resolve().parent


@contextmanager
def private_server(*, fsync: bool) -> Iterator[PrivateServer]:
    """Run a server for the length of the block. Durable commits only with ``fsync``."""
    binaries = programs()
    # PostgreSQL refuses to run as root; the system's package made a user for it.
    user = "postgres" if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="pg"))
    if user is not None:
        shutil.chown(home, user)
    data = home / "data"

    def run(*command: str) -> None:
        subprocess.run(  # noqa: S603 (our own words, no shell)
            command, check=True, user=user, cwd=home, stdout=subprocess.DEVNULL, env=_bare()
        )

    run(
        f"{binaries}/initdb", "-D", str(data), "-U", "records", "-A", "trust", "-E", "UTF8",
        "--no-sync", "--locale=C",
    )  # fmt: skip
    options = (
        f"-c listen_addresses= -c unix_socket_directories={home} -c max_connections=200 "
        f"-c fsync={'on' if fsync else 'off'} -c full_page_writes={'on' if fsync else 'off'}"
    )
    log = str(home / "server.log")
    run(f"{binaries}/pg_ctl", "-D", str(data), "-w", "-s", "-l", log, "-o", options, "start")
    try:
        yield PrivateServer(home)
    finally:
        run(f"{binaries}/pg_ctl", "-D", str(data), "-m", "immediate", "-s", "-w", "stop")
        _remove(home)


def _remove(home: Path) -> None:
    """Have the folder removed; nobody waits for its hundreds of thousands of files."""
    remove = shutil.which("rm")
    if remove is None:
        shutil.rmtree(home, ignore_errors=True)
        return
    os.posix_spawn(remove, [remove, "-rf", str(home)], os.environ)


def _bare() -> dict[str, str]:
    """Return the environment without anybody's connection settings."""
    return {k: v for k, v in os.environ.items() if not k.startswith("PG")}
