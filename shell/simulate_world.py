"""Who takes part in a simulated day: the demonstration's accounts, and a few made for the day.

The day's own are two systems' tokens and a citizen's account, in the home's database of callers;
they are over after a day, and nothing else of the home is changed but through the service.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Final

from app import System
from shell import demo, demo_launch
from shell.demo import Note
from shell.demo_health import FACILITIES
from shell.demo_launch_country import code_of
from shell.demo_papers import HOSPITAL
from shell.errors import NoHomeError
from shell.population import SamplePerson, people
from shell.simulate_client import Client, Who
from verify_api.accounts import Account
from verify_api.api_tokens import ApiToken
from verify_api.callers import Role

LIFE: Final = timedelta(days=1)
PATIENTS: Final = 1_000
_SECRET_BYTES: Final = 32
_SALT_BYTES: Final = 16
_NAME_BYTES: Final = 6
_OFFICERS: Final = {
    "intake": "tiep-nhan", "case": "thu-ly", "police": "ho-so", "signer": "nguoi-ky",
    "checker": "kiem-tra", "facility_signer": "ky-vien",
}  # fmt: skip
"""What they do, and the demonstration's name of their account."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who acts in a simulated day."""

    people: Sequence[SamplePerson]
    texts: Sequence[str]
    """Of papers that can be scanned."""
    password: str
    authority: str
    province: str
    origin: str
    """The facility that sends, and makes papers."""
    destination: str
    """The one that it refers to."""
    sender: Who
    receiver: Who
    portal: Who
    citizen: Who
    officers: dict[str, Who]


def cast(system: System, client: Client) -> Cast:
    """Return who acts, signed in at the service.

    Raises:
        NoHomeError: The home has no demonstration.
        NoAnswerError: The service does not answer, or serves another home.
    """
    note = Note.read(system.settings.home)
    if note is None:
        raise NoHomeError("a day is simulated on a demonstration: expected `records demo` before")
    seed = demo_launch.SEED if note.scale else demo.SEED
    destination = code_of(HOSPITAL[:2], 1) if note.scale else FACILITIES[1][0]
    some = list(islice(people(seed), PATIENTS))
    authority = system.settings.authorities[0]
    officers = {role: client.sign_in(name, note.password) for role, name in _OFFICERS.items()}
    return Cast(
        people=some,
        texts=list(note.texts.values()),
        password=note.password,
        authority=authority.code,
        province=authority.province,
        origin=HOSPITAL,
        destination=destination,
        sender=Who(token=note.facility_token),
        receiver=_system(system, Role.FACILITY_SYSTEM, destination),
        portal=Who(token=note.portal_token),
        citizen=_citizen(system, client, some, note),
        officers=officers,
    )


def _system(system: System, role: Role, organisation: str) -> Who:
    at = system.clockwork.now()
    token = ApiToken(str(system.clockwork.new_id()), role, organisation, at, at + LIFE)
    return Who(token=system.api_tokens.issue(token, secret=system.clockwork.random(_SECRET_BYTES)))


def _citizen(system: System, client: Client, some: Sequence[SamplePerson], note: Note) -> Who:
    """Return the session of somebody who has a health book."""
    subject = next(
        found
        for person in some
        if (found := system.directory.find(person.number, kind="personal")) is not None
    )
    name = f"mo-phong-{system.clockwork.random(_NAME_BYTES).hex()}"
    account = Account(
        str(system.clockwork.new_id()), name, "Mô phỏng / simulation", Role.CITIZEN, None, subject
    )
    salt = system.clockwork.random(_SALT_BYTES)
    system.accounts.add(account, note.password, salt=salt, at=system.clockwork.now())
    return client.sign_in(name, note.password)
