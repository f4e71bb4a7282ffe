import io
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from ledger.paper.qr_code import draw_png
from verify_api import picture_process
from verify_api.picture_error import PictureError, PictureRule
from verify_api.picture_process import PictureReader
from verify_api.picture_worker import serve

TEXT = "https://verify.example/#" + "1234567890" * 60
PICTURE = draw_png(TEXT)


@pytest.fixture(scope="module")
def reader() -> Iterator[PictureReader]:
    with PictureReader(workers=1, seconds=30) as one:
        yield one


def rule_of(reader: PictureReader, data: bytes) -> PictureRule:
    with pytest.raises(PictureError) as refused:
        reader.read(data)
    return refused.value.rule


def large_noise() -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((2400, 2000), 90).save(stream, "JPEG", quality=80)
    return stream.getvalue()


def test_a_worker_answers_picture_after_picture(reader: PictureReader) -> None:
    assert reader.read(PICTURE) == [TEXT]
    assert reader.read(PICTURE) == [TEXT]


def test_a_refusal_comes_back_with_its_rule_and_words(reader: PictureReader) -> None:
    with pytest.raises(PictureError, match="expected a PNG, a JPEG or a PDF") as refused:
        reader.read(b"a letter")

    assert refused.value.rule is PictureRule.NOT_A_PICTURE
    assert rule_of(reader, PICTURE[:300]) is PictureRule.CORRUPT
    assert rule_of(reader, bytes(10 * 1024 * 1024 + 1)) is PictureRule.TOO_LARGE


def test_a_picture_that_takes_too_long_is_given_up_and_the_next_one_is_read() -> None:
    with PictureReader(seconds=0.05) as hasty:
        assert rule_of(hasty, large_noise()) is PictureRule.TOO_SLOW

        hasty._seconds = 30
        assert hasty.read(PICTURE) == [TEXT]


def test_a_worker_that_dies_is_replaced() -> None:
    with PictureReader(seconds=30) as reader:
        assert reader.read(PICTURE) == [TEXT]
        worker = reader._idle.queue[0]
        assert worker._process is not None
        worker._process.kill()
        worker._process.wait()

        assert rule_of(reader, PICTURE) is PictureRule.CORRUPT
        assert reader.read(PICTURE) == [TEXT]


def test_a_worker_is_replaced_after_its_share_of_pictures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(picture_process, "PICTURES_A_WORKER", 1)
    with PictureReader(seconds=30) as reader:
        assert reader.read(PICTURE) == [TEXT]
        assert reader._idle.queue[0]._process is None
        assert reader.read(PICTURE) == [TEXT]


def test_when_every_worker_is_at_work_the_caller_is_told_to_come_again() -> None:
    with PictureReader(workers=0, seconds=0.01) as none:
        assert rule_of(none, PICTURE) is PictureRule.BUSY


def test_a_worker_that_is_busy_at_the_end_ends_after_its_picture() -> None:
    reader = PictureReader(workers=1, seconds=30)
    assert reader.read(PICTURE) == [TEXT]
    worker = reader._idle.get_nowait()  # somebody has it
    process = worker._process
    reader.close()
    assert process is not None
    assert process.poll() is None
    reader._idle.put(worker)
    assert reader.read(PICTURE) == [TEXT]  # who still asks is answered
    assert process.wait(20) is not None


def test_threads_share_the_workers(reader: PictureReader) -> None:
    answers: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: answers.append(reader.read(PICTURE))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert answers == [[TEXT]] * 4


def answer_with(frame: bytes) -> PictureRule:
    """The rule that a worker's answer of these bytes ends in."""
    with PictureReader(seconds=30) as reader:
        ours, theirs = socket.socketpair()
        reader._idle.queue[0]._socket = ours
        with theirs:
            theirs.sendall(frame)
            return rule_of(reader, PICTURE)


def test_an_answer_of_another_form_is_not_believed() -> None:
    assert answer_with(b"\x00\x00\x00\x02{]") is PictureRule.CORRUPT
    assert answer_with(b"\xff\xff\xff\xff") is PictureRule.CORRUPT


def test_a_worker_that_never_ends_by_itself_is_killed() -> None:
    reader = PictureReader(seconds=30)
    worker = reader._idle.queue[0]
    worker._process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = worker._process

    worker.stop(grace_seconds=0)

    assert process.poll() is not None
    assert process.stdin is not None
    process.stdin.close()


def test_a_deadline_that_has_passed_leaves_no_time() -> None:
    with pytest.raises(TimeoutError):
        picture_process._left(time.monotonic() - 1)


def test_serving_ends_when_the_other_side_is_gone() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"\x00" + len(PICTURE).to_bytes(4, "big") + PICTURE)
        theirs.shutdown(socket.SHUT_WR)
        serve(ours)
        assert TEXT.encode() in theirs.recv(65536)


def test_the_program_ends_when_its_socket_is_closed() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "verify_api.picture_worker"],
            stdin=theirs.fileno(),
            cwd=Path(__file__).parents[2],
        )
    ours.close()

    assert process.wait(30) == 0
