"""Bad insurance files of every kind that a reader must survive, with the rule that each breaks."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from tests_support.insurance_samples import (
    ALL_READ,
    envelope_xml,
    episode_xml,
    sample_envelope,
    sample_tables,
    table_xml,
)

_BOMB: Final = (
    '<!DOCTYPE a [<!ENTITY a "mau">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
"""Nine entities, each ten of the one before: a thousand million words."""
_FILE: Final = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
_NET: Final = '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>'
_DECLARATION: Final = '<?xml version="1.0" encoding="utf-8"?>\n'


@dataclass(frozen=True, slots=True)
class BadFile:
    """A file that cannot be read at all."""

    name: str
    data: bytes
    rule: str


@dataclass(frozen=True, slots=True)
class BadEpisode:
    """A file whose one episode is refused by ``rule`` at ``place``."""

    name: str
    data: bytes
    place: str
    rule: str


@dataclass(frozen=True, slots=True)
class BadField:
    """A value that its field cannot have; for list tables it is put into the second record."""

    number: int
    field: str
    value: str
    rule: str

    @property
    def place(self) -> str:
        """Where the finding stands."""
        listed = self.number in {2, 3, 4, 5}
        return f"XML{self.number}{'[2]' if listed else ''}.{self.field}"


def _with_prolog(prolog: str, entity: str) -> bytes:
    text = sample_envelope(1).decode().removeprefix(_DECLARATION)
    return f"{_DECLARATION}{prolog}{text.replace('20251101', entity, 1)}".encode()


def bad_files() -> Iterator[BadFile]:
    """Yield files that are refused as a whole."""
    good = sample_envelope(1)
    yield BadFile("a bomb of entities", _with_prolog(_BOMB, "&j;"), "xml_doctype")
    yield BadFile("a file of the reader's machine", _with_prolog(_FILE, "&x;"), "xml_doctype")
    yield BadFile("an address in the network", _with_prolog(_NET, ""), "xml_doctype")
    yield BadFile("a plain DOCTYPE", _with_prolog("<!DOCTYPE GIAMDINHHS>", ""), "xml_doctype")
    hidden = f"<!-- mẫu --><?mau a?>\n{_FILE}"
    yield BadFile("a DOCTYPE behind comments", _with_prolog(hidden, "&x;"), "xml_doctype")
    yield BadFile("an entity that nobody declared", _with_prolog("", "&mau;"), "xml")
    yield BadFile("UTF-16", good.decode().encode("utf-16"), "xml_encoding")
    yield BadFile("UTF-16 without mark", good.decode().encode("utf-16-le"), "xml_encoding")
    named = good.replace(b'"utf-8"', b'"windows-1258"', 1)
    yield BadFile("another encoding by name", named, "xml_encoding")
    yield BadFile(
        "bytes that are no UTF-8", good.replace(b"20251101", b"\xe0\xff", 1), "xml_encoding"
    )
    yield BadFile("half a file", good[: len(good) // 2], "xml")
    yield BadFile("nothing", b"", "xml")
    yield BadFile("JSON", b'{"GIAMDINHHS": {}}', "xml")
    yield BadFile("a null character", good.replace(b"20251101", b"2025\x001101", 1), "xml")
    deep = f"{'<a>' * 30}{'</a>' * 30}".encode()
    yield BadFile("30 levels", good.replace(b"20251101", deep, 1), "xml_depth")
    deeper = f"{'<a>' * 300}{'</a>' * 300}".encode()
    yield BadFile("300 levels", good.replace(b"20251101", deeper, 1), "xml_depth")
    long = b"9" * 10_000_001
    yield BadFile("a text of ten million", good.replace(b"20251101", long, 1), "xml_size")
    yield BadFile("another root", good.replace(b"GIAMDINHHS", b"GIAMDINH"), "envelope_form")
    yield BadFile("no episode", envelope_xml(), "envelope_form")
    elsewhere = good.replace(b"<CHUKYDONVI>", b"<HOSO/><CHUKYDONVI>", 1)
    yield BadFile("an episode outside the list", elsewhere, "envelope_form")
    inside = envelope_xml(episode_xml(sample_tables(1)).replace("</HOSO>", "<HOSO/></HOSO>"))
    yield BadFile("an episode inside an episode", inside, "envelope_form")


def _with_drugs(xml: bytes | str) -> bytes:
    """Return a good file but for its table 2."""
    changed = xml if isinstance(xml, bytes) else xml.encode()
    return envelope_xml(episode_xml({**sample_tables(1), 2: changed}))


def _drugs() -> str:
    return table_xml(2, sample_tables(1)[2]).decode()


def bad_tables() -> Iterator[BadEpisode]:
    """Yield files whose one episode has a table 2 that is refused, with what is found."""
    drugs = _drugs()
    changes = (
        ("a bomb", "Uống", "&j;", _BOMB, "", "xml_doctype"),
        ("a file of this machine", "Uống", "&x;", _FILE, "", "xml_doctype"),
        ("another encoding", '"utf-8"', '"windows-1258"', "", "", "xml_encoding"),
        ("cut short", "</CHITIEU_CHITIET_THUOC>", "", "", "", "xml"),
        ("other records", "CHI_TIET_THUOC>", "CHI_TIET>", "", "", "table_form"),
        ("another list", "DSACH_CHI_TIET_THUOC", "DSACH", "", "", "table_form"),
        ("elements", "<STT>1<", "<STT><b>1</b><", "", "[1].STT", "field_text"),
        ("a field twice", "<STT>1<", "<STT>9</STT><STT>1<", "", "[1].STT", "field_repeated"),
    )
    for name, old, new, prolog, place, rule in changes:
        changed = drugs.replace(_DECLARATION, _DECLARATION + prolog).replace(old, new)
        yield BadEpisode(f"a table with {name}", _with_drugs(changed), f"XML2{place}", rule)
    yield BadEpisode(
        "a table in UTF-16", _with_drugs(drugs.encode("utf-16")), "XML2", "xml_encoding"
    )
    other = table_xml(3, sample_tables(1)[3])
    yield BadEpisode("another table's XML", _with_drugs(other), "XML2", "table_root")


def bad_episodes() -> Iterator[BadEpisode]:
    """Yield files whose one episode is refused, with what is found."""
    yield from bad_tables()
    tables = sample_tables(1)
    content = base64.b64encode(_drugs().encode()).decode()
    file = f"<FILEHOSO><LOAIHOSO>XML2</LOAIHOSO><NOIDUNGFILE>{content}</NOIDUNGFILE></FILEHOSO>"
    changes = (
        ("no Base64", content, "không phải Base64", "XML2.NOIDUNGFILE", "base64"),
        ("Base64 cut short", content, content[:-3], "XML2.NOIDUNGFILE", "base64"),
        ("Base64 with a stranger", content, "!" + content, "XML2.NOIDUNGFILE", "base64"),
        ("XML instead of Base64", content, "<a/>", "XML2.NOIDUNGFILE", "base64"),
        ("no content", f"<NOIDUNGFILE>{content}</NOIDUNGFILE>", "", "XML2.NOIDUNGFILE", "base64"),
        ("a table twice", file, file * 2, "XML2", "table_repeated"),
        ("forty tables", file, file * 40, "HOSO", "episode_tables"),
    )
    whole = episode_xml(tables)
    for name, old, new, place, rule in changes:
        yield BadEpisode(name, envelope_xml(whole.replace(old, new, 1)), place, rule)
    without = {number: records for number, records in tables.items() if number != 1}
    yield BadEpisode("no table 1", envelope_xml(episode_xml(without)), "XML1", "table_general")


def wide(digits: str) -> str:
    """Return full-width digits, which look alike and are other characters."""
    return digits.translate({ord("0") + n: 0xFF10 + n for n in range(10)})


_FIELDS: Final = (
    (1, "MA_LK", "field_required", ("",)),
    (1, "MA_LK", "too_long", ("M" * 101,)),
    (1, "HO_TEN", "field_required", ("", "  ")),
    (1, "HO_TEN", "too_long", ("N" * 256,)),
    (1, "HO_TEN", "invisible", ("NGUYỄN\u202eVĂN MẪU", "NGUYỄN\u200bVĂN MẪU")),
    (1, "SO_CCCD", "identity_number", ("0123456789", "00008501234", "0000850123456",
                                       wide("000085012345"), "000085-12345", "b1234567")),
    (1, "NGAY_SINH", "time", ("20250230", "20251301", "2025", "19850012", "1985-01-01",
                              wide("20250101"), "17000101")),
    (1, "NGAY_VAO", "time", ("202511012400", "202511011060", "20251101101", "202500011200",
                             "202511010915+07")),
    (1, "GIOI_TINH", "sex", ("4", "Nam", "0", "12")),
    (1, "MA_THE_BHYT", "insurance_card", ("HS6010123456789", "hs4010123456789", "HS401012345678",
                                          "HS4010123456789;X", wide("1"))),
    (1, "GT_THE_DEN", "day", ("20250229", "202512310000")),
    (1, "MA_BENH_CHINH", "icd_10", ("I10.123", "i10", "10I", "I1", "I10;J20", "J" + wide("20"))),
    (1, "MA_BENH_KT", "icd_10", ("I10;J20.9999", "I10,J20.9")),
    (1, "MA_BENH_KT", "too_long", (";".join(["J20.9"] * 20),)),
    (1, "MA_CSKCB", "facility_code", ("79a02", "7902", "79A021")),
    (1, "MA_LOAI_RV", "discharge", ("6", "0")),
    (1, "CAN_NANG", "decimal", ("52,5", "52.", "5e1", wide("52"))),
    (1, "T_BHTT", "decimal", ("1.000.000", "NaN")),
    (1, "NAM_QT", "count", (wide("2025"), "-1")),
    (1, "GHI_CHU", "html_in_text", ("<script>alert(1)</script>", "<b onclick=x>", "javascript:x")),
    (1, "MA_BN", "code", ("BN" + wide("12"), "BN  12", "a" * 60_000 + wide("1"))),
    (1, "MA_BN", "html_in_text", ("BN<script>",)),
    (1, "NGAY_RA", "time_order", ("202401010000",)),
    (1, "NGAY_VAO_NOI_TRU", "time_order", ("202401010000",)),
    (2, "SO_LUONG", "decimal", ("1,5", "một")),
    (2, "MA_LK", "episode_key", ("MAU-OTHER",)),
    (2, "TEN_THUOC", "field_required", ("",)),
    (3, "MA_BENH", "icd_10", ("J20.9;XYZ",)),
    (3, "NGAY_YL", "time", ("202506311200",)),
    (4, "MA_BS_DOC_KQ", "code", ("bác sĩ\nmẫu",)),
    (5, "DIEN_BIEN_LS", "invisible", ("a\u0085b", "a\u2066b")),
    (5, "DIEN_BIEN_LS", "too_long", ("a" * 65_537,)),
    (7, "NGAY_CT", "day", ("202511010000",)),
    (13, "SO_HOSO", "field_required", ("",)),
    (13, "SO_CHUYENTUYEN", "field_required", ("",)),
    (13, "DAU_HIEU_LS", "field_required", ("",)),
    (13, "QT_BENHLY", "field_required", ("",)),
    (13, "HUONG_DIEU_TRI", "field_required", ("",)),
    (13, "MA_LYDO_CT", "referral_reason", ("4", "0")),
    (13, "MA_LOAI_RV", "referral_discharge", ("1", "3", "4")),
    (13, "MA_NOI_DEN", "facility_code", ("79",)),
    (13, "HO_TEN", "one_patient", ("LÊ VĂN KHÁC",)),
    (13, "NGAY_SINH", "one_patient", ("193001010000",)),
    (13, "MA_CSKCB", "episode_facility", ("01001",)),
    (13, "PHUONGTIEN_VC", "too_long", ("x" * 256,)),
    (14, "NGAY_HEN_KL", "time_order", ("202401010000",)),
    (14, "NGAY_HEN_KL", "day_unknown", ("202700000000",)),
    (14, "NGAY_CT", "field_required", ("",)),
)  # fmt: skip


def bad_fields() -> Iterator[BadField]:
    """Yield values that are refused, several a rule."""
    for number, field, rule, values in _FIELDS:
        for value in values:
            yield BadField(number, field, value, rule)


def with_field(bad: BadField) -> bytes:
    """Return a file of one good episode with this one value in it."""
    tables = sample_tables(7, ALL_READ)
    records = tables[bad.number]
    records[min(1, len(records) - 1)][bad.field] = bad.value
    return envelope_xml(episode_xml(tables))


def decomposed(number: int, field: str) -> bytes:
    """Return a file of one good episode whose text in ``field`` is in normal form D."""
    tables = sample_tables(7, ALL_READ)
    tables[number][0][field] = normalize("NFD", tables[number][0][field])
    return envelope_xml(episode_xml(tables))
