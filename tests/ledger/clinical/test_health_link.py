import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from keys.base64url import to_base64url
from ledger.clinical.health_link import HealthLink, read_link, write_link
from ledger.errors import InvalidInputError

KEY = bytes(range(32))
LINK = HealthLink(
    "https://records.example/shl/" + "a" * 43,
    KEY,
    datetime(2026, 11, 27, 9, tzinfo=UTC),
    "P",
    "Sổ sức khỏe (mẫu)",
)


def payload(text: str) -> dict[str, object]:
    encoded = text.split("shlink:/")[1]
    read: dict[str, object] = json.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    return read


def test_a_link_says_what_the_specification_asks_for() -> None:
    said = payload(write_link(LINK))
    assert said == {
        "url": LINK.url, "key": to_base64url(KEY), "exp": 1795770000, "flag": "P",
        "label": "Sổ sức khỏe (mẫu)", "v": 1,
    }  # fmt: skip
    assert len(str(said["key"])) == 43


def test_a_link_reads_back_with_a_viewer_before_it_and_without() -> None:
    assert read_link(write_link(LINK)) == LINK
    behind = write_link(LINK, viewer="https://viewer.example/open#")
    assert behind.startswith("https://viewer.example/open#shlink:/")
    assert read_link(behind) == LINK


def test_what_is_optional_may_be_missing() -> None:
    bare = HealthLink(LINK.url, KEY)
    assert payload(write_link(bare)).keys() == {"url", "key", "v"}
    assert read_link(write_link(bare)) == bare


@pytest.mark.parametrize("flags", ["", "L", "P", "U", "LP", "LU"])
def test_flags_that_go_together(flags: str) -> None:
    assert read_link(write_link(replace(LINK, flags=flags))).flags == flags


@pytest.mark.parametrize("flags", ["PU", "LPU", "PL", "X", "LL", "p"])
def test_flags_that_do_not(flags: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        write_link(replace(LINK, flags=flags))
    assert refused.value.place == "flag"


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("url", {"url": "ftp://records.example/"}),
        ("url", {"url": "https://records.example/" + "a" * 128}),
        ("key", {"key": bytes(31)}),
        ("label", {"label": "a" * 81}),
    ],
)
def test_each_part_has_its_rule(place: str, change: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        write_link(replace(LINK, **change))  # type: ignore[arg-type]
    assert refused.value.place == place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "shlink:/",
        "shlink:/not base64",
        "https://records.example",
        "shlink:/" + to_base64url(b"[]"),
        "shlink:/" + to_base64url(b'{"url":"https://a.example"}'),
        "shlink:/" + to_base64url(b'{"url":"https://a.example","key":"AA","v":2}'),
        "shlink:/" + to_base64url(b'{"url":"https://a.example","key":"AA","exp":"soon"}'),
        "shlink:/" + to_base64url(b"\xff"),
    ],
)
def test_what_is_no_link_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        read_link(text)
