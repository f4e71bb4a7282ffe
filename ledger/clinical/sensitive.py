"""Which entries are shown to care providers only on consent or in an emergency, and by what rule.

Three signs are looked for: the label that the sender put on a resource, codes of dated lists, and
a few words where nothing is coded. A sign too many hides an entry that a consent opens again; a
sign too few tells somebody's employer's doctor of an infection: in doubt it is hidden.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple
from unicodedata import normalize

from ledger.categories import Category
from ledger.clinical.concepts import Resource, objects
from ledger.clinical.sensitive_lists import LABELS, CodeList, lists_with

_WORDS: Final = (
    (Category.HIV, re.compile(r"\b(?:HIV|AIDS)\b")),
    (
        Category.MENTAL,
        re.compile(
            r"schizophren|suicid|mental disorder|major depress|bipolar"
            r"|tâm thần|trầm cảm|tự sát|loạn thần",
            re.IGNORECASE,
        ),
    ),
    (
        Category.REPRODUCTIVE,
        re.compile(r"phá thai|induced abortion|termination of pregnancy", re.IGNORECASE),
    ),
    (
        Category.VIOLENCE,
        re.compile(r"bạo lực gia đình|domestic violence|sexual assault", re.IGNORECASE),
    ),
)
_SIGNALS: Final = (
    "hiv", "aids", "schizophren", "suicid", "mental disorder", "major depress", "bipolar",
    "tâm thần", "trầm cảm", "tự sát", "loạn thần", "phá thai", "abortion", "termination of preg",
    "bạo lực", "violence", "assault",
)  # fmt: skip
"""One of these is in every text that `_WORDS` finds anything in: looked for first, being fast."""


class Signs(NamedTuple):
    """What of a resource may mean that it is withheld."""

    said: frozenset[Category]
    """By its labels and words, whatever the day."""
    lists: tuple[CodeList, ...]
    """Those that its codes are on."""

    def categories(self, on: date | None = None) -> frozenset[Category]:
        """Return why it is withheld by the lists of that day; None: of every day."""
        return self.said.union(
            [one.category for one in self.lists if on is None or one.since <= on < one.until]
        )


NO_SIGNS: Final = Signs(frozenset(), ())


def signs_in(resources: Sequence[Resource]) -> list[Signs]:
    """Return the signs of each of a document's ``resources``, as parsed.

    Words are looked for in all of them at once first: in most documents there are none.
    """
    read = [_read(one) for one in resources]
    if _signalled("\n".join([text for _, text in read])):
        return [Signs(signs.said.union(_said(text)), signs.lists) for signs, text in read]
    return [signs for signs, _ in read]


def categories_of(resource: Resource) -> frozenset[Category]:
    """Return why ``resource``, by itself, is withheld by the lists of any day; empty if not."""
    return signs_in((resource,))[0].categories()


_NONE: Final[frozenset[Category]] = frozenset()


def _read(resource: Resource) -> tuple[Signs, str]:
    """Return the signs of a resource's labels and codes, and all that it says in words."""
    lists: list[CodeList] = []
    texts: list[str] = []
    for name in _TELLING.intersection(resource):
        _READERS[name](resource[name], lists, texts)
    labels = _labelled(resource.get("meta"))
    return Signs(labels, tuple(lists)) if labels or lists else NO_SIGNS, "\n".join(texts)


def _read_concepts(value: object, lists: list[CodeList], texts: list[str]) -> None:
    for concept in objects(value):
        text = concept.get("text")
        if isinstance(text, str):
            texts.append(text)
        for coding in objects(concept.get("coding")):
            code, system = coding.get("code"), coding.get("system")
            if isinstance(code, str) and isinstance(system, str):
                lists += lists_with(system, code)
            display = coding.get("display")
            if isinstance(display, str) and display != text:
                texts.append(display)


def _read_components(value: object, lists: list[CodeList], texts: list[str]) -> None:
    for part in objects(value):
        _read_concepts(part.get("code"), lists, texts)
        _read_concepts(part.get("valueCodeableConcept"), lists, texts)


def _read_references(value: object, _lists: list[CodeList], texts: list[str]) -> None:
    texts += [str(reference.get("display", "")) for reference in objects(value)]


def _read_words(value: object, _lists: list[CodeList], texts: list[str]) -> None:
    if isinstance(value, str):
        texts.append(value)


_READERS: Final[Mapping[str, Callable[[object, list[CodeList], list[str]], None]]] = {
    **dict.fromkeys(
        (
            "code", "reasonCode", "type", "category", "medicationCodeableConcept", "vaccineCode",
            "valueCodeableConcept", "conclusionCode", "specialty", "serviceType", "indication",
        ),
        _read_concepts,
    ),
    "component": _read_components,
    **dict.fromkeys(("result", "reasonReference"), _read_references),
    **dict.fromkeys(("description", "conclusion", "title"), _read_words),
}  # fmt: skip
"""Elements that say what a resource is about, in any of the types, and how each is read."""
_TELLING: Final = frozenset(_READERS)


def _composed(text: str) -> str:
    return text if text.isascii() else normalize("NFC", text)


def _signalled(text: str) -> bool:
    lowered = _composed(text).lower()
    return any([signal in lowered for signal in _SIGNALS])  # noqa: C419 (a generator is slower)


def _said(text: str) -> list[Category]:
    composed = _composed(text)
    return [category for category, words in _WORDS if words.search(composed)]


def _labelled(meta: object) -> frozenset[Category]:
    if not isinstance(meta, dict) or "security" not in meta:
        return _NONE
    codes = [str(label.get("code")) for label in objects(meta["security"])]
    return frozenset([LABELS[code] for code in codes if code in LABELS])


def coded_categories(system: str, code: str, *, on: date | None = None) -> list[Category]:
    """Return the categories that ``code`` of the code system ``system`` means on that day."""
    lists = lists_with(system, code)
    return [one.category for one in lists if on is None or one.since <= on < one.until]
