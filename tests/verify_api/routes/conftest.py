"""The house with two health books, for every route that shows one."""

from tests_support.book_house import house as house  # noqa: PLC0414  says: a fixture for all here
