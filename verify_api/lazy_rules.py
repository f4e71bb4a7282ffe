"""Routes that learn to build their addresses when one is first built.

The framework writes and compiles two functions for each route as it is added, which is most of
what opening a service costs; hardly any of them is ever called, because templates name addresses.
"""

from collections.abc import Callable

from typing_extensions import override
from werkzeug.routing import Rule

Build = Callable[..., tuple[str, str]]


class LazyRule(Rule):
    """A route as any other; what builds its addresses is compiled at its first use."""

    @override
    def _compile_builder(self, append_unknown: bool = True) -> Build:
        compile_builder, compiled = super()._compile_builder, list[Build]()

        def build(rule: Rule, **values: object) -> tuple[str, str]:
            if not compiled:
                compiled.append(compile_builder(append_unknown))
            return compiled[0](rule, **values)

        return build
