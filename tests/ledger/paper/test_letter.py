import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from ledger.certificates.kind import Wording
from ledger.paper.letter import Letter, write_letter
from tests_support.absence import absent

LETTER = Letter(
    authority=Wording("Công an tỉnh mẫu", "Specimen police"),
    title=Wording("Phiếu yêu cầu bổ sung hồ sơ", "Request for a supplement"),
    on=date(2026, 11, 25),
    at=datetime(2026, 11, 25, 3, 0, tzinfo=UTC),
    reference="H01-261125-0001/4",
    rows=((Wording("Kính gửi", "To"), Wording("Đặng Thị Mẫu", "Đặng Thị Mẫu")),),
    paragraphs=(Wording("Đề nghị bổ sung.", "Please supplement."),),
)


def words(pdf: bytes, folder: Path) -> str:
    if shutil.which("pdftotext") is None:
        absent("no pdftotext on this machine")
    file = folder / "letter.pdf"
    file.write_bytes(pdf)
    read = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    return " ".join(read.stdout.decode().split())


def test_a_letter_says_everything_in_both_languages(tmp_path: Path) -> None:
    told = words(write_letter(LETTER), tmp_path)
    for said in (
        "PHIẾU YÊU CẦU BỔ SUNG HỒ SƠ", "Request for a supplement", "Đặng Thị Mẫu", "25/11/2026",
        "Đề nghị bổ sung.", "Please supplement.", "H01-261125-0001/4", "Công an tỉnh mẫu",
    ):  # fmt: skip
        assert said in told
    assert "SPECIMEN" not in told


def test_the_same_letter_gives_the_same_bytes_and_another_gives_others() -> None:
    assert write_letter(LETTER) == write_letter(LETTER)
    assert write_letter(LETTER) != write_letter(replace(LETTER, specimen=True))


def test_what_the_font_does_not_have_is_a_question_mark_and_a_long_letter_goes_on(
    tmp_path: Path,
) -> None:
    strange = Wording("Giấy tờ 🙂\n" * 80, "Papers 🙂")
    made = write_letter(replace(LETTER, rows=((Wording("Thiếu", "Missing"), strange),)))
    told = words(made, tmp_path)
    assert "Giấy tờ ?" in told
    assert "Trang 2/" in told
