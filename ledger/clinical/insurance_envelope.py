"""The file that a facility sends to the insurance: its treatment episodes, each with its evidence.

``GIAMDINHHS/THONGTINHOSO/DANHSACHHOSO/HOSO/FILEHOSO{LOAIHOSO, NOIDUNGFILE}``: every HOSO is one
episode, every FILEHOSO one table, its XML in Base64. What one episode gets wrong spoils no other.

The facility's signature, ``CHUKYDONVI``, is kept as it came and is not verified: its exact form is
told only in the schema of the insurance's portal. Source: Decisions 130/QĐ-BYT, 4750/QĐ-BYT and
3176/QĐ-BYT.
"""

import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from lxml import etree

from ledger.clinical.findings import Finding, Level, Severity, errors
from ledger.clinical.insurance_fields import GENERAL, KEPT, READ, RESTRICTED
from ledger.clinical.insurance_forms import Fault
from ledger.clinical.insurance_rules import check_episode
from ledger.clinical.insurance_tables import Table, finding, read_table
from ledger.clinical.insurance_xml import parse_xml, slices_of
from ledger.errors import InvalidInputError

LARGEST_ENVELOPE: Final = 64 * 1024 * 1024
"""Bytes of one file. The portal takes one episode a file now; older files hold a day of them."""
MOST_EPISODES: Final = 10_000
"""Episodes of one file."""
MOST_TABLES: Final = 32
"""Tables of one episode; sixteen are defined, each at most once."""
MAX_DEPTH: Final = 24
"""Levels of elements; the envelope itself has 6, a signature below CHUKYDONVI some more."""

ENVELOPE: Final = "GIAMDINHHS"
EPISODE: Final = "HOSO"
_PLACE: Final = "envelope"
_TABLE_NAME: Final = re.compile("XML([0-9]|1[0-5])", re.ASCII)
_SPACES: Final = b" \t\r\n"
_DEEPER: Final = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
_LIST: Final = "THONGTINHOSO/DANHSACHHOSO"


@dataclass(frozen=True, slots=True)
class Episode:
    """One treatment episode as it was sent."""

    number: int
    """Its place in the file, from 1."""
    received: bytes
    """The evidence: the whole file if it holds this episode alone, else the bytes of its HOSO."""
    key: str
    """MA_LK, unique in the facility; empty if no table 1 could be read."""
    facility: str
    """MA_CSKCB; empty likewise. Whether it is a known facility is decided elsewhere."""
    tables: Mapping[int, Table]
    """What was read, by the table's number, in the order sent."""
    kept: frozenset[int]
    """Tables that are in the document and are not read."""
    signature: bytes
    """CHUKYDONVI as it came, not verified; empty if there is none or it is empty."""
    findings: tuple[Finding, ...]

    @property
    def restricted(self) -> bool:
        """Whether it holds a table that only the restricted part of a record may hold."""
        return bool(self.kept & RESTRICTED)

    @property
    def acceptable(self) -> bool:
        """Whether nothing in it is an error."""
        return not errors(self.findings)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One file."""

    facility: str
    """MACSKCB of the sender; empty if it says none."""
    signature: bytes
    """CHUKYDONVI of the file as it came, not verified; empty if there is none or it is empty."""
    episodes: tuple[Episode, ...]
    findings: tuple[Finding, ...]
    """What is odd about the file itself."""


def read_envelope(data: bytes, *, largest: int = LARGEST_ENVELOPE) -> Envelope:
    """Return what the file ``data``, of at most ``largest`` bytes, says.

    Raises:
        InvalidInputError: The file cannot be read at all: rules of `parse_xml`, ``xml_depth``,
            ``envelope_form`` or ``envelope_episodes``.
    """
    root = parse_xml(data, place=_PLACE, largest=largest)
    if _DEEPER(root):
        raise InvalidInputError(_PLACE, "xml_depth", f"at most {MAX_DEPTH} levels of elements")
    elements = root.findall(f"{_LIST}/{EPISODE}") if root.tag == ENVELOPE else []
    if not elements or len(elements) != sum(1 for _ in root.iter(EPISODE)):
        raise InvalidInputError(
            _PLACE, "envelope_form", f"{ENVELOPE}/{_LIST} with {EPISODE} inside, and only there"
        )
    if len(elements) > MOST_EPISODES:
        raise InvalidInputError(_PLACE, "envelope_episodes", f"at most {MOST_EPISODES} episodes")
    signature = _signature(data, root)
    evidence = [data] if len(elements) == 1 else _parts(data, EPISODE)
    episodes = (
        _episode(element, number, received, signature)
        for number, (element, received) in enumerate(zip(elements, evidence, strict=True), 1)
    )
    facility = (root.findtext("THONGTINDONVI/MACSKCB") or "").strip()
    said = (root.findtext("THONGTINHOSO/SOLUONGHOSO") or "").strip()
    return Envelope(
        facility,
        signature,
        tuple(_once_each(episodes, facility)),
        tuple(_counted(said, len(elements))),
    )


def read_evidence(received: bytes) -> Episode:
    """Return the episode whose `Episode.received` was stored: a file of one, or one HOSO alone.

    Raises:
        InvalidInputError: It cannot be read: it was never accepted.
    """
    root = parse_xml(received, place=_PLACE, largest=LARGEST_ENVELOPE)
    if root.tag == EPISODE:
        return _episode(root, 1, received, b"")
    return read_envelope(received).episodes[0]


def without_tables(received: bytes, numbers: Iterable[int] = RESTRICTED) -> bytes:
    """Return the evidence without the FILEHOSO of these tables, every other byte as it came.

    What is left is a document that `read_evidence` reads; it is no longer what was signed.
    """
    names = {f"XML{number}" for number in numbers}
    left, last = [], 0
    for start, end in slices_of(received, "FILEHOSO"):
        file = parse_xml(received[start:end], place=_PLACE, largest=LARGEST_ENVELOPE)
        if _name(file) in names:
            left.append(received[last:start])
            last = end
    return b"".join([*left, received[last:]])


def _signature(data: bytes, root: etree._Element) -> bytes:
    element = root.find("CHUKYDONVI")
    if element is None or not (len(element) or (element.text or "").strip()):
        return b""
    return _parts(data, "CHUKYDONVI")[-1]


def _parts(data: bytes, name: str) -> list[bytes]:
    return [data[start:end] for start, end in slices_of(data, name)]


def _counted(said: str, there: int) -> Iterator[Finding]:
    if said and said != str(there):
        yield Finding(
            Level.QUALITY, Severity.WARNING, "THONGTINHOSO.SOLUONGHOSO", "episodes_counted",
            "the number of HOSO in the file",
        )  # fmt: skip


def _once_each(episodes: Iterable[Episode], sender: str) -> Iterator[Episode]:
    """Yield the episodes; a second one by the same key, or of another facility, says so."""
    seen = set()
    for episode in episodes:
        further = []
        if episode.key and (episode.facility, episode.key) in seen:
            fault = Fault("episode_repeated", "each MA_LK once in a file")
            further.append(finding("XML1.MA_LK", fault, level=Level.RULES))
        seen.add((episode.facility, episode.key))
        if sender and episode.facility and episode.facility != sender:
            further.append(
                Finding(
                    Level.QUALITY, Severity.WARNING, "XML1.MA_CSKCB", "sender_differs",
                    "the MACSKCB of the file",
                )
            )  # fmt: skip
        yield replace(episode, findings=(*episode.findings, *further)) if further else episode


def _episode(element: etree._Element, number: int, received: bytes, signature: bytes) -> Episode:
    tables: dict[int, Table] = {}
    kept: set[int] = set()
    found: list[Finding] = []
    files = element.findall("FILEHOSO")
    if len(files) > MOST_TABLES:
        fault = Fault("episode_tables", f"at most {MOST_TABLES} tables")
        found.append(finding(EPISODE, fault, level=Level.BYTES))
        files = []
    for position, file in enumerate(files, 1):
        name = _TABLE_NAME.fullmatch(_name(file))
        table = int(name[1]) if name else -1
        if table in tables or table in kept:
            fault = Fault("table_repeated", "each table once in an episode")
            found.append(finding(f"XML{table}", fault))
        elif table in KEPT:
            kept.add(table)
        elif table in READ:
            tables[table] = _table(table, file)
            found.extend(tables[table].findings)
        else:
            found.append(_unknown(position))
    found.extend(check_episode(tables))
    general = tables[GENERAL].first if GENERAL in tables else {}
    return Episode(
        number=number,
        received=received,
        key=general.get("MA_LK", ""),
        facility=general.get("MA_CSKCB", ""),
        tables=MappingProxyType(tables),
        kept=frozenset(kept),
        signature=signature,
        findings=tuple(found),
    )


def _name(file: etree._Element) -> str:
    return (file.findtext("LOAIHOSO") or "").strip()


def _unknown(position: int) -> Finding:
    return Finding(
        Level.QUALITY, Severity.WARNING, f"FILEHOSO[{position}].LOAIHOSO", "table_unknown",
        "XML0 to XML15; kept in the document, not read",
    )  # fmt: skip


def _table(number: int, file: etree._Element) -> Table:
    content = file.find("NOIDUNGFILE")
    try:
        data = _decoded("<" if content is None or len(content) else content.text or "")
    except (binascii.Error, UnicodeEncodeError):
        fault = Fault("base64", "XML in Base64 of RFC 4648")
        place = f"XML{number}.NOIDUNGFILE"
        return Table(number, (), (finding(place, fault, level=Level.BYTES),))
    return read_table(number, data)


def _decoded(sent: str) -> bytes:
    return binascii.a2b_base64(sent.encode("ascii").translate(None, _SPACES), strict_mode=True)
