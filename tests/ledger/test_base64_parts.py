"""Base64 inside of documents is opened only where it comes back byte for byte."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import canonical
from ledger.base64_parts import closed, has_base64, opened
from tests_support.insurance_samples import sample_envelope


@given(st.binary(max_size=500), st.binary(max_size=200), st.binary(max_size=100))
def test_a_content_between_any_bytes_is_opened_and_comes_back(
    before: bytes, content: bytes, after: bytes
) -> None:
    text = base64.b64encode(content)
    data = before + b"<NOIDUNGFILE>" + text + b"</NOIDUNGFILE>" + after
    assert closed(opened(data)) == data
    assert has_base64(data)
    if content and b"<" not in before:
        assert canonical.decode(opened(data))[1] == content


@given(
    st.lists(
        st.sampled_from([
            b"<NOIDUNGFILE>", b"</NOIDUNGFILE>", b"TcOi", b"TcOi\r\n", b"TcO=", b"TQ==", b"TR==",
            b"=", b"<", b"&#77;", b"\x00", b" ",
        ])
    ).map(b"".join)
)  # fmt: skip
def test_whatever_stands_there_comes_back(data: bytes) -> None:
    assert closed(opened(data)) == data


@pytest.mark.parametrize(
    "text", [b"TQ=", b"TR==", b"TcOi\n", b" TQ==", b"", b"&#84;Q==", b"TQ==TQ==", b"T Q=="]
)
def test_base64_that_would_be_written_otherwise_stays_as_it_is(text: bytes) -> None:
    data = b"<NOIDUNGFILE>" + text + b"</NOIDUNGFILE>"
    assert canonical.decode(opened(data)) == [data]


def test_the_form_is_the_one_that_is_stored() -> None:
    data = b"<a><NOIDUNGFILE>TcOi</NOIDUNGFILE><NOIDUNGFILE>TQ==</NOIDUNGFILE></a>"
    parts = [b"<a><NOIDUNGFILE>", "Mâ".encode(), b"</NOIDUNGFILE><NOIDUNGFILE>", b"M"]
    assert opened(data) == canonical.encode([*parts, b"</NOIDUNGFILE></a>"])
    assert opened(data).hex().startswith("85503c613e3c4e4f49")


def test_every_table_of_a_file_is_opened() -> None:
    data = sample_envelope(1, (1, 2, 3))
    assert len(canonical.decode(opened(data))) == 2 * 3 + 1
    assert not has_base64(b"{}")


@pytest.mark.parametrize("wrong", [7, "text", ["text"], [b"a", None], {}])
def test_what_was_never_opened_is_refused(wrong: object) -> None:
    with pytest.raises(canonical.NotCanonicalError):
        closed(canonical.encode(wrong))
