"""The service's interface without a running service: joined as it is served, over an empty home.

The same composition that serves the routes describes them, so nothing can be left out here.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

from app import build
from doors import join
from settings import Settings
from verify_api.descriptions import DESCRIPTIONS
from verify_api.openapi import document
from verify_api.ports import ServiceSettings
from verify_api.version import VERSION


def interface(server: str = "/") -> dict[str, Any]:
    """Return the OpenAPI document of the whole service, reached under ``server``.

    Databases and keys of an empty ledger are made in a temporary folder and thrown away.
    """
    with TemporaryDirectory() as folder:
        system = build(Settings(Path(folder) / "home"))
        try:
            app = join(system, ServiceSettings("http://localhost"), _unread, _unread)
            return document(app, DESCRIPTIONS, version=VERSION, server=server)
        finally:
            system.close()


def _unread(_file: bytes) -> NoReturn:
    raise AssertionError("an interface that is only described reads no file")
