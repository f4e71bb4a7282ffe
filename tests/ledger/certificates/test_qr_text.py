"""The text in the code and the code that is typed: addresses, hosts, digits, look-alikes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.certificates.qr_text import (
    MAX_TEXT,
    address,
    from_qr_text,
    normalise_short_code,
    short_code,
    to_qr_text,
)
from ledger.errors import InvalidInputError


@given(st.binary(min_size=1, max_size=300))
def test_a_token_comes_back_from_its_text(token: bytes) -> None:
    text = to_qr_text(token, "ll.example.vn")
    assert text.startswith("https://ll.example.vn/#")
    assert from_qr_text(text) == token
    assert from_qr_text(text, hosts={"ll.example.vn"}) == token


def test_digits_alone_and_a_scanners_line_end_are_read() -> None:
    assert from_qr_text("16736865") == b"ab\xff"
    assert from_qr_text(" https://ll.example.vn/#16736865\r\n") == b"ab\xff"
    assert from_qr_text("16736865", hosts={"ll.example.vn"}) == b"ab\xff"


def test_case_in_scheme_and_host_is_as_they_are_typed() -> None:
    assert from_qr_text("https://LL.Example.VN/#16736865", hosts={"ll.example.vn"}) == b"ab\xff"


def test_only_a_loopback_host_gets_an_address_without_encryption() -> None:
    assert address("127.0.0.1:8000") == "http://127.0.0.1:8000/#"
    assert address("localhost:8000") == "http://localhost:8000/#"
    assert address("localhost.example.vn:8000") == "https://localhost.example.vn:8000/#"


@pytest.mark.parametrize("host", ["", "LL.example.vn", "a/b", "a b", ".", "a#", "a" * 65, "a:b"])
def test_an_address_of_another_form_is_not_written(host: str) -> None:
    with pytest.raises(InvalidInputError):
        to_qr_text(b"token", host)


def test_a_token_beyond_the_limit_is_not_written() -> None:
    with pytest.raises(InvalidInputError, match="2048"):
        to_qr_text(bytes(2049), "ll.example.vn")
    assert len(to_qr_text(bytes(2048), "a" * 64)) == MAX_TEXT


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "qr_text_form"),
        ("hello", "qr_text_form"),
        ("6BFA$B", "qr_text_form"),
        ("https://ll.example.vn/", "qr_text_form"),
        ("https://ll.example.vn/#", "qr_text_form"),
        ("https://ll.example.vn/#abc", "qr_text_form"),
        ("https://ll.example.vn/?q=1#167", "qr_text_form"),
        ("ftp://ll.example.vn/#16736865", "qr_text_form"),
        ("https://user@ll.example.vn/#16736865", "qr_text_form"),
        ("https://ll.example.vn/#1673686x", "not_digits"),
        ("https://ll.example.vn/#1673", "digits_length"),
        ("1" * (MAX_TEXT + 1), "too_long"),
    ],
)
def test_a_text_of_another_form_is_refused(text: str, rule: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        from_qr_text(text)
    assert refused.value.rule == rule


@pytest.mark.parametrize("host", ["evil.example", "ll.example.vn.evil.example", "ll.example.vn:81"])
def test_a_foreign_host_is_refused_where_hosts_are_listed(host: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        from_qr_text(f"https://{host}/#16736865", hosts={"ll.example.vn"})
    assert refused.value.rule == "foreign_host"


def test_the_short_code_of_a_token_never_changes() -> None:
    assert short_code(b"token") == "DJ7P-0X7G-HS8E"


@given(st.binary(max_size=40))
def test_a_typed_short_code_is_forgiving(token: bytes) -> None:
    code = short_code(token)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert normalise_short_code(typed) == code
    assert normalise_short_code(code.replace("-", "")) == code


@pytest.mark.parametrize(
    "typed", ["", "ABC", "ABCD-EFGH-JKMU", "ABCD-EFGH-JKMN-P", "ABCD-EFGH-JKMđ"]
)
def test_what_is_no_short_code_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        normalise_short_code(typed)
    assert refused.value.rule == "short_code_form"
