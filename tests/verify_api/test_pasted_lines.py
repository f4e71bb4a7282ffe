import pytest

from verify_api.bodies import BatchLine
from verify_api.pasted_lines import LONGEST_REFERENCE, MOST, pasted_lines


def rules(lines: list[BatchLine]) -> list[str | None]:
    return [None if one.error is None else getattr(one.error, "rule", "") for one in lines]


@pytest.mark.parametrize(
    ("line", "reference", "code"),
    [
        ("https://ll.example.vn/#123", None, "https://ll.example.vn/#123"),
        ("NV-1\thttps://ll.example.vn/#123", "NV-1", "https://ll.example.vn/#123"),
        ("NV-1;123", "NV-1", "123"),
        ("  NV 1 ; 123", "NV 1", "123"),
        ("NV 1;HC1:ends in a blank ", "NV 1", "HC1:ends in a blank "),
        ("HC1:ends in a blank \t", None, "HC1:ends in a blank "),
        ("Trần; Lê;123", "Trần; Lê", "123"),
        ("a;b\t123", "a;b", "123"),
        (";123", None, "123"),
        ("123\t", None, "123"),
        ("HC1:6BFOXN*TS0BI$ZD4N9:9S6RCVN5+O30K3", None, "HC1:6BFOXN*TS0BI$ZD4N9:9S6RCVN5+O30K3"),
    ],
)
def test_a_reference_ends_at_a_tab_or_at_the_last_semicolon(
    line: str, reference: str | None, code: str
) -> None:
    (read,) = pasted_lines(line)
    assert (read.number, read.name, read.text, read.error) == (1, reference, code, None)


def test_empty_lines_do_not_count_and_every_line_end_is_one() -> None:
    assert [one.text for one in pasted_lines("1\r\n\r\n2\r3\n \n4")] == ["1", "2", "3", "4"]
    assert pasted_lines(" \n\t\n") == []


def test_a_line_has_the_number_that_it_was_pasted_with() -> None:
    assert [one.number for one in pasted_lines("\n1\r\n\r\n2\n \n;\n4")] == [2, 4, 6, 7]
    assert pasted_lines("\n\n" + "1\n" * (MOST + 1))[-1].number == MOST + 3


def test_a_bad_line_is_a_line_like_any_other() -> None:
    text = "\n".join(("1", "x" * 17_000, f"{'r' * (LONGEST_REFERENCE + 1)}\t2", "NV-3;", "4"))
    lines = pasted_lines(text)
    assert rules(lines) == [None, "line_too_long", "reference_too_long", "code_missing", None]
    assert lines[3].name == "NV-3"


def test_more_than_the_most_end_in_one_line_that_says_so() -> None:
    lines = pasted_lines("1\n" * (MOST + 50))
    assert len(lines) == MOST + 1
    assert rules(lines)[-1] == "too_many_lines"
    assert rules(pasted_lines("1\n" * MOST)) == [None] * MOST
