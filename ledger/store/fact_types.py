"""Stored names: which class a topic stands for, and how older versions are read today.

No name is ever resolved by importing: what is not in the table is unknown.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ledger.errors import UnknownFactError
from ledger.store.fact_codec import FactCodec, StoredFields

Upcast: TypeAlias = Callable[[StoredFields], StoredFields]
"""Turns the stored fields of one version into those of the next; a part may be `Erased`."""

_TOPIC = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+/[1-9][0-9]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Upcaster:
    """How facts stored as ``old`` become facts of ``new``, the next version of the name."""

    old: str
    new: str
    change: Upcast


def _next_version(topic: str) -> str:
    name, version = topic.rsplit("/", 1)
    return f"{name}/{int(version) + 1}"


class FactTypes:
    """The facts that this program writes and reads."""

    def __init__(self, *tables: Mapping[str, type], upcasters: Iterable[Upcaster] = ()) -> None:
        """Know the facts of all ``tables`` (stored name to class) and older names.

        Raises:
            ValueError: A name is malformed or given twice, or a class has two names.
            TypeError: A class cannot be stored.
        """
        self._codecs: dict[str, FactCodec] = {}
        self._topics: dict[type, str] = {}
        self._upcasters: dict[str, Upcaster] = {}
        for table in tables:
            for topic, fact_class in table.items():
                self._add(topic, fact_class)
        for upcaster in upcasters:
            self._check_name(upcaster.old)
            if _next_version(upcaster.old) != upcaster.new:
                raise ValueError(
                    f"{upcaster.old}: expected to become {_next_version(upcaster.old)}"
                )
            self._upcasters[upcaster.old] = upcaster
        # The same few questions are asked again and again: they stand in the code of readers.
        self._spelled: dict[tuple[str, ...], list[str]] = {}
        self._readers = {topic: self._reader(topic) for topic in self.topics}

    def _check_name(self, topic: str) -> None:
        if not _TOPIC.fullmatch(topic):
            raise ValueError(f"{topic}: expected a name such as certificate.issued/1")
        if topic in self._codecs or topic in self._upcasters:
            raise ValueError(f"{topic}: this stored name is already taken")

    def _add(self, topic: str, fact_class: type) -> None:
        self._check_name(topic)
        if fact_class in self._topics:
            raise ValueError(f"{fact_class.__name__}: already stored under another name")
        self._codecs[topic] = FactCodec(fact_class)
        self._topics[fact_class] = topic

    @property
    def topics(self) -> tuple[str, ...]:
        """Every stored name that can be read, sorted."""
        return tuple(sorted((*self._codecs, *self._upcasters)))

    @property
    def current_topics(self) -> tuple[str, ...]:
        """Every stored name that is written today, sorted."""
        return tuple(sorted(self._codecs))

    def topic_of(self, fact: object) -> str:
        """Return the name under which ``fact`` is stored.

        Raises:
            UnknownFactError: Its class is not registered.
        """
        topic = self._topics.get(type(fact))
        if topic is None:
            raise UnknownFactError(f"{type(fact).__name__}: this class has no stored name")
        return topic

    def codec(self, topic: str) -> FactCodec:
        """Return the codec of a current name.

        Raises:
            UnknownFactError: This program does not know the name.
        """
        codec = self._codecs.get(topic)
        if codec is None:
            raise UnknownFactError(f"{topic}: this program does not know this fact")
        return codec

    def current(self, topic: str) -> str:
        """Return the name that facts stored as ``topic`` have today.

        Raises:
            UnknownFactError: This program does not know the name, or it is of a later version.
        """
        while (upcaster := self._upcasters.get(topic)) is not None:
            topic = upcaster.new
        self.codec(topic)
        return topic

    def spellings(self, topics: Sequence[str]) -> list[str]:
        """Return every stored name whose facts read as one of ``topics`` today."""
        asked = tuple(topics)
        spelled = self._spelled.get(asked)
        if spelled is None:
            wanted = {self.current(topic) for topic in asked}
            spelled = [topic for topic in self.topics if self.current(topic) in wanted]
            self._spelled[asked] = spelled
        return spelled

    def reader(self, topic: str) -> Callable[[StoredFields], Any]:
        """Return what turns fields stored under ``topic`` into the fact as its class is today.

        Raises:
            UnknownFactError: This program does not know the name, or it is of a later version.
        """
        reader = self._readers.get(topic)
        if reader is None:
            raise UnknownFactError(f"{topic}: this program does not know this fact")
        return reader

    def _reader(self, topic: str) -> Callable[[StoredFields], Any]:
        upcaster = self._upcasters.get(topic)
        if upcaster is None:
            return self.codec(topic).fact_of
        change, read = upcaster.change, self._reader(upcaster.new)
        return lambda stored: read(change(stored))
