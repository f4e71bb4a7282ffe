"""The guides of the roles as Markdown: what /help shows, with pictures that tests took."""

from collections.abc import Callable, Iterator
from functools import partial

from ledger.certificates.kind import Wording
from verify_api.guides.form import Guide, Picture, Section, parts
from verify_api.help_words import GUIDES, HELP
from verify_api.i18n import LANGUAGES

_DRAWN = Wording(
    "Vẽ từ `verify_api/guides` bằng `make docs`; cùng nội dung với trang `{address}`.",
    "Drawn from `verify_api/guides` by `make docs`; the page `{address}` says the same.",
)
_OTHER = Wording("[English]({name}.en.md)", "[Tiếng Việt]({name}.vi.md)")


def role_pages() -> dict[str, Callable[[], str]]:
    """Return what draws each page, by its path under the guide."""
    return {
        f"roles/{name}.{language}.md": partial(role_page, name, language)
        for name in GUIDES
        for language in LANGUAGES
    }


def role_page(name: str, language: str) -> str:
    """Return the guide ``name`` in ``language``."""
    guide = GUIDES[name]
    lines = [
        f"# {guide.title.of(language)}",
        "",
        _marked(guide.lead.of(language)),
        "",
        _DRAWN.of(language).format(address=f"/help/{name}")
        + " "
        + _OTHER.of(language).format(name=name)
        + ".",
    ]
    for section in guide.sections:
        lines += _section(section, language)
    return "\n".join(lines) + "\n"


def pictures(guide: Guide) -> Iterator[Picture]:
    """Yield the pictures of a guide."""
    yield from (section.picture for section in guide.sections if section.picture is not None)


def _section(section: Section, language: str) -> list[str]:
    lines = ["", f"## {section.title.of(language)}", ""]
    if section.text is not None:
        lines += [_marked(section.text.of(language)), ""]
    for number, step in enumerate(section.steps, 1):
        lines.append(f"{number}. {_marked(step.of(language))}")
    lines += [f"- {_marked(point.of(language))}" for point in section.points]
    if section.answers:
        lines += [f"| {HELP['answer'].of(language)} | {HELP['then'].of(language)} |", "|---|---|"]
        lines += [f"| {said.of(language)} | {do.of(language)} |" for said, do in section.answers]
    picture = section.picture
    if picture is not None:
        file = f"../screenshots/{picture.of(language)}.png"
        lines += ["", f"![{picture.alt.of(language)}]({file})"]
    return lines


def _marked(text: str) -> str:
    """Return ``text`` with links where it names another page of the guide."""
    marks = {"strong": "**{0}**", "plain": "{0}", "address": "`{0}`", "code": "`{0}`"}
    return "".join(
        f"[{piece.rpartition('/')[2]}](../{piece.rpartition('/')[2]})"
        if piece.startswith("docs/guide/")
        else marks[kind].format(piece)
        for kind, piece in parts(text)
    )
