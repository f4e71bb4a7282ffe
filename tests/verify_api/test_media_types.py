"""What a file that is kept is judged to be: by its content, whole, in a process of its own."""

import io
from collections.abc import Iterator

import fpdf
import pypdfium2
import pytest
from PIL import Image

from verify_api.picture import media_type_of
from verify_api.picture_error import PictureError, PictureLimits, PictureRule
from verify_api.picture_process import PictureReader


def picture(form: str, size: tuple[int, int] = (40, 30)) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise(size, 90).save(stream, form)
    return stream.getvalue()


def pdf(pages: int = 1, **options: str) -> bytes:
    document = fpdf.FPDF()
    for _ in range(pages):
        document.add_page()
    if options:
        document.set_encryption(**options)  # type: ignore[arg-type]
    return bytes(document.output())


def without_pages() -> bytes:
    stream, document = io.BytesIO(), pypdfium2.PdfDocument.new()
    document.save(stream)
    document.close()
    return stream.getvalue()


PNG, JPEG, PDF = picture("PNG"), picture("JPEG"), pdf()


@pytest.fixture(scope="module")
def reader() -> Iterator[PictureReader]:
    with PictureReader(seconds=30) as one:
        yield one


def test_each_kind_is_told_by_what_is_in_it_in_a_process_of_its_own(reader: PictureReader) -> None:
    told = [reader.media_type(one) for one in (PNG, JPEG, PDF)]
    assert told == ["image/png", "image/jpeg", "application/pdf"]
    with pytest.raises(PictureError) as refused:
        reader.media_type(PDF[:400])
    assert refused.value.rule is PictureRule.CORRUPT


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", PictureRule.NOT_A_PICTURE),
        (b"<html>%PDF-1.7", PictureRule.NOT_A_PICTURE),
        (picture("GIF"), PictureRule.NOT_A_PICTURE),
        (PNG[:-30], PictureRule.CORRUPT),
        (JPEG[: len(JPEG) // 2], PictureRule.CORRUPT),
        (b"\xff\xd8\xff" + PNG, PictureRule.CORRUPT),
        (b"%PDF-1.7 nothing more", PictureRule.CORRUPT),
        (without_pages(), PictureRule.CORRUPT),
        (pdf(owner_password="a", user_password="b"), PictureRule.ENCRYPTED),
        (picture("PNG", (101, 100)), PictureRule.TOO_MANY_PIXELS),
    ],
)
def test_what_somebody_else_could_not_open_is_refused(data: bytes, rule: PictureRule) -> None:
    with pytest.raises(PictureError) as refused:
        media_type_of(data, limits=PictureLimits(pixels=10_000))
    assert refused.value.rule is rule


def test_a_document_without_pages_wants_no_password_because_one_before_it_did() -> None:
    for data, rule in (
        (pdf(owner_password="a", user_password="b"), PictureRule.ENCRYPTED),
        (without_pages(), PictureRule.CORRUPT),
    ):
        with pytest.raises(PictureError) as refused:
            media_type_of(data)
        assert refused.value.rule is rule
