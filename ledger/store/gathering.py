"""Many threads' requests in one: who comes first leads, the others wait and are told.

While one thread speaks to the database, the requests of the others gather; the next leader takes
them all. A round trip or a commit costs much the same for one request as for a hundred.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from time import perf_counter, sleep
from typing import Generic, TypeVar

PATIENCE_SECONDS = 0.0001
"""How long a leader waits for the next of the threads that were answered together before."""

Asked = TypeVar("Asked")
Given = TypeVar("Given")


class _Request(Generic[Asked, Given]):
    """One thread's request; ``gate`` opens when it is answered, or when its thread is to lead."""

    __slots__ = ("asked", "done", "error", "gate", "given")

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.gate = Lock()
        self.given: Given
        self.error: BaseException | None = None
        self.done = False


class Gathering(Generic[Asked, Given]):
    """Gathers the requests of all threads of this process."""

    def __init__(
        self,
        together: Callable[[Sequence[Asked]], Sequence[Given | Exception]],
        *,
        weight: Callable[[Asked], int],
        most: int,
    ) -> None:
        """Answer requests by ``together``, for each what is given or its own error.

        Args:
            together: Must come to an end by itself, within the database's time limits.
            weight: What a request adds to those that it is answered with.
            most: How much may be gathered; a heavier request goes alone.
        """
        self._together = together
        self._weight = weight
        self._most = most
        self._lock = Lock()
        self._waiting: deque[_Request[Asked, Given]] = deque()
        self._led = False
        self._last = 1

    def ask(self, asked: Asked) -> Given:
        """Return the answer to ``asked``, or raise its error."""
        request: _Request[Asked, Given] = _Request(asked)
        request.gate.acquire()
        with self._lock:
            self._waiting.append(request)
            leads, self._led = not self._led, True
        if not leads:
            request.gate.acquire()
        if not request.done:
            self._lead()
        if request.error is not None:
            raise request.error
        return request.given

    def _lead(self) -> None:
        """Answer what has gathered, then hand the lead to the first who came too late for it."""
        self._let_others_come()
        with self._lock:
            requests = self._gather()
        try:
            answers = self._together([request.asked for request in requests])
            for request, answer in zip(requests, answers, strict=True):
                if isinstance(answer, Exception):
                    request.error = answer
                else:
                    request.given = answer
        except BaseException as error:
            for request in requests:
                request.error = error
            raise
        finally:
            self._release(requests)

    def _let_others_come(self) -> None:
        """Yield to threads that are about to ask, as long as they keep coming.

        The threads that were answered together ask again together; without this the first of them
        would lead alone. A thread that is by itself never waits.
        """
        came, since = len(self._waiting), perf_counter()
        while came < self._last:
            sleep(0)
            now = perf_counter()
            if len(self._waiting) > came:
                came, since = len(self._waiting), now
            elif now - since > PATIENCE_SECONDS:
                break

    def _gather(self) -> list[_Request[Asked, Given]]:
        requests = [self._waiting.popleft()]
        gathered = self._weight(requests[0].asked)
        while self._waiting:
            gathered += self._weight(self._waiting[0].asked)
            if gathered > self._most:
                break
            requests.append(self._waiting.popleft())
        self._last = len(requests)
        return requests

    def _release(self, requests: Sequence[_Request[Asked, Given]]) -> None:
        for request in requests:
            request.done = True
        with self._lock:
            self._led = bool(self._waiting)
            successor = self._waiting[0] if self._waiting else None
        for request in requests[1:]:
            request.gate.release()
        if successor is not None:
            successor.gate.release()
