"""Telling somebody: a command that reads the alarm, or an address that it is posted to.

What is not taken is tried again, later each time, and never dropped.
"""

import shlex
import shutil
import subprocess
import threading
from collections.abc import Callable
from typing import Final

from ledger.errors import InvalidInputError
from shell.error_stream import error_log
from shell.errors import NoAnswerError
from shell.outbox import Outbox
from shell.posting import Recipient

TIMEOUT_SECONDS: Final = 20.0
"""How long one alarm may take to be taken."""
FIRST_SECONDS: Final = 1.0
LONGEST_SECONDS: Final = 300.0
"""How long it waits at most between two tries."""
TRIES_ONCE: Final = 3
"""Tries of one alarm where nobody stays to try again."""
JSON_TYPE: Final = "application/json"

Send = Callable[[bytes], None]
"""Has somebody take an alarm. Raises NoAnswerError if it was not taken."""

_log = error_log("records.audit")


def by_command(line: str, *, timeout: float = TIMEOUT_SECONDS) -> Send:
    """Return what starts a command with the alarm on its standard input; no shell is asked.

    Args:
        line: The command and its arguments, quoted as for a shell.
        timeout: Seconds after which it is ended.

    Raises:
        InvalidInputError: ``alarm``: no command, or none that is there.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise InvalidInputError("alarm", "alarm", "a command with its arguments") from error
    program = shutil.which(words[0]) if words else None
    if program is None:
        raise InvalidInputError("alarm", "alarm", "a command that can be started")

    def send(told: bytes) -> None:
        try:
            done = subprocess.run(  # noqa: S603 (the operator's own command, no shell)
                [program, *words[1:]],
                input=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                timeout=timeout, start_new_session=True, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoAnswerError(f"the alarm's command: {type(error).__name__}") from error
        if done.returncode:
            raise NoAnswerError(f"the alarm's command ended with {done.returncode}")

    return send


def by_post(address: str, *, timeout: float = TIMEOUT_SECONDS) -> Send:
    """Return what posts the alarm as JSON.

    Raises:
        InvalidInputError: ``address``: neither https nor this machine.
    """
    recipient = Recipient("alarm_url", address, timeout=timeout)

    def send(told: bytes) -> None:
        answer = recipient.post(told, JSON_TYPE)
        if not answer.is_good:
            raise NoAnswerError(f"the alarm's address answered {answer.status}")

    return send


class Courier:
    """Takes alarms out of the box one after the other."""

    def __init__(
        self, outbox: Outbox, send: Send, committed: Callable[[], int], *,
        first_seconds: float = FIRST_SECONDS,
    ) -> None:  # fmt: skip
        """Send what is in ``outbox`` below the number that ``committed`` returns.

        Args:
            outbox: What waits.
            send: Has somebody take it.
            committed: Returns below which number it may be sent.
            first_seconds: How long it waits after the first try that fails.
        """
        self._outbox, self._send, self._committed = outbox, send, committed
        self._first_seconds = first_seconds
        self._wakeup = threading.Event()
        self._stopping = threading.Event()
        self.failures = 0
        """Tries that were not taken."""

    def run(self) -> None:
        """Deliver until `stop`."""
        pause = self._first_seconds
        while not self._stopping.is_set():
            if self.deliver():
                pause = self._first_seconds
                self._wakeup.wait()
                self._wakeup.clear()
            else:
                self._stopping.wait(pause)
                pause = min(pause * 2, LONGEST_SECONDS)

    def look(self) -> None:
        """Let `run` look into the box."""
        self._wakeup.set()

    def stop(self) -> None:
        """Let `run` return after what is under way; what waits, waits."""
        self._stopping.set()
        self._wakeup.set()

    def deliver(self) -> bool:
        """Deliver what waits, up to the first that is not taken; whether none is left."""
        for number in self._outbox.waiting(self._committed()):
            try:
                self._send(self._outbox.read(number))
            except NoAnswerError as error:
                self.failures += 1
                _log.warning("alarm_waits", number=number, what=str(error))
                return False
            self._outbox.done(number)
            if self._stopping.is_set():
                return False
        return True

    def deliver_now(self) -> bool:
        """Deliver what waits with a few tries and short pauses; whether none is left."""
        pause = self._first_seconds
        for number in range(TRIES_ONCE):
            if self.deliver():
                return True
            if number + 1 < TRIES_ONCE:
                self._stopping.wait(pause)
                pause *= 2
        return False
