"""A first start: officers, keys, the first trust list, document certificates. Done once a home.

Software keys in files: the assurance of a demonstration or a pilot, and said so wherever it shows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app import LIST_ID, Authority, Settings, System
from keys.algorithms import ED25519, ESP256, ML_DSA_44, Algorithm, PublicKey
from keys.trust_document import write_root
from keys.trust_list import CHECKPOINT_USE, STATUS_USE, WEBHOOK_USE, Root
from ledger.certificates.kinds import KINDS
from ledger.commands import keys as key_commands
from ledger.commands import status_lists
from ledger.commands.facilities import load_facility
from ledger.commands.keys import PublishedList
from ledger.errors import RefusedError
from ledger.facts import Act
from ledger.paper.document_certificate import certify, make_authority
from ledger.personal import Purpose
from ledger.transparency.note import ED25519_NOTE, ML_DSA_44_SUBTREE, NoteKey
from ledger.transparency.policy_edit import new_policy

OPERATOR: Final = "operator"
KEY_ADMINISTRATOR: Final = "key_administrator"
SIGNING_YEARS: Final = timedelta(days=2 * 365)
VERIFYING_YEARS: Final = timedelta(days=3 * 365)
LOG_YEARS: Final = timedelta(days=30 * 365)
"""How long a head of the log is evidence; the post-quantum signature is there for that."""
DOCUMENT_YEARS: Final = timedelta(days=5 * 365)
ROOT_FILE: Final = "trust-root.cbor"
"""In the home: the officers whose approvals verifiers pin; not secret. Written last."""
FIRST_START: Final = "first start: no verifier held a list before"
FIRST_LOG: Final = "first start of the log: no verifier held a head before"
_SERIAL_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Started:
    """What a first start made."""

    keys: tuple[PublicKey, ...]
    trust_version: int


def is_started(system: System) -> bool:
    """Say whether this home has had its first start, to the end: one cut short is done again."""
    return (system.settings.home / ROOT_FILE).exists()


def status_prefix(settings: Settings, authority: Authority) -> str:
    """Return the address under which an authority's status lists are published."""
    return f"https://{settings.host}/s/{authority.province}/"


def facility_prefix(settings: Settings, code: str) -> str:
    """Return the address under which a facility's status lists are published."""
    return f"https://{settings.host}/s/{code}/"


def equip_facility(
    system: System, code: str, *, act: Act, signing: timedelta = SIGNING_YEARS
) -> list[PublicKey]:
    """Make what a facility issues papers with: its two keys, and its document certificate.

    The keys are proposed only: the next trust list names them, and then they are activated. They
    sign for the time ``signing``.

    Raises:
        NotFoundError: No facility has this code.
        RefusedError: ``no_document_authority``.
    """
    facility = load_facility(system.facts, code).state
    certify_documents(system, issuer=code, name=facility.name, at=act.at)
    return issuing_keys(
        system,
        issuer=code,
        names=(facility.name, facility.name_en),
        kinds=frozenset(k.document_type for k in KINDS.values() if k.purpose is Purpose.HEALTH),
        prefix=facility_prefix(system.settings, code),
        act=act,
        signing=signing,
    )


def start(system: System, *, at: datetime, signing: timedelta = SIGNING_YEARS) -> Started:
    """Make officers and keys, publish the first trust list, pin its root in the home.

    Keys sign for the time ``signing``: a story of long ago needs ones that still sign today.
    """
    act = Act(at, OPERATOR, KEY_ADMINISTRATOR)
    officers = tuple(
        key_commands.new_officer(keyring=system.keyring, person=f"officer-{number}")
        for number in (1, 2)
    )
    root = Root(officers, threshold=2)
    keys = tuple(
        key
        for authority in system.settings.authorities
        for key in _keys(system, authority, act, signing)
    )
    own = log_keys(system, act, signing)
    key_commands.publish_trust_list(
        facts=system.facts, signer=system.keyring, act=act, list_id=LIST_ID, root=root
    )
    key_commands.activate_all(
        facts=system.facts, act=act, kids=[key.kid for key in (*keys, *own)],
        immediately_because=FIRST_START,
    )  # fmt: skip
    published = _publish(system, act)
    _certify_documents(system, at)
    begin_log(system, own)
    (system.settings.home / ROOT_FILE).write_bytes(write_root(root))
    return Started((*keys, *own), published.trust.version)


def log_keys(system: System, act: Act, signing: timedelta = SIGNING_YEARS) -> tuple[PublicKey, ...]:
    """Make the two keys that sign the heads of this home's log.

    They are proposed only: the next trust list names them, and then they are activated.
    """
    authority = system.settings.authorities[0]
    names = (authority.name.vi, authority.name.en)
    return tuple(
        _key(
            system, authority.code, names, frozenset({CHECKPOINT_USE}), (), act,
            algorithm=algorithm, signing=signing, verifying=LOG_YEARS,
        )
        for algorithm in (ED25519, ML_DSA_44)
    )  # fmt: skip


def begin_log(system: System, keys: tuple[PublicKey, ...]) -> None:
    """Write the name of a log with these keys, and its policy: nobody witnesses it yet."""
    origin = f"{system.settings.host}/log"
    system.log_files.begin(origin, new_policy(note_keys(origin, keys)))
    system.join_log()


def note_keys(origin: str, keys: Iterable[PublicKey]) -> list[NoteKey]:
    """Return the keys of a log as its notes and policies name them."""
    kinds = {ED25519: ED25519_NOTE, ML_DSA_44: ML_DSA_44_SUBTREE}
    return [NoteKey(origin, kinds[key.algorithm], key) for key in keys]


def equip_log(system: System, *, at: datetime) -> tuple[PublicKey, ...]:
    """Give a log to a home that was begun without one: keys, trust list, name and policy.

    Raises:
        RefusedError: ``log_is_there``.
    """
    if system.log_files.is_there:
        raise RefusedError("log_is_there", "this home has a log already")
    act = Act(at, OPERATOR, KEY_ADMINISTRATOR)
    keys = log_keys(system, act)
    _publish(system, act)
    key_commands.activate_all(
        facts=system.facts, act=act, kids=[key.kid for key in keys],
        immediately_because=FIRST_LOG,
    )  # fmt: skip
    _publish(system, act)
    begin_log(system, keys)
    return keys


def _keys(system: System, authority: Authority, act: Act, signing: timedelta) -> list[PublicKey]:
    kinds = frozenset(
        kind.document_type for kind in KINDS.values() if kind.purpose is Purpose.JUDICIAL
    )
    keys = issuing_keys(
        system,
        issuer=authority.code,
        names=(authority.name.vi, authority.name.en),
        kinds=kinds,
        prefix=status_prefix(system.settings, authority),
        act=act,
        signing=signing,
    )
    webhook = _key(system, authority.code, (authority.name.vi, authority.name.en),
                   frozenset({WEBHOOK_USE}), (), act, signing=signing)  # fmt: skip
    return [*keys, webhook]


def issuing_keys(
    system: System,
    *,
    issuer: str,
    names: tuple[str, str],
    kinds: frozenset[int],
    prefix: str,
    act: Act,
    signing: timedelta = SIGNING_YEARS,
) -> list[PublicKey]:
    """Make the two keys of somebody who issues papers: for the papers, and for their lists.

    They are proposed only: the next trust list names them, and then they are activated.
    """
    return [
        _key(system, issuer, names, use, (prefix,), act, signing=signing)
        for use in (frozenset[int | str](kinds), frozenset({STATUS_USE}))
    ]


def _key(
    system: System,
    issuer: str,
    names: tuple[str, str],
    uses: frozenset[int | str],
    prefixes: tuple[str, ...],
    act: Act,
    *,
    algorithm: Algorithm = ESP256,
    signing: timedelta = SIGNING_YEARS,
    verifying: timedelta | None = None,
) -> PublicKey:
    begin = act.at.replace(microsecond=0)
    return key_commands.create(
        facts=system.facts,
        keyring=system.keyring,
        act=act,
        algorithm=algorithm,
        issuer=issuer,
        names=names,
        uses=uses,
        sign_from=begin,
        sign_until=begin + signing,
        verify_until=begin + (verifying or signing + (VERIFYING_YEARS - SIGNING_YEARS)),
        status_prefixes=prefixes,
    )


def _publish(system: System, act: Act) -> PublishedList:
    return key_commands.publish_trust_list(
        facts=system.facts, signer=system.keyring, act=act, list_id=LIST_ID
    )


def _certify_documents(system: System, at: datetime) -> None:
    """Make a document-signing certificate for each authority, under one demonstration root."""
    keyring, folder = system.keyring, system.settings.home / "documents"
    folder.mkdir(mode=0o700, exist_ok=True)
    root = keyring.generate(ESP256)

    def sign(message: bytes) -> bytes:
        return keyring.sign(root.kid, message)

    authority = make_authority(
        root, sign, name="Records specimen document authority", serial=_serial(system),
        **_document_window(at),
    )  # fmt: skip
    (folder / "root.der").write_bytes(authority)
    (folder / "root.kid").write_text(root.kid.hex(), "ascii")
    for issuer in system.settings.authorities:
        certify_documents(system, issuer=issuer.code, name=issuer.name.vi, at=at)


def certify_documents(system: System, *, issuer: str, name: str, at: datetime) -> None:
    """Make a key and certificate with which ``issuer`` signs its PDF documents; it takes over.

    Raises:
        RefusedError: ``no_document_authority``: this home's root of document certificates is
            elsewhere, and so are its certificates made.
    """
    keyring, folder = system.keyring, system.settings.home / "documents"
    known = folder / "root.kid"
    if not known.exists():
        raise RefusedError("no_document_authority", "document certificates are made elsewhere")
    root = bytes.fromhex(known.read_text("ascii"))
    key = keyring.generate(ESP256)
    certificate = certify(
        key,
        name=name,
        authority=(folder / "root.der").read_bytes(),
        sign=lambda message: keyring.sign(root, message),
        serial=_serial(system),
        **_document_window(at),
    )
    (folder / f"{issuer}.kid").write_text(key.kid.hex(), "ascii")
    (folder / f"{issuer}.der").write_bytes(certificate)


def _document_window(at: datetime) -> dict[str, datetime]:
    begin = at.replace(microsecond=0) - timedelta(minutes=5)
    return {"valid_from": begin, "valid_until": begin + DOCUMENT_YEARS}


def _serial(system: System) -> int:
    return int.from_bytes(system.clockwork.random(_SERIAL_BYTES)) >> 1 | 1


def refresh(system: System, *, at: datetime) -> list[str]:
    """Publish what has become due: the trust list, and every status list that changed or aged.

    When a trust list is due, `PublishedLists.is_due` says.

    Raises:
        RefusedError: ``no_signing_key`` of an issuer; every other one's lists are published.
    """
    act = Act(at, OPERATOR, KEY_ADMINISTRATOR)
    done: list[str] = []
    refused: list[RefusedError] = []
    if system.published_lists.is_due(system.reading, at=at):
        published = _publish(system, act)
        done.append(f"trust list {published.trust.version}")
    authorities = [authority.code for authority in system.settings.authorities]
    board = system.desk.board
    board.catch_up(system.facts)
    for issuer in (*authorities, *sorted(board.issuers_due(at) - {*authorities})):
        try:
            done += _refresh_lists(system, issuer, act)
        except RefusedError as error:
            # One issuer without a key keeps no other issuer's lists from verifiers.
            refused.append(error)
    if refused:
        raise refused[0]
    return done


def issuing_facilities(system: System) -> list[str]:
    """Return every facility that has issued a paper with a status, sorted."""
    board = system.desk.board
    board.catch_up(system.facts)
    authorities = {authority.code for authority in system.settings.authorities}
    return sorted(board.issuers() - authorities)


def _refresh_lists(system: System, issuer: str, act: Act) -> list[str]:
    key = system.key_in_use(STATUS_USE, issuer, at=act.at)
    lists = status_lists.publish(
        system.facts, system.desk.board, signer=system.keyring, key=key, act=act
    )
    return [f"status list {published.uri}" for published in lists]
