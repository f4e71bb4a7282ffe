"""A home's own log that publishes when it is asked: no process of the log runs beside a test."""

from typing_extensions import override

from app import System
from ledger.store.log_store import LogStore
from ledger.transparency.log import PublishedHead
from shell.sequencer import Sequencer


class LogOnDemand(LogStore):
    """The log of a home, which takes in and publishes all facts before it says that one is young.

    Real in everything but when: tiles, keys, policy and heads are the home's own.
    """

    def __init__(self, system: System) -> None:
        """Stand in for the log of ``system``."""
        assert system.log is not None, "a home that was started has a log"
        super().__init__(system.log._database)  # noqa: SLF001 (the same one, no second connection)
        self._system = system

    @override
    def covering(self, index: int) -> PublishedHead | None:
        """Return the oldest head over the leaf, published now if need be."""
        head = super().covering(index)
        if head is not None:
            return head
        sequencer = Sequencer(self._system)
        try:
            sequencer.once()
        finally:
            sequencer.close()
        return super().covering(index)


def publish_on_demand(system: System) -> None:
    """Let the log of ``system`` publish when it is asked."""
    system.log = LogOnDemand(system)
