"""Parts of the program that need libraries which not everybody installs."""

from importlib import import_module
from typing import Any

from shell.errors import MissingExtraError


def extra(name: str, module: str) -> Any:
    """Return ``module``, which needs the extra ``name``.

    Raises:
        MissingExtraError: Its libraries are not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        message = f"this needs libraries that are not installed: records-ledger[{name}]"
        raise MissingExtraError(message) from error
