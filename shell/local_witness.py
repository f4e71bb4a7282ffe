"""A demonstration's own witness, in a folder of its home: so that its heads are cosigned at all.

It proves nothing to anybody: whoever can change the ledger can change it, too. In production the
witnesses are other people's (`records witness` there, `records log witness add` here).
"""

from pathlib import Path
from typing import Final

from app import System
from ledger.errors import RefusedError
from ledger.store.log_files import LogFiles
from ledger.transparency.policy_edit import add_witness, members_of, replace_witness
from ledger.transparency.witness_request import ACCEPTED, write_request
from shell.sequencer import Network, Sequencer, log_of
from shell.witness_home import WitnessHome

NAME: Final = "demo"
FOLDER: Final = "witness"
PORT: Final = 8001
"""In the policy; `records serve` takes the port after the web's and tells the log's process."""
ADDRESS: Final = f"http://127.0.0.1:{PORT}"
"""By which a policy's witness is known to be one's own."""
LOST: Final = "this home's own witness is not here: take one up by `records log witness local`"


def home_of(home: Path) -> WitnessHome | None:
    """Return the witness that is in this home; None if there is none."""
    folder = home / FOLDER
    return WitnessHome(folder) if (folder / "witness.toml").exists() else None


def is_lost(system: System) -> bool:
    """Whether the policy asks a witness of this home that is not here, as after a restore."""
    policy = system.policy
    asked = policy is not None and any(one.address == ADDRESS for one in policy.witnesses.values())
    return asked and home_of(system.settings.home) is None


def begin(system: System) -> None:
    """Make a witness in the home, let it follow the log, and put it into the policy.

    One that the policy has and that is lost gives way: its keys cosign nothing any more. The new
    one remembers nothing, and believes of the past what it is shown first.

    Raises:
        NotFoundError: The home has no log.
        HomeTakenError: It has a witness, or what is left of one.
    """
    log_of(system)
    assert system.policy is not None, "it belongs to the log"
    witness = WitnessHome(system.settings.home / FOLDER, clockwork=system.clockwork)
    witness.begin(f"{system.settings.host}/witness", key_memory_mib=system.settings.key_memory_mib)
    origin = system.log_files.origin()
    keys = tuple(log.key for log in system.policy.logs if log.until is None)
    witness.follow(keys, origin, needs_all=True)
    change = replace_witness if NAME in members_of(system.policy) else add_witness
    system.keep_policy(change(system.policy, NAME, witness.settings.keys, ADDRESS))


def show_newest(system: System) -> int:
    """Let the witness in the home begin with the log's newest published head; return its size.

    Raises:
        RefusedError: ``head_not_cosigned``: it does not believe that head.
    """
    witness, head = home_of(system.settings.home), log_of(system).latest()
    assert witness is not None, "made by `begin`"
    if head is None:
        return 0
    with witness.opened() as local:
        reply = local.add_checkpoint(write_request(0, (), head.note))
    if reply.status != ACCEPTED:
        raise RefusedError("head_not_cosigned", "the newest head is not one by the log's keys")
    return head.size


def publish(system: System) -> None:
    """Take all facts into the log and publish their head, cosigned by the witness in the home."""
    witness = home_of(system.settings.home)
    assert witness is not None, "made by `begin`"
    with witness.opened() as local:
        sequencer = Sequencer(system, clients=lambda _address: local.add_checkpoint)
        try:
            sequencer.once()
        finally:
            sequencer.close()


def clients_at(home: Path, port: int) -> Network:
    """Return what asks witnesses over the network, that of this home at ``port``."""
    return Network(
        lambda address: f"http://127.0.0.1:{port}" if address in _here(home) else address
    )


def _here(home: Path) -> set[str | None]:
    """Return where the policy in force says that this home's own witness is."""
    witness = home_of(home)
    own = set(witness.settings.keys) if witness is not None else set()
    policy = LogFiles(home).policy()
    return {one.address for one in policy.witnesses.values() if one.key in own}
