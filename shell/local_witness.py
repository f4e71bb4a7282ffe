"""A demonstration's own witness, in a folder of its home: so that its heads are cosigned at all.

It proves nothing to anybody: whoever can change the ledger can change it, too. In production the
witnesses are other people's (`records witness` there, `records log witness add` here).
"""

from pathlib import Path
from typing import Final

from app import System
from ledger.store.log_files import LogFiles
from ledger.transparency.policy_edit import add_witness
from shell.sequencer import Network, Sequencer, log_of
from shell.witness_home import WitnessHome

NAME: Final = "demo"
FOLDER: Final = "witness"
PORT: Final = 8001
"""In the policy; `records serve` takes the port after the web's and tells the log's process."""


def home_of(home: Path) -> WitnessHome | None:
    """Return the witness that is in this home; None if there is none."""
    folder = home / FOLDER
    return WitnessHome(folder) if (folder / "witness.toml").exists() else None


def begin(system: System) -> None:
    """Make a witness in the home, let it follow the log, and make it the log's quorum.

    Raises:
        NotFoundError: The home has no log.
        HomeTakenError: It has a witness already.
    """
    log_of(system)
    assert system.policy is not None, "it belongs to the log"
    witness = WitnessHome(system.settings.home / FOLDER, clockwork=system.clockwork)
    witness.begin(f"{system.settings.host}/witness", key_memory_mib=system.settings.key_memory_mib)
    origin = system.log_files.origin()
    keys = tuple(log.key for log in system.policy.logs if log.until is None)
    witness.follow(keys, origin, needs_all=True)
    policy = add_witness(system.policy, NAME, witness.settings.keys, f"http://127.0.0.1:{PORT}")
    system.keep_policy(policy)


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
