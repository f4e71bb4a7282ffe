from datetime import UTC, datetime, timedelta

import pytest

from keys.algorithms import ESP256, PrivateKey
from verify_api.message_signature import content_digest, is_signed, sign_message

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
KEY = PrivateKey.generate(ESP256)
TARGET = "https://tinh.example/thong-bao"
BODY = b'{"ma": 1}'


def headers(at: datetime = AT) -> dict[str, str]:
    kid = KEY.public.kid
    return sign_message(method="POST", target=TARGET, body=BODY, kid=kid, at=at, sign=KEY.sign)


def holds(said: dict[str, str], *, body: bytes = BODY, target: str = TARGET) -> bool:
    known = {KEY.public.kid: KEY.public}
    return is_signed(method="POST", target=target, body=body, headers=said, at=AT, key=known.get)


def test_the_digest_is_that_of_the_specification() -> None:
    # RFC 9530, appendix B.1
    assert content_digest(b'{"hello": "world"}\n') == (
        "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    )


def test_a_message_as_sent_is_signed() -> None:
    assert holds(headers())


def test_a_changed_body_or_target_is_not() -> None:
    assert not holds(headers(), body=BODY + b" ")
    assert not holds(headers(), target=TARGET + "x")


@pytest.mark.parametrize("age", [timedelta(minutes=6), -timedelta(minutes=6)])
def test_a_message_from_another_time_is_not_taken(age: timedelta) -> None:
    assert not holds(headers(AT - age))


@pytest.mark.parametrize("name", ["Signature", "Signature-Input", "Content-Digest"])
def test_a_missing_or_broken_header_is_not_a_signature(name: str) -> None:
    said = headers()
    assert not holds({k: v for k, v in said.items() if k != name})
    assert not holds({**said, name: said[name] + "x"})
    assert not holds({**said, "Signature": f"sig1=:{'=' * 88}:"})


def test_a_key_that_nobody_knows_signs_nothing() -> None:
    other = PrivateKey.generate(ESP256)
    said = sign_message(
        method="POST", target=TARGET, body=BODY, kid=other.public.kid, at=AT, sign=other.sign
    )
    assert not holds(said)
