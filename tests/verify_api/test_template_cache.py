"""Templates are compiled once a process, and anew when their source is another."""

from typing import Any

import pytest
from jinja2 import DictLoader, Environment
from typing_extensions import override

from verify_api.template_cache import TemplateCache


class CompiledError(AssertionError):
    """A template was compiled."""


class Refusing(Environment):
    """An environment that compiles nothing."""

    @override
    def compile(self, *_source: Any, **_named: Any) -> Any:
        raise CompiledError


def environment(
    cache: TemplateCache, source: str, sort: type[Environment] = Environment
) -> Environment:
    loader = DictLoader({"page.html": source})
    return sort(loader=loader, bytecode_cache=cache, autoescape=True)


def test_a_second_environment_takes_what_the_first_has_compiled() -> None:
    cache, source = TemplateCache(), "{{ one }}, {{ two }}"
    with pytest.raises(CompiledError):
        environment(cache, source, Refusing).get_template("page.html")
    first = environment(cache, source)
    assert first.get_template("page.html").render(one="<", two=2) == "&lt;, 2"
    second = environment(cache, source, Refusing)
    assert second.get_template("page.html").render(one=1, two="&") == "1, &amp;"


def test_another_source_of_the_same_name_is_compiled_anew() -> None:
    cache = TemplateCache()
    assert environment(cache, "before").get_template("page.html").render() == "before"
    assert environment(cache, "{{ now }}").get_template("page.html").render(now="now") == "now"
    assert environment(cache, "before").get_template("page.html").render() == "before"
