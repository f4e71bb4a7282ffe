"""The files of a citizen's form, or what was wrong with one of them, beside the other fields."""

from dataclasses import dataclass, field

from flask import request

from ledger.certificates.request_files import NewFile
from ledger.errors import InvalidInputError
from verify_api.citizen_forms import Faults
from verify_api.picture_error import PictureError
from verify_api.running import the_ports
from verify_api.throttle import throttle
from verify_api.uploads import name_of_place, sent_files


@dataclass(frozen=True, slots=True)
class SentFiles:
    """The files as they were read."""

    files: tuple[NewFile, ...] = ()
    faults: Faults = field(default_factory=dict)
    failed: str = ""
    """What the file was called that was refused; empty if it was about all of them."""


def read_files() -> SentFiles:
    """Return the files of this form, none without any, or why one of them is not taken.

    Raises:
        TooManyRequestsError: The caller sends files too often.
    """
    if request.files:
        throttle("picture", the_ports().settings.rates.picture)
    try:
        return SentFiles(sent_files(the_ports().media_type_of))
    except InvalidInputError as error:
        return SentFiles(faults={"files": error.rule}, failed=name_of_place(error.place))
    except PictureError:
        return SentFiles(faults={"files": "file_busy"})
