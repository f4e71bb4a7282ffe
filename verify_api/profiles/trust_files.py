"""Whose foreign credentials a verifier believes, from the files in which it says so.

One file in TOML names issuers, a table each, and beside it lie their keys as the issuers publish
them. Nothing is fetched, and nothing else in the folder counts:

    [[hcert]]
    name = "Ministry of Samples"
    keys = ["samples.pem", "samples-2.json"]        # PEM, DER or JWK Set

    [[smart_health_cards]]
    name = "Clinic of Samples"
    url = "https://health.example/cards"            # the only issuer that these keys sign for
    keys = ["clinic-jwks.json"]                     # JWK Set
    revoked = ["clinic-revoked.json"]               # revocation lists, as the issuer gives them out

    [[claim_169]]
    name = "Registry of Samples"
    keys = ["registry.pem"]
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from keys.errors import KeyFormatError
from keys.foreign_keys import MAX_FILE_BYTES, ForeignKey, load_keys
from ledger.errors import InvalidInputError
from verify_api.profiles.foreign import ForeignIssuer, ForeignTrust
from verify_api.profiles.jws import signing_keys
from verify_api.profiles.shc import read_revocation_list


class _Table(NamedTuple):
    """How issuers of one format are written."""

    required: frozenset[str]
    optional: frozenset[str]
    load: Callable[[bytes], tuple[ForeignKey, ...]]


_TABLES: Final[Mapping[str, _Table]] = {
    "hcert": _Table(frozenset({"name", "keys"}), frozenset(), load_keys),
    "smart_health_cards": _Table(
        frozenset({"name", "keys", "url"}), frozenset({"revoked"}), signing_keys
    ),
    "claim_169": _Table(frozenset({"name", "keys"}), frozenset({"url"}), load_keys),
}


def read_trust_files(index: Path) -> ForeignTrust:
    """Return the trust that ``index`` and the files beside it say.

    Raises:
        InvalidInputError: ``place`` is the file, and the table in it, that cannot be read or says
            something else than it should.
    """
    content = _read(index)
    try:
        tables = tomllib.loads(content.decode("utf-8"))
    except ValueError as error:  # TOMLDecodeError and UnicodeDecodeError are some
        raise _wrong(index.name, "not_toml", "a TOML file in UTF-8") from error
    if unknown := sorted(tables.keys() - _TABLES.keys()):
        known = ", ".join(_TABLES)
        raise _wrong(f"{index.name}: {unknown[0]}", "unknown_format", f"one of {known}")
    issuers = [
        _read_issuer(index, format_name, number, entry)
        for format_name in _TABLES
        for number, entry in enumerate(_entries(index, format_name, tables), 1)
    ]
    revoked: dict[str, dict[str, int | None]] = {}
    for one in issuers:
        for kid, rids in one.revoked:
            revoked.setdefault(kid, {}).update(rids)
    hcert, cards, identities = (
        tuple(one.issuer for one in issuers if one.format_name == format_name)
        for format_name in _TABLES
    )
    return ForeignTrust(hcert, cards, identities, revoked)


@dataclass(frozen=True, slots=True)
class _Read:
    """An issuer of one table."""

    format_name: str
    issuer: ForeignIssuer
    revoked: tuple[tuple[str, Mapping[str, int | None]], ...]


def _entries(index: Path, format_name: str, tables: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = tables.get(format_name, [])
    if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
        return entries
    raise _wrong(f"{index.name}: {format_name}", "form", f"tables [[{format_name}]]")


def _read_issuer(index: Path, format_name: str, number: int, entry: Mapping[str, Any]) -> _Read:
    table, place = _TABLES[format_name], f"{index.name}: {format_name}[{number}]"
    if not table.required <= entry.keys() <= table.required | table.optional:
        members = ", ".join([*sorted(table.required), *(f"{one}?" for one in table.optional)])
        raise _wrong(place, "members", members)
    for member in ("name", "url"):
        if member in entry and not (isinstance(entry[member], str) and entry[member].strip()):
            raise _wrong(f"{place}.{member}", "form", "text")
    keys = [
        key
        for file in _files(index, f"{place}.keys", entry["keys"])
        for key in _keys(file, table.load)
    ]
    revoked = _files(index, f"{place}.revoked", entry["revoked"]) if "revoked" in entry else []
    issuer = ForeignIssuer(tuple(keys), entry["name"], entry.get("url"))
    return _Read(format_name, issuer, tuple(map(_revocations, revoked)))


def _files(index: Path, place: str, names: object) -> list[Path]:
    if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
        return [index.parent / name for name in names]
    raise _wrong(place, "form", "a list of files' names")


def _keys(file: Path, load: Callable[[bytes], tuple[ForeignKey, ...]]) -> tuple[ForeignKey, ...]:
    try:
        keys = load(_read(file))
    except KeyFormatError as error:
        raise _wrong(file.name, error.code, f"keys of the format, but: {error}") from error
    if not keys:
        raise _wrong(file.name, "no_keys", "at least one key that may sign credentials")
    return keys


def _revocations(file: Path) -> tuple[str, Mapping[str, int | None]]:
    try:
        return read_revocation_list(_read(file))
    except ValueError as error:
        raise _wrong(file.name, "revocation_list", "an issuer's revocation list") from error


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise _wrong(file.name, "unreadable_file", "a file that can be read") from error
    if len(content) > MAX_FILE_BYTES:
        raise _wrong(file.name, "too_long", f"at most {MAX_FILE_BYTES} bytes")
    return content


def _wrong(place: str, rule: str, expected: str) -> InvalidInputError:
    return InvalidInputError(f"foreign_trust: {place}", rule, expected)
