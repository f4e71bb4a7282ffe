"""What an auditor's command is given: where copies, log, policy, heads and proofs are."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from psycopg.conninfo import conninfo_to_dict

from ledger.audit.evidence import Evidence, HeldProof
from ledger.audit.heads import OutsideHead
from ledger.audit.static_log import SECONDS, WEB
from ledger.audit.timestamps import STAMPED_EVERY, Timestamps
from ledger.errors import InvalidInputError
from ledger.store.timestamp_files import TimestampFiles
from ledger.transparency.note import LARGEST_NOTE
from ledger.transparency.policy import LARGEST_POLICY, Policy, parse_policy
from ledger.transparency.policy_history import FormerPolicy
from ledger.transparency.stamped_head import StampedHead
from shell.errors import NoAnswerError, NoHomeError
from shell.home import Home, read
from shell.posting import Recipient
from shell.timestamping import authority_of

_SERVER: Final = ("postgresql://", "postgres://")
_URLS: Final = (*_SERVER, *WEB, "sqlite:///", "file://")


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line named, as text; kept with a scan, so that it can be resumed."""

    ledger: str
    log: str | None
    policy: str | None
    """Path."""
    checkpoints: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    """Addresses of witnesses that are asked for the head they saw."""
    nodes: tuple[str, ...] = ()
    """Addresses of other nodes of the log, asked for the head that they show."""
    timestamps: str | None = None
    """Folder of stamped heads."""
    tsa_certificate: str | None = None
    """File with the certificates of who stamped them."""
    keys: str | None = None
    files: str | None = None
    """Folder of the files beside the ledger."""
    processes: int = 1
    keep_entries: bool = False
    former: tuple[str, ...] = ()
    """Policies before the newest one, each as ``<size>:<path>``."""
    cluster: str | None = None
    """Address of the scheduler whose workers read."""

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        return asdict(self)

    def evidence(self) -> Evidence:
        """Read policy, heads and proofs; ask the witnesses.

        Raises:
            InvalidInputError: The policy is none.
            UnreadableFileError: A file cannot be read.
        """
        policy = None if self.policy is None else read_policy(Path(self.policy))
        heads = [OutsideHead(name, read(Path(name))) for name in self.checkpoints]
        asked, silent = _witnessed(self.witnesses, policy)
        shown, absent = _shown(self.nodes)
        return Evidence(
            ledger=self.ledger,
            log=self.log,
            policy=policy,
            former=tuple(map(read_former, self.former)),
            outside=(*heads, *asked, *shown),
            silent=(*silent, *absent),
            proofs=tuple(HeldProof(name, read(Path(name))) for name in self.proofs),
            timestamps=_timestamps(self.timestamps, self.tsa_certificate),
            keys=self.keys,
            files=self.files,
        )


def _timestamps(folder: str | None, certificate: str | None) -> Timestamps | None:
    if folder is None:
        return None
    if certificate is None:
        expected = "--tsa-certificate: whose tokens count"
        raise InvalidInputError("timestamps", "tsa_certificate", expected)
    authority = authority_of(Path(certificate))
    return Timestamps(held_stamps(TimestampFiles(Path(folder))), authority.check, STAMPED_EVERY)


def held_stamps(files: TimestampFiles) -> tuple[StampedHead, ...]:
    """Return all stamped heads that are kept, the smallest first."""
    found = (files.stamped(size) for size in files.sizes())
    return tuple(one for one in found if one is not None)


def given_from_json(value: dict[str, Any]) -> Given:
    """Return what `Given.as_json` wrote."""
    names = ("checkpoints", "proofs", "witnesses", "nodes", "former")
    lists = {name: tuple(value.get(name, ())) for name in names}
    return Given(**{**value, **lists})


def read_former(given: str) -> FormerPolicy:
    """Return the policy in a file with how far it reached, of ``<size>:<path>``.

    Raises:
        InvalidInputError: It is none.
    """
    size, _, path = given.partition(":")
    return FormerPolicy(int(size), read_policy(Path(path)))


def read_policy(file: Path) -> Policy:
    """Return the policy in a file.

    Raises:
        InvalidInputError: It is none.
    """
    data = read(file)
    if len(data) > 4 * LARGEST_POLICY:
        raise InvalidInputError("policy", "policy_size", f"at most {LARGEST_POLICY} characters")
    try:
        return parse_policy(data.decode())
    except UnicodeDecodeError as error:
        raise InvalidInputError("policy", "policy_form", "UTF-8") from error


def _witnessed(
    addresses: Sequence[str], policy: Policy | None
) -> tuple[tuple[OutsideHead, ...], tuple[str, ...]]:
    """Return the heads that witnesses remember, and who did not answer."""
    heads: list[OutsideHead] = []
    silent: list[str] = []
    origins = sorted({log.key.name for log in policy.logs}) if policy is not None else []
    for address in addresses:
        for origin in origins:
            name = sha256(origin.encode()).hexdigest()
            note = _head_at("witness", f"{address.rstrip('/')}/{name}/checkpoint")
            if note is None:
                silent.append(address)
            else:
                heads.append(OutsideHead(address, note))
    return tuple(heads), tuple(silent)


def _shown(addresses: Sequence[str]) -> tuple[tuple[OutsideHead, ...], tuple[str, ...]]:
    """Return the heads that other nodes of the log show, and which did not answer."""
    heads: list[OutsideHead] = []
    silent: list[str] = []
    for address in addresses:
        note = _head_at("node", f"{address.rstrip('/')}/checkpoint")
        if note is None:
            silent.append(address)
        else:
            heads.append(OutsideHead(address, note))
    return tuple(heads), tuple(silent)


def _head_at(place: str, address: str) -> bytes | None:
    """Return a note that somebody shows; None if there is no answer, or not in time."""
    asked = Recipient(place, address, timeout=SECONDS, plain=True, largest=LARGEST_NOTE)
    try:
        answer = asked.get()
    except NoAnswerError:
        return None
    return answer.content if answer.is_good else None


def database(text: str, place: str, *, kept: bool) -> str:
    """Return a connection string: as given, or that of a file.

    Args:
        text: A connection string, or the path of an SQLite file or of a folder of static files.
        place: The argument's name.
        kept: Whether it will be written into an auditor's memory.

    Raises:
        InvalidInputError: ``password_in_url``: a memory keeps no passwords.
    """
    if not text.startswith(_URLS):
        path = Path(text).resolve()
        return f"file://{path}" if path.is_dir() else f"sqlite:///{path}"
    if kept and text.startswith(_SERVER) and conninfo_to_dict(text).get("password"):
        expected = "a connection string without a password: set PGPASSWORD or a password file"
        raise InvalidInputError(place, "password_in_url", expected)
    return text


def of_home(home: Home) -> Given:
    """Return what a home's settings name.

    Raises:
        NoHomeError: There is none.
    """
    if not home.is_there:
        message = f"there is no ledger in {home.path}: name a copy, or a home"
        raise NoHomeError(message)
    settings = home.settings
    policy = home.path / "log" / "policy"
    has_log = policy.exists()
    return Given(
        ledger=settings.ledger,
        log=settings.log if has_log else None,
        policy=str(policy.resolve()) if has_log else None,
    )
