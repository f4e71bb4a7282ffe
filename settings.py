"""Everything that can be set: names, defaults, and where they are read from."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ledger.certificates.kind import Wording
from ledger.errors import InvalidInputError
from verify_api.identity.provider import Provider
from verify_api.identity.provider_settings import provider_of


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority that issues certificates."""

    code: str
    """At most 12 ASCII characters; the issuer in every token."""
    province: str
    """Two digits."""
    name: Wording
    webhook: str | None = None
    """Where the province's system takes notices."""


DEMO_AUTHORITIES: Final = (
    Authority("CA01", "01", Wording("Cơ quan mẫu Hà Nội", "Specimen authority of Hanoi")),
    Authority("CA46", "46", Wording("Cơ quan mẫu Huế", "Specimen authority of Hue")),
)

LEAST_PAYMENT_SECRET: Final = 32
"""Bytes."""
LONGEST_RENEWAL_MINUTES: Final = 720
MOST_SIGNATURES: Final = 1_000_000
"""That a process may remember: about 250 MB."""
"""Half of a day, after which a head is stale: one renewal may fail."""


@dataclass(frozen=True, slots=True)
class PaymentPlatform:
    """The payment platform that citizens pay over; table ``payment`` in the settings.

    Its secret stands in no settings: `payment_secret`.
    """

    code: str
    """As facts name it."""
    name: Wording
    pay_url: str
    """Where browsers pay; https."""
    refund_url: str
    """Where money is asked back; https."""
    terminal: str
    """Ours, at the platform."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Names and defaults of everything that can be set; ``settings.toml`` in the home changes it.

    Databases are ``sqlite:///path`` or ``postgresql://…``; the subject keys never share one with
    the ledger.
    """

    home: Path
    ledger: str = ""
    views: str = ""
    subject_keys: str = ""
    callers: str = ""
    log: str = ""
    """Tiles and published heads, all public; on a server it may be the ledger's database."""
    host: str = "records.example"
    """Of the page that a code opens; at most 16 characters, printed on every paper."""
    log_renewal_minutes: int = 60
    """How old the newest head's cosignatures may become on a ledger at rest. An auditor calls a
    head stale after a day: an hour leaves room for a night in which witnesses are away."""
    key_memory_mib: int = 256
    """What opening a signing key's container costs (Argon2id); less only where nothing is real."""
    remember_signatures: int = 0
    """How many good signatures a process of the service remembers, which saves computing them
    again; a stranger who takes the time could tell that a paper was checked before."""
    tsa: str = ""
    """Address of the time-stamping authority that stamps the log's newest head once a day."""
    tsa_certificate: str = ""
    """File with its certificates, PEM; ``log/tsa.pem`` in the home unless told otherwise."""
    tsa_policy: str = ""
    """The authority's policy that is asked for, as dotted numbers; its default if empty."""
    population: int = 0
    """Of the country, for shares of it on the page of figures; 0 where it is not known."""
    booklet_vnd: int = 5_000
    """Price of the paper booklet that a visit no longer needs: 1,150 billion VND a year for 230
    million visits, as the launch counted."""
    specimen: bool = True
    """Papers say that they are no documents; an authority sets this to false."""
    authorities: tuple[Authority, ...] = DEMO_AUTHORITIES
    payment: PaymentPlatform | None = None
    """None: where papers are specimens the demonstration's own, else fees are paid at counters."""
    oidc: Provider | None = None
    """Who people sign in with, beside accounts of ours; its secret stands in no settings."""
    foreign_trust: str = ""
    """File, beside its issuers' keys, that says whose health cards and identity claims of other
    formats count here (`verify_api.profiles.trust_files`); from the home folder unless it begins
    elsewhere. Nobody's, if empty."""
    audit_reports: str = ""
    """Folder with reports of audits, which the web service only reads; ``audits`` in the home
    unless told otherwise."""

    def __post_init__(self) -> None:
        """Put what is not set into the home folder."""
        for name in ("ledger", "views", "subject_keys", "callers", "log"):
            if not getattr(self, name):
                object.__setattr__(self, name, f"sqlite:///{self.home.resolve()}/{name}.db")
        if not self.tsa_certificate:
            object.__setattr__(self, "tsa_certificate", str(self.home / "log" / "tsa.pem"))
        if type(self.foreign_trust) is not str:
            expected = "foreign_trust to be the name of a file"
            raise InvalidInputError("settings.toml", "setting_form", expected)
        minutes = self.log_renewal_minutes
        if type(minutes) is not int or not 1 <= minutes <= LONGEST_RENEWAL_MINUTES:
            expected = f"log_renewal_minutes from 1 to {LONGEST_RENEWAL_MINUTES}"
            raise InvalidInputError("settings.toml", "setting_form", expected)
        most = self.remember_signatures
        if type(most) is not int or not 0 <= most <= MOST_SIGNATURES:
            expected = f"remember_signatures from 0 to {MOST_SIGNATURES}"
            raise InvalidInputError("settings.toml", "setting_form", expected)

    def authority(self, code: str) -> Authority:
        """Return the authority with ``code``.

        Raises:
            InvalidInputError: There is none.
        """
        for authority in self.authorities:
            if authority.code == code:
                return authority
        raise InvalidInputError("authority", "unknown", "the code of an authority in the settings")


def read_settings(home: Path, environment: Mapping[str, str]) -> Settings:
    """Return the settings of ``home``: its ``settings.toml``, and ``RECORDS_…`` above that.

    Raises:
        InvalidInputError: The file is not TOML, or has a name that is no setting.
    """
    file = home / "settings.toml"
    try:
        said: dict[str, Any] = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInputError("settings.toml", "not_toml", "a TOML file in UTF-8") from error
    for name in ("ledger", "views", "subject_keys", "callers", "log", "host", "tsa"):
        if value := environment.get(f"RECORDS_{name.upper()}"):
            said[name] = value
    try:
        if "authorities" in said:
            said["authorities"] = tuple(_authority(entry) for entry in said["authorities"])
        if "oidc" in said:
            said["oidc"] = provider_of(said["oidc"])
        if "payment" in said:
            said["payment"] = _payment(said["payment"])
        return Settings(home, **said)
    except (TypeError, KeyError) as error:
        raise InvalidInputError("settings.toml", "unknown_setting", "only known names") from error


def _authority(entry: Mapping[str, Any]) -> Authority:
    name = Wording(entry["name_vi"], entry["name_en"])
    return Authority(entry["code"], entry["province"], name, entry.get("webhook"))


def _payment(entry: Mapping[str, Any]) -> PaymentPlatform:
    name = Wording(entry["name_vi"], entry["name_en"])
    return PaymentPlatform(
        entry["code"], name, entry["pay_url"], entry["refund_url"], entry["terminal"]
    )


def payment_secret(settings: Settings) -> bytes:
    """Return the secret shared with the payment platform, from the service manager or the home.

    The demonstration, which shares it with nobody, makes its own.

    Raises:
        InvalidInputError: A platform is set, and its secret is not there or too short.
    """
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    handed = None if credentials is None else Path(credentials) / "records-payment-secret"
    file = settings.home / "payment-secret"
    if handed is not None and handed.exists():
        secret = handed.read_bytes().strip()
    elif file.exists() or settings.payment is not None:
        secret = file.read_bytes().strip() if file.exists() else b""
    else:
        _keep(file, secrets.token_urlsafe(LEAST_PAYMENT_SECRET).encode())
        secret = file.read_bytes().strip()
    if len(secret) < LEAST_PAYMENT_SECRET:
        expected = f"the platform's secret of at least {LEAST_PAYMENT_SECRET} bytes"
        raise InvalidInputError("payment-secret", "payment_secret", expected)
    return secret


def _keep(file: Path, secret: bytes) -> None:
    """Write a secret that only its owner reads; of two processes at once, the first one's stays."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as new:
        new.write(secret)


def passphrase(settings: Settings) -> bytes:
    """Return the passphrase of the signing keys: from the service manager, or the home's file.

    The file is for one machine and a first start (assurance: software); in production the
    passphrase is a credential that the service manager hands over, or keys are in a module.
    """
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if credentials is not None and (handed := Path(credentials) / "records-passphrase").exists():
        return handed.read_bytes().strip()
    file = settings.home / "passphrase"
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as new:
            new.write(secrets.token_urlsafe(32).encode())
    return file.read_bytes().strip()
