"""Which payment platform a home is joined to, and where its secret comes from."""

from dataclasses import replace
from pathlib import Path

import pytest

from ledger.certificates.kind import Wording
from ledger.errors import InvalidInputError
from settings import PaymentPlatform, Settings, payment_secret, read_settings
from verify_api.payment_joined import join_platform

PLATFORM = PaymentPlatform(
    "mau", Wording("Cổng mẫu", "Sample"), "https://pay.example/p", "https://pay.example/r", "T1"
)
TABLE = """
[payment]
code = "mau"
name_vi = "Cổng mẫu"
name_en = "Sample"
pay_url = "https://pay.example/p"
refund_url = "https://pay.example/r"
terminal = "T1"
"""
URL = "https://records.example"


def test_a_platform_is_read_from_the_settings(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(TABLE, "utf-8")
    assert read_settings(tmp_path, {}).payment == PLATFORM
    assert Settings(tmp_path).payment is None


def test_a_table_that_lacks_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(TABLE.replace("terminal", "x"), "utf-8")
    with pytest.raises(InvalidInputError):
        read_settings(tmp_path, {})


def test_the_demonstration_makes_its_own_secret_once(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    assert payment_secret(settings) == payment_secret(settings)
    assert (tmp_path / "payment-secret").stat().st_mode & 0o777 == 0o600


def test_a_real_platform_never_gets_a_secret_that_was_made_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(Settings(tmp_path), payment=PLATFORM)
    with pytest.raises(InvalidInputError):
        payment_secret(settings)
    (tmp_path / "payment-secret").write_bytes(b"short")
    with pytest.raises(InvalidInputError):
        payment_secret(settings)
    handed = tmp_path / "handed"
    handed.mkdir()
    (handed / "records-payment-secret").write_bytes(b"x" * 40 + b"\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed))
    assert payment_secret(settings) == b"x" * 40


def test_a_platform_that_is_set_is_joined_and_none_plays_beside_it() -> None:
    joined = join_platform(PLATFORM, lambda: bytes(32), demo=True, public_url=URL)
    assert joined.demo is None
    assert joined.provider is not None
    assert joined.provider.code == "mau"


def test_nobody_pays_where_papers_are_real_and_no_platform_is_set() -> None:
    joined = join_platform(None, lambda: bytes(32), demo=False, public_url=URL)
    assert (joined.provider, joined.demo) == (None, None)


@pytest.mark.parametrize("name", ["pay_url", "refund_url"])
def test_a_platform_in_the_clear_is_refused(name: str) -> None:
    platform = PaymentPlatform(
        "mau", PLATFORM.name,
        "http://pay.example" if name == "pay_url" else PLATFORM.pay_url,
        "http://pay.example" if name == "refund_url" else PLATFORM.refund_url,
        "T1",
    )  # fmt: skip
    with pytest.raises(InvalidInputError) as refused:
        join_platform(platform, lambda: bytes(32), demo=True, public_url=URL)
    assert refused.value.place == f"payment.{name}"
