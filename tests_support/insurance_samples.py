"""Generated treatment episodes as the insurance's XML: of nobody, and plainly so.

Everything hangs on a seed. A table is a list of records, a record a dictionary of text by field
name: tests change what they want before it is written as XML.
"""

import base64
import random
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from html import escape
from typing import Final

from ledger.clinical.insurance_fields import GENERAL, REFERRAL, table_forms

FACILITY: Final = "79A02"
ALL_READ: Final = (1, 2, 3, 4, 5, 7, 8, 13, 14)
USUAL: Final = (1, 2, 3, 4, 5, 7)
"""Tables of a usual visit; a file of them is about 32 KB."""

Record = dict[str, str]
Tables = dict[int, list[Record]]

_FAMILY: Final = ("NGUYỄN", "TRẦN", "LÊ", "PHẠM", "HUỲNH", "VÕ", "ĐẶNG", "BÙI", "ĐỖ", "DƯƠNG")
_MIDDLE: Final = ("VĂN", "THỊ", "HỮU", "NGỌC", "ĐỨC", "THÚY", "QUỐC", "HỒNG", "MỸ")
_DISEASES: Final = (
    ("J20.9", "Viêm phế quản cấp, không đặc hiệu"),
    ("I10", "Tăng huyết áp nguyên phát"),
    ("E11.9", "Đái tháo đường típ 2, chưa có biến chứng"),
    ("K29.7", "Viêm dạ dày, không đặc hiệu"),
    ("M54.5", "Đau thắt lưng"),
    ("A090", "Viêm dạ dày ruột do nhiễm khuẩn"),
    ("B18.1", "Viêm gan vi rút B mạn"),
    ("N39.0", "Nhiễm khuẩn đường tiết niệu"),
)
_DRUGS: Final = (
    ("40.2", "Paracetamol", "500mg", "viên", "Uống"),
    ("40.154", "Amoxicilin", "500mg", "viên", "Uống"),
    ("40.677", "Omeprazol", "20mg", "viên", "Uống"),
    ("40.491", "Amlodipin", "5mg", "viên", "Uống"),
    ("40.807", "Metformin", "850mg", "viên", "Uống"),
    ("40.1015", "Natri clorid 0,9%", "500ml", "chai", "Tiêm truyền"),
)
_SERVICES: Final = (
    ("02.1896", "Khám Nội tổng hợp", "13", ""),
    ("23.0075.1494", "Định lượng glucose", "1", ""),
    ("18.0072.0028", "Chụp X-quang ngực thẳng", "2", ""),
    ("03.3826.0075", "Thay băng vết thương", "18", "9357"),
)
_RESULTS: Final = (
    ("23.0075.1494", "GLU", "Glucose", ("5.60", "7.1", "12.50"), "mmol/L"),
    ("22.0121.1369", "WBC", "Số lượng bạch cầu", ("6.5", "11.20", "<0.5"), "G/L"),
    ("23.0051.1494", "CRE", "Creatinin", ("80", "96.0", "134"), "µmol/L"),
    ("24.0117.1646", "HBSAG", "HBsAg miễn dịch", ("Âm tính", "Dương tính"), ""),
)
_COURSE: Final = (
    "Người bệnh tỉnh, tiếp xúc tốt; tim đều, phổi thông khí rõ.",
    "Ho khan, không sốt; SpO2 97%.\nBụng mềm.",
    "Đau giảm; mạch < 90 lần/phút, huyết áp 130/80 mmHg.",
)


def sample_tables(
    seed: int, tables: Iterable[int] = USUAL, *, facility: str = FACILITY, rows: int = 3
) -> Tables:
    """Return the tables of one episode, in the order of their numbers; ``rows`` a list table."""
    rng = random.Random(seed)
    visit = _visit(rng, seed, facility)
    makers = {
        1: lambda: [_general(rng, visit)],
        2: lambda: [_drug(rng, visit, row) for row in range(rows)],
        3: lambda: [_service(rng, visit, row) for row in range(rows)],
        4: lambda: [_result(rng, visit, row) for row in range(rows)],
        5: lambda: [_course(rng, visit, row) for row in range(rows)],
        7: lambda: [_discharge(visit)],
        8: lambda: [_summary(visit)],
        13: lambda: [_referral(rng, visit)],
        14: lambda: [_appointment(visit)],
    }
    made = {number: makers[number]() for number in sorted(tables)}
    if {GENERAL, REFERRAL} <= made.keys():
        made[GENERAL][0] |= {"MA_LOAI_RV": "2", "MA_NOI_DEN": made[REFERRAL][0]["MA_NOI_DEN"]}
    return made


def _visit(rng: random.Random, seed: int, facility: str) -> Record:
    """Return what the tables of one episode have in common."""
    arrived = datetime(2025, 1, 2, 7, 30) + timedelta(minutes=rng.randrange(400_000))  # noqa: DTZ001 (the tables say no zone)
    admitted = arrived + timedelta(minutes=45)
    left = admitted + timedelta(hours=rng.randrange(2, 200))
    code, words = rng.choice(_DISEASES)
    others = rng.sample([one for one, _ in _DISEASES if one != code], rng.randrange(3))
    year = rng.randrange(1940, 2024)
    birth = rng.choice((f"{year}00000000", f"{year}03000000", f"{year}02280000"))
    return {
        "MA_LK": f"MAU{seed:09}",
        "MA_CSKCB": facility,
        "HO_TEN": f"{rng.choice(_FAMILY)} {rng.choice(_MIDDLE)} MẪU",
        "NGAY_SINH": birth,
        "GIOI_TINH": rng.choice("123"),
        "DIA_CHI": "Số 1, đường Mẫu, phường Mẫu",
        "MA_THE_BHYT": f"HS4{rng.randrange(100):02}{rng.randrange(10**10):010}",
        "GT_THE_DEN": f"{left.year}1231",
        "NGAY_VAO": _time(arrived),
        "NGAY_VAO_NOI_TRU": _time(admitted),
        "NGAY_RA": _time(left),
        "CHAN_DOAN_RV": words,
        "MA_BENH_CHINH": code,
        "MA_BENH_KT": ";".join(others),
        "MA_TTDV": "0000000001",
        "MA_BAC_SI": "0000001/MAU-GPHN",
    }


def _time(at: datetime) -> str:
    return at.strftime("%Y%m%d%H%M")


def _shifted(sent: str, **time: int) -> str:
    at = datetime.strptime(sent, "%Y%m%d%H%M") + timedelta(**time)  # noqa: DTZ007 (likewise)
    return _time(at)


def _some(visit: Record, *names: str) -> Record:
    return {name: visit[name] for name in names}


_PATIENT: Final = ("HO_TEN", "NGAY_SINH", "GIOI_TINH", "DIA_CHI", "MA_THE_BHYT", "GT_THE_DEN")
_STAY: Final = ("NGAY_VAO", "NGAY_VAO_NOI_TRU", "NGAY_RA")
_DISEASE: Final = ("CHAN_DOAN_RV", "MA_BENH_CHINH", "MA_BENH_KT")


def _general(rng: random.Random, visit: Record) -> Record:
    century = {"1": "0", "2": "1", "3": "0"}[visit["GIOI_TINH"]]
    year = int(visit["NGAY_SINH"][:4])
    number = f"{int(century) + 2 * (year // 100 - 19)}{year % 100:02}{rng.randrange(10**6):06}"
    return {
        **_some(visit, "MA_LK", "MA_CSKCB", *_PATIENT, *_STAY, *_DISEASE, "MA_TTDV"),
        "STT": "1",
        "MA_BN": f"BN{rng.randrange(10**8):08}",
        "SO_CCCD": f"000{number}",
        "MA_QUOCTICH": "000",
        "MA_DANTOC": "01",
        "MA_NGHE_NGHIEP": "00000",
        "MATINH_CU_TRU": "79",
        "MAXA_CU_TRU": "00001",
        "DIEN_THOAI": "0900000000",
        "MA_DKBD": visit["MA_CSKCB"],
        "GT_THE_TU": f"{visit['NGAY_RA'][:4]}0101",
        "LY_DO_VV": "Mệt, đau nhiều ngày",
        "CHAN_DOAN_VAO": "Theo dõi bệnh mẫu",
        "MA_DOITUONG_KCB": "1.1",
        "SO_NGAY_DTRI": "3",
        "PP_DIEU_TRI": "Nội khoa",
        "KET_QUA_DTRI": rng.choice("12"),
        "MA_LOAI_RV": "1",
        "GHI_CHU": "Uống thuốc theo đơn; ăn nhạt.",
        "NGAY_TTOAN": visit["NGAY_RA"],
        "T_THUOC": "125000.00",
        "T_TONGCHI_BV": "450000.50",
        "T_TONGCHI_BH": "450000.50",
        "T_BNCCT": "90000.10",
        "T_BHTT": "360000.40",
        "NAM_QT": visit["NGAY_RA"][:4],
        "THANG_QT": visit["NGAY_RA"][4:6],
        "MA_LOAI_KCB": rng.choice(("01", "03")),
        "MA_KHOA": "K01",
        "CAN_NANG": "52.50",
        "MA_HSBA": "MAU/2025",
    }


def _drug(rng: random.Random, visit: Record, row: int) -> Record:
    code, name, strength, unit, route = rng.choice(_DRUGS)
    return {
        **_some(visit, "MA_LK", "MA_BAC_SI"),
        "STT": str(row + 1),
        "MA_THUOC": code,
        "MA_NHOM": "4",
        "TEN_THUOC": name,
        "DON_VI_TINH": unit,
        "HAM_LUONG": strength,
        "DUONG_DUNG": route,
        "LIEU_DUNG": "Ngày 2 lần, lần 1 " + unit,
        "CACH_DUNG": "Sau ăn",
        "SO_DANG_KY": "VD-00000-00",
        "PHAM_VI": "1",
        "TYLE_TT_BH": "100",
        "SO_LUONG": f"{rng.randrange(1, 60)}.00",
        "DON_GIA": "1250.000",
        "MUC_HUONG": "80",
        "NGAY_YL": visit["NGAY_VAO_NOI_TRU"],
        "NGAY_TH_YL": _shifted(visit["NGAY_VAO_NOI_TRU"], minutes=20),
        "MA_PTTT": "1",
        "NGUON_CTRA": "1",
        "MA_KHOA": "K01",
    }


def _service(rng: random.Random, visit: Record, row: int) -> Record:
    code, name, group, operation = rng.choice(_SERVICES)
    return {
        **_some(visit, "MA_LK", "MA_BAC_SI"),
        "STT": str(row + 1),
        "MA_DICH_VU": code,
        "MA_PTTT_QT": operation,
        "MA_NHOM": group,
        "TEN_DICH_VU": name,
        "DON_VI_TINH": "lần",
        "PHAM_VI": "1",
        "SO_LUONG": "1",
        "DON_GIA_BV": "42100.0",
        "TYLE_TT_BH": "100",
        "NGUOI_THUC_HIEN": "0000002/MAU-GPHN",
        "MA_BENH": visit["MA_BENH_CHINH"],
        "NGAY_YL": visit["NGAY_VAO_NOI_TRU"],
        "NGAY_TH_YL": _shifted(visit["NGAY_VAO_NOI_TRU"], minutes=10),
        "NGAY_KQ": _shifted(visit["NGAY_VAO_NOI_TRU"], minutes=50),
        "MA_PTTT": "1",
        "MA_KHOA": "K01",
    }


def _result(rng: random.Random, visit: Record, row: int) -> Record:
    service, code, name, values, unit = rng.choice(_RESULTS)
    return {
        **_some(visit, "MA_LK"),
        "STT": str(row + 1),
        "MA_DICH_VU": service,
        "MA_CHI_SO": code,
        "TEN_CHI_SO": name,
        "GIA_TRI": rng.choice(values),
        "DON_VI_DO": unit,
        "KET_LUAN": "Theo dõi thêm" if rng.randrange(5) == 0 else "",
        "NGAY_KQ": _shifted(visit["NGAY_VAO_NOI_TRU"], minutes=50),
        "MA_BS_DOC_KQ": "0000003/MAU-GPHN",
    }


def _course(rng: random.Random, visit: Record, row: int) -> Record:
    return {
        **_some(visit, "MA_LK"),
        "STT": str(row + 1),
        "DIEN_BIEN_LS": rng.choice(_COURSE),
        "HOI_CHAN": "Hội chẩn khoa: tiếp tục điều trị." if row == 0 else "",
        "THOI_DIEM_DBLS": _shifted(visit["NGAY_VAO_NOI_TRU"], minutes=30 * row),
        "NGUOI_THUC_HIEN": visit["MA_BAC_SI"],
    }


def _discharge(visit: Record) -> Record:
    return {
        **_some(visit, "MA_LK", "NGAY_VAO", "NGAY_RA", "CHAN_DOAN_RV", "MA_TTDV"),
        "SO_LUU_TRU": "MAU/2025",
        "MA_KHOA_RV": "K01",
        "PP_DIEUTRI": "Nội khoa",
        "GHI_CHU": "Nghỉ ngơi",
        "MA_BS": "0000001/MAU-GPHN",
        "TEN_BS": "BÁC SĨ MẪU",
        "NGAY_CT": visit["NGAY_RA"][:8],
        "SO_NGAY_NGHI": "2",
    }


def _summary(visit: Record) -> Record:
    return {
        **_some(visit, "MA_LK", "NGAY_VAO", "NGAY_RA", "CHAN_DOAN_RV", "MA_TTDV"),
        "MA_LOAI_KCB": "03",
        "CHAN_DOAN_VAO": "Theo dõi bệnh mẫu",
        "QT_BENHLY": "Bệnh ba ngày, mệt nhiều.",
        "TOMTAT_KQ": "Glucose 5.60 mmol/L.",
        "PP_DIEUTRI": "Nội khoa",
        "KET_QUA_DTRI": "2",
        "NGAY_CT": visit["NGAY_RA"][:8],
    }


def _referral(rng: random.Random, visit: Record) -> Record:
    number = f"{rng.randrange(10_000)}/MẪU-CT"
    return {
        **_some(visit, "MA_LK", "MA_CSKCB", *_PATIENT, *_STAY, *_DISEASE, "MA_TTDV", "MA_BAC_SI"),
        "SO_HOSO": "MAU/2025",
        "SO_CHUYENTUYEN": number,
        "GIAY_CHUYEN_TUYEN": number,
        "MA_NOI_DI": visit["MA_CSKCB"],
        "MA_NOI_DEN": "79B01",
        "MA_QUOCTICH": "000",
        "MA_DANTOC": "01",
        "DAU_HIEU_LS": "Khó thở khi gắng sức",
        "QT_BENHLY": "Điều trị ba ngày, đỡ ít.",
        "TOMTAT_KQ": "X-quang ngực: bình thường",
        "PP_DIEUTRI": "Nội khoa",
        "TEN_THUOC": "Paracetamol 500mg",
        "MA_LOAI_RV": "2",
        "MA_LYDO_CT": rng.choice("123"),
        "HUONG_DIEU_TRI": "Khám chuyên khoa tim mạch",
        "PHUONGTIEN_VC": "Xe cứu thương",
        "HOTEN_NGUOI_HT": "LÊ THỊ MẪU",
        "CHUCDANH_NGUOI_HT": "Điều dưỡng",
    }


def _appointment(visit: Record) -> Record:
    return {
        **_some(visit, "MA_LK", "MA_CSKCB", *_PATIENT, *_STAY, *_DISEASE, "MA_TTDV", "MA_BAC_SI"),
        "SO_GIAYHEN_KL": f"{visit['MA_LK']}/HK",
        "NGAY_HEN_KL": _shifted(visit["NGAY_RA"], days=14)[:8] + "0000",
        "MA_DOITUONG_KCB": "1.1",
        "NGAY_CT": visit["NGAY_RA"][:8],
    }


def table_xml(number: int, records: Iterable[Mapping[str, str]]) -> bytes:
    """Return a table as a facility writes it: every field in the list's order, then any others."""
    form = table_forms()[number]
    inner = "".join(
        f"<{form.record}>{_fields(form.fields, record)}</{form.record}>" for record in records
    )
    if not form.single:
        between = (f"<{form.inner}>", f"</{form.inner}>") if form.inner else ("", "")
        inner = f"<{form.root}>{between[0]}{inner}{between[1]}</{form.root}>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n{inner}'.encode()


def _fields(names: Iterable[str], record: Mapping[str, str]) -> str:
    order = [*names, *(name for name in record if name not in set(names))]
    return "\n".join(
        f"<{name}>{escape(record.get(name, ''), quote=False)}</{name}>" for name in order
    )


def episode_xml(tables: Mapping[int, Iterable[Mapping[str, str]] | bytes]) -> str:
    """Return one HOSO; a table given as bytes goes in as it is."""
    files = (
        (number, content if isinstance(content, bytes) else table_xml(number, content))
        for number, content in tables.items()
    )
    inner = "\n".join(
        f"<FILEHOSO><LOAIHOSO>XML{number}</LOAIHOSO>"
        f"<NOIDUNGFILE>{base64.b64encode(content).decode()}</NOIDUNGFILE></FILEHOSO>"
        for number, content in files
    )
    return f"<HOSO>\n{inner}\n</HOSO>"


def envelope_xml(*episodes: str, facility: str = FACILITY, signature: str = "") -> bytes:
    """Return a file of these HOSO."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<GIAMDINHHS>\n'
        f"<THONGTINDONVI><MACSKCB>{facility}</MACSKCB></THONGTINDONVI>\n<THONGTINHOSO>"
        f"<NGAYLAP>20251101</NGAYLAP><SOLUONGHOSO>{len(episodes)}</SOLUONGHOSO>\n<DANHSACHHOSO>"
        f"{''.join(episodes)}</DANHSACHHOSO></THONGTINHOSO>\n"
        f"<CHUKYDONVI>{signature}</CHUKYDONVI>\n</GIAMDINHHS>\n"
    ).encode()


def sample_envelope(
    seed: int, tables: Iterable[int] = USUAL, *, facility: str = FACILITY, rows: int = 3
) -> bytes:
    """Return a file with one episode."""
    made = sample_tables(seed, tables, facility=facility, rows=rows)
    return envelope_xml(episode_xml(made), facility=facility)
