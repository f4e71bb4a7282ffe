"""What a judicial record certificate may say: its content checked, its claims, its printed lines.

Form 1 is for showing to others: convictions that are not expunged, bans on posts only if asked
for. Form 2 is for the holder and the courts: everything, and the names of parents and spouse.
Source: Law on Judicial Records, articles 42 and 43 (*Phiếu lý lịch tư pháp số 1, số 2*).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final
from unicodedata import is_normalized

from ledger.certificates.kind import Claim, Paper, PaperLine, Wording
from ledger.errors import InvalidInputError

FORM: Final = 2
RESULT: Final = 3
FORM_1: Final = 1
FORM_2: Final = 2
NO_RECORD: Final = 0
SEE_DOCUMENT: Final = 1

MAX_TEXT: Final = 2000
"""Longest text of one field, in characters."""
MAX_ENTRIES: Final = 200
"""Most convictions, bans, or offences of one conviction."""

NO_CONVICTION: Final = Wording("Không có án tích", "No criminal record")

CLAIMS: Final = (
    Claim(
        FORM,
        "form",
        Wording("Loại phiếu", "Form"),
        {
            FORM_1: Wording("Phiếu lý lịch tư pháp số 1", "Form No. 1"),
            FORM_2: Wording("Phiếu lý lịch tư pháp số 2", "Form No. 2"),
        },
    ),
    Claim(
        RESULT,
        "result",
        Wording("Tình trạng án tích", "Criminal record"),
        {
            NO_RECORD: NO_CONVICTION,
            SEE_DOCUMENT: Wording("Xem nội dung phiếu", "See the document"),
        },
    ),
)

_Check = Callable[[object, str], None]
_Form = Mapping[str, tuple[_Check, bool, Wording]]


def check(content: Mapping[str, object]) -> Mapping[int, int | str | bytes | tuple[str, ...]]:
    """Return the certificate's own claims, form and result, after checking all of ``content``.

    The code of form 2 always says "see document".

    Raises:
        InvalidInputError: A field is missing, unknown, of another form, or not for this form.
    """
    form = content.get("form")
    if type(form) is not int or form not in {FORM_1, FORM_2}:
        raise InvalidInputError("content.form", "form_unknown", "1 or 2")
    _fields(content, _FIELDS, "content")
    _only_what_the_form_says(content, form)
    result = SEE_DOCUMENT if content["convictions"] or content.get("post_bans") else NO_RECORD
    if content["result"] != result:
        raise InvalidInputError(
            "content.result", "result_contradicts_content", "0 without entries, 1 with entries"
        )
    # Anybody's camera reads the code, and form 2 is for procedural agencies and the holder alone:
    # its code never says whether there is anything in it.
    return {FORM: form, RESULT: SEE_DOCUMENT if form == FORM_2 else result}


def _only_what_the_form_says(content: Mapping[str, object], form: int) -> None:
    if form == FORM_2:
        if "post_bans" not in content:
            raise InvalidInputError("content.post_bans", "missing", "a list: form 2 has them all")
        return
    family = [name for name in _FAMILY if name in content]
    if family:
        raise InvalidInputError(f"content.{family[0]}", "not_on_form_1", "no names of the family")
    for number, conviction in enumerate(_entries(content, "convictions")):
        if "expunged_on" in conviction:
            raise InvalidInputError(
                f"content.convictions[{number}]", "not_on_form_1", "no expunged convictions"
            )


def paper(content: Mapping[str, object]) -> Paper:
    """Return what is printed of a checked ``content``, in order."""
    form = FORM_2 if content["form"] == FORM_2 else FORM_1
    convictions = _entries(content, "convictions")
    bans = _entries(content, "post_bans") if "post_bans" in content else None
    lines = [
        PaperLine(CLAIMS[0].title, (CLAIMS[0].allowed or {})[form]),
        *(_plain(name, content) for name in ("purpose", *_FAMILY) if name in content),
        PaperLine(CLAIMS[1].title, _counted(len(convictions)) if convictions else NO_CONVICTION),
        *(
            PaperLine(Wording(f"Án tích {number}", f"Conviction {number}"), _told(entry, _JUDGMENT))
            for number, entry in enumerate(convictions, 1)
        ),
        *(_ban_lines(bans) if bans is not None else ()),
    ]
    return Paper(tuple(lines), _STATEMENTS[form])


def _counted(convictions: int) -> Wording:
    return Wording(f"Có án tích ({convictions})", f"Criminal record ({convictions})")


def _ban_lines(bans: Sequence[Mapping[str, object]]) -> list[PaperLine]:
    title = Wording(
        "Cấm đảm nhiệm chức vụ, thành lập, quản lý doanh nghiệp, hợp tác xã",
        "Bans on posts, on founding or running enterprises and cooperatives",
    )
    if not bans:
        return [PaperLine(title, Wording("Không có", "None"))]
    return [PaperLine(title, _told(ban, _BAN)) for ban in bans]


def _plain(name: str, content: Mapping[str, object]) -> PaperLine:
    text = str(content[name])
    return PaperLine(_FIELDS[name][2], Wording(text, text))


def _told(entry: Mapping[str, object], form: _Form) -> Wording:
    """Return all fields of ``entry`` that are there, in the order of ``form``."""
    parts = [(title, _shown(entry[name])) for name, (_, _, title) in form.items() if name in entry]
    return Wording(
        "; ".join(f"{title.vi}: {value}" for title, value in parts),
        "; ".join(f"{title.en}: {value}" for title, value in parts),
    )


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    text = str(value)
    return f"{date.fromisoformat(text):%d/%m/%Y}" if _is_day(text) else text


def _entries(content: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    return [entry for entry in _list(content[name], name) if isinstance(entry, Mapping)]


def _fields(entry: Mapping[str, object], form: _Form, place: str) -> None:
    """Refuse unknown and missing fields, then check each that is there."""
    unknown = sorted(str(name) for name in entry if name not in form)
    if unknown:
        raise InvalidInputError(place, "unknown_field", "no fields but those of this form")
    for name, (check_value, required, _) in form.items():
        if name in entry:
            check_value(entry[name], f"{place}.{name}")
        elif required:
            raise InvalidInputError(f"{place}.{name}", "missing", "this field")


def _text(value: object, place: str) -> None:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_TEXT:
        raise InvalidInputError(place, "text_form", f"text of 1 to {MAX_TEXT} characters")
    if not is_normalized("NFC", value):
        raise InvalidInputError(place, "not_nfc", "text in Unicode normal form C")


def _texts(value: object, place: str) -> None:
    for number, part in enumerate(_list(value, place)):
        _text(part, f"{place}[{number}]")


def _day(value: object, place: str) -> None:
    if not isinstance(value, str) or not _is_day(value):
        raise InvalidInputError(place, "date_form", "YYYY-MM-DD")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _code(value: object, place: str) -> None:
    if type(value) is not int:
        raise InvalidInputError(place, "code_form", "an integer")


def _list(value: object, place: str) -> Sequence[object]:
    if not isinstance(value, list | tuple) or len(value) > MAX_ENTRIES:
        raise InvalidInputError(place, "list_form", f"a list of at most {MAX_ENTRIES}")
    return value


def _each(form: _Form) -> _Check:
    def check_entries(value: object, place: str) -> None:
        for number, entry in enumerate(_list(value, place)):
            if not isinstance(entry, Mapping):
                raise InvalidInputError(f"{place}[{number}]", "entry_form", "a map of fields")
            _fields(entry, form, f"{place}[{number}]")

    return check_entries


_JUDGMENT: Final[_Form] = {
    "judgment_number": (_text, True, Wording("Bản án số", "Judgment No.")),
    "judgment_date": (_day, True, Wording("Ngày tuyên án", "Date of judgment")),
    "court": (_text, True, Wording("Tòa án đã tuyên", "Court")),
    "offences": (_texts, True, Wording("Tội danh", "Offences")),
    "articles": (_text, False, Wording("Điều khoản luật áp dụng", "Articles of law")),
    "main_penalties": (_texts, False, Wording("Hình phạt chính", "Main penalties")),
    "additional_penalties": (_texts, False, Wording("Hình phạt bổ sung", "Additional penalties")),
    "court_fees": (_text, False, Wording("Án phí", "Court fees")),
    "civil_obligations": (_text, False, Wording("Nghĩa vụ dân sự", "Civil obligations")),
    "enforcement_status": (_text, False, Wording("Tình trạng thi hành án", "Enforcement")),
    "served_on": (_day, False, Wording("Ngày chấp hành xong", "Served on")),
    "expunged_on": (_day, False, Wording("Ngày xóa án tích", "Expunged on")),
}

_BAN: Final[_Form] = {
    "decision_number": (_text, True, Wording("Quyết định số", "Decision No.")),
    "decision_date": (_day, True, Wording("Ngày quyết định", "Date of decision")),
    "court": (_text, True, Wording("Tòa án ra quyết định", "Court")),
    "post": (_text, True, Wording("Chức vụ bị cấm", "Post")),
    "term": (_text, True, Wording("Thời hạn cấm", "Term")),
    "banned_from": (_day, True, Wording("Cấm từ ngày", "From")),
}

_FAMILY: Final = ("father_name", "mother_name", "spouse_name")

_FIELDS: Final[_Form] = {
    "form": (_code, True, CLAIMS[0].title),
    "result": (_code, True, CLAIMS[1].title),
    "purpose": (_text, False, Wording("Mục đích yêu cầu", "Purpose")),
    "father_name": (_text, False, Wording("Họ và tên cha", "Father's name")),
    "mother_name": (_text, False, Wording("Họ và tên mẹ", "Mother's name")),
    "spouse_name": (_text, False, Wording("Họ và tên vợ/chồng", "Spouse's name")),
    "convictions": (_each(_JUDGMENT), True, CLAIMS[1].title),
    "post_bans": (_each(_BAN), False, Wording("Cấm đảm nhiệm chức vụ", "Bans on posts")),
}

_STATEMENTS: Final = {
    FORM_1: Wording(
        "Phiếu này xác nhận tình trạng án tích chưa được xóa của người có tên trong phiếu, "
        "theo cơ sở dữ liệu lý lịch tư pháp tại ngày cấp.",
        "This certifies which convictions of the person named below are not expunged, "
        "as the judicial record database stood on the day of issue.",
    ),
    FORM_2: Wording(
        "Phiếu này ghi đầy đủ án tích, kể cả án tích đã được xóa, của người có tên trong phiếu, "
        "theo cơ sở dữ liệu lý lịch tư pháp tại ngày cấp.",
        "This states all convictions, expunged ones included, of the person named in it, "
        "as the judicial record database stood on the day of issue.",
    ),
}
