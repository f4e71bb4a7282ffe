"""The provider of identities as the settings name it, and the secret that they do not hold."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ledger.certificates.kind import Wording
from ledger.errors import InvalidInputError
from verify_api.identity.authentication import Assurance
from verify_api.identity.provider import Provider

LEAST_SECRET: Final = 32
"""Characters."""
SECRET_FILE: Final = "oidc-secret"  # noqa: S105  a file's name
_PLAIN: Final = ("issuer", "client_id", "algorithm", "scope", "number_claim")


def provider_of(entry: Mapping[str, Any]) -> Provider:
    """Return the provider of the table ``oidc``.

    Raises:
        InvalidInputError: A setting has the wrong form.
        KeyError: One lacks.
        TypeError: One is not known.
    """
    given = dict(entry)
    name = Wording(given.pop("name_vi"), given.pop("name_en"))
    levels = {
        acr: _assurance(level, f"oidc.assurances.{acr}")
        for acr, level in dict(given.pop("assurances", {})).items()
    }
    least = _assurance(given.pop("least", Assurance.SUBSTANTIAL.value), "oidc.least")
    for key in _PLAIN:
        if not isinstance(given.get(key, ""), str):
            raise InvalidInputError(f"oidc.{key}", "setting_form", "a text")
    return Provider(name=name, assurances=levels, least=least, **given)


def client_secret(home: Path, provider: Provider | None) -> str:
    """Return the secret shared with the provider, from the service manager or the home.

    Raises:
        InvalidInputError: A provider is set, and its secret is not there or too short.
    """
    if provider is None:
        return ""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    handed = None if credentials is None else Path(credentials) / f"records-{SECRET_FILE}"
    file = handed if handed is not None and handed.exists() else home / SECRET_FILE
    secret = file.read_text("ascii").strip() if file.exists() else ""
    if len(secret) < LEAST_SECRET:
        expected = f"the provider's secret of at least {LEAST_SECRET} characters"
        raise InvalidInputError(SECRET_FILE, "oidc_secret", expected)
    return secret


def _assurance(level: object, place: str) -> Assurance:
    try:
        return Assurance(str(level))
    except ValueError as error:
        raise InvalidInputError(place, "setting_form", "low, substantial or high") from error
