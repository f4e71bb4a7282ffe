"""A sequencer as a process of its own: ``python -m tests_support.log_process LEDGER LOG FOLDER``.

It takes in and publishes without a pause until it is killed; its keys and policy are in FOLDER,
where `begin` has put them.
"""

import sys
from pathlib import Path

from keys.algorithms import PrivateKey
from ledger.store.head_file import HeadFile
from ledger.store.log_publisher import LogPublisher
from ledger.store.log_store import open_log
from ledger.store.log_writer import LogWriter
from ledger.store.witness_round import WitnessRound
from ledger.transparency.cosignature import NoteSigner
from ledger.transparency.note import ED25519_NOTE, ML_DSA_44_SUBTREE, NoteKey
from ledger.transparency.policy import Policy
from ledger.transparency.policy_edit import new_policy
from ledger.transparency.witness_request import NO_ANSWER, AskWitness, Reply
from tests_support.memory_log import ORIGIN, note_signer
from tests_support.toy_ledger import toy_ledger

KINDS = (ED25519_NOTE, ML_DSA_44_SUBTREE)


def begin(folder: Path) -> None:
    """Make the log's keys."""
    for kind in KINDS:
        private = note_signer(ORIGIN, kind).sign.__self__  # type: ignore[attr-defined]
        (folder / f"key-{kind}").write_bytes(private.pkcs8())


def signers_of(folder: Path) -> list[NoteSigner]:
    """Return the log's keys."""
    private = {k: PrivateKey.from_pkcs8((folder / f"key-{k}").read_bytes()) for k in KINDS}
    return [NoteSigner(NoteKey(ORIGIN, k, key.public), key.sign) for k, key in private.items()]


def policy_of(folder: Path) -> Policy:
    """Return the policy: the log's own word is enough here."""
    return new_policy([signer.key for signer in signers_of(folder)])


def _nobody(_address: str) -> AskWitness:
    return lambda _body: Reply(NO_ANSWER, b"")


def main(ledger: str, log_url: str, folder: Path) -> None:
    """Sequence until killed; print a line for each head."""
    log = open_log(log_url)
    with toy_ledger(ledger) as facts:
        writer = LogWriter(facts, log)
        publisher = LogPublisher(
            log,
            origin=ORIGIN,
            signers=signers_of(folder),
            witnesses=WitnessRound(log, policy_of(folder), _nobody),
            memory=HeadFile(folder / "newest"),
        )
        while True:
            writer.integrate()
            head = publisher.publish()
            if head is not None:
                print(head.size, flush=True)  # noqa: T201 (its answer)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
