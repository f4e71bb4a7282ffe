"""Files as they come in: what they are called, and how much of them is kept."""

import pytest

from ledger.certificates.request_files import LARGEST_FILE, LONGEST_NAME, MOST_FILES
from verify_api.uploads import BoundedUpload, _Room, harmless_name

PART = bytes(1 << 20)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("giấy tờ.pdf", "giấy tờ.pdf"),
        ("C:\\Users\\mẫu\\giấy.pdf", "giấy.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\u202efdp.exe\x00\n", "afdp.exe"),
        ("  hai   chỗ  trống .png", "hai chỗ trống .png"),
        ("o\u0302.png", "ô.png"),
        ("x" * 300 + ".pdf", "x" * (LONGEST_NAME - 4) + ".pdf"),
        ("\u200b", "tep-3"),
        (None, "tep-3"),
    ],
)
def test_a_name_keeps_what_can_be_read_of_it(given: str | None, name: str) -> None:
    assert harmless_name(given, 2) == name


def test_a_file_of_the_largest_size_is_kept_whole() -> None:
    upload = BoundedUpload(_Room())
    for _ in range(LARGEST_FILE // len(PART)):
        upload.write(PART)
    assert upload.is_whole
    assert len(upload.getvalue()) == upload.size == LARGEST_FILE


def test_a_larger_one_is_counted_and_let_go_and_gives_its_room_back() -> None:
    room = _Room()
    for _ in range(MOST_FILES):
        upload = BoundedUpload(room)
        for _ in range(LARGEST_FILE // len(PART) + 2):
            upload.write(PART)
        assert (upload.is_whole, upload.getvalue()) == (False, b"")
        assert upload.size == LARGEST_FILE + 2 * len(PART)
    assert room.left == MOST_FILES * LARGEST_FILE


def test_many_files_never_take_more_than_a_form_may() -> None:
    room = _Room()
    uploads = [BoundedUpload(room) for _ in range(MOST_FILES * 2)]
    for upload in uploads:
        for _ in range(LARGEST_FILE // len(PART)):
            upload.write(PART)
    assert [upload.is_whole for upload in uploads] == [True] * MOST_FILES + [False] * MOST_FILES
    assert sum(len(upload.getvalue()) for upload in uploads) <= MOST_FILES * LARGEST_FILE
