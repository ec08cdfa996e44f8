"""Which columns of other tables a column of a model is made of, read off its compiled SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Column = tuple[str, str]
"""A relation as `schema.table`, and one of its columns."""
Knows = Callable[[str, str], bool]
"""Whether a relation has a column."""


class ModelColumns:
    """One model's SELECT, asked column by column: nothing is looked at that nobody asked for.

    A column is made of the columns in its expression, windows and conditions of CASE included.
    Joins and WHERE choose rows; they don't count, but for a count of rows. `knows` tells which
    relation has a column where the SQL names none. What can't be told is left out, never guessed.
    """

    def __init__(self, sql: str, knows: Knows) -> None:
        """Parse the SQL, in DuckDB's dialect. Raises sqlglot.errors.ParseError."""
        import sqlglot
        from sqlglot.optimizer.scope import build_scope

        self._knows = knows
        self._scope = build_scope(sqlglot.parse_one(sql, dialect="duckdb"))
        self._found: dict[tuple[int, str], frozenset[Column]] = {}
        self._had: dict[tuple[int, str], bool] = {}

    def made_of(self, column: str) -> frozenset[Column]:
        """The columns of tables that this one is made of; empty for a constant."""
        return self._column(self._scope, column.lower()) if self._scope else frozenset()

    def has(self, column: str) -> bool:
        """Whether the model has a column of this name."""
        return bool(self._scope) and self._scope_has(self._scope, column.lower())

    def _column(self, scope: Any, name: str) -> frozenset[Column]:
        key = (id(scope), name)
        if key not in self._found:
            self._found[key] = frozenset()  # a recursive query asks itself
            self._found[key] = frozenset(self._made_of(scope, name))
        return self._found[key]

    def _made_of(self, scope: Any, name: str) -> Iterator[Column]:
        members = _members(scope)
        if len(members) > 1:
            first = _names(members[0])
            place = first.index(name) if name in first and "*" not in first else None
            for member in members:
                names = _names(member)
                at_place = place is not None and place < len(names) and "*" not in names
                yield from self._column(member, names[place] if at_place else name)
            return
        for expression in scope.expression.selects:
            if _is_star(expression):
                for source in self._starred(scope, expression):
                    if self._source_has(source, name):
                        yield from self._from_source(source, name)
            elif expression.alias_or_name.lower() == name:
                found = list(self._in_expression(scope, expression))
                yield from found or self._of_rows(scope, expression)

    def _of_rows(self, scope: Any, expression: Any) -> Iterator[Column]:
        """A count of rows is made of what chooses and groups them."""
        import sqlglot.expressions as exp

        if expression.find(exp.AggFunc) is not None:
            for part in ("where", "group", "joins"):
                found = scope.expression.args.get(part) or []
                for clause in found if isinstance(found, list) else [found]:
                    yield from self._in_expression(scope, clause)

    def _in_expression(self, scope: Any, expression: Any) -> Iterator[Column]:
        import sqlglot.expressions as exp

        inner = {id(sub.expression): sub for sub in scope.subquery_scopes}
        for node in expression.walk(prune=lambda found: id(found) in inner):
            if id(node) in inner:
                for name in _names(inner[id(node)]):
                    yield from self._column(inner[id(node)], name)
            elif isinstance(node, exp.Column):
                name, table = node.name.lower(), node.table
                sources = [scope.sources.get(table)] if table else _joined(scope)
                holding = [s for s in sources if s is not None and self._source_has(s, name)]
                for source in holding[:1] or [s for s in sources[:1] if table and s is not None]:
                    yield from self._from_source(source, name)

    def _from_source(self, source: Any, name: str) -> Iterator[Column]:
        if hasattr(source, "expression") and hasattr(source, "sources"):
            yield from self._column(source, name)
        elif getattr(source, "db", ""):
            yield (f"{source.db}.{source.name}".lower(), name)

    def _source_has(self, source: Any, name: str) -> bool:
        if hasattr(source, "sources"):
            return self._scope_has(source, name)
        return bool(getattr(source, "db", "")) and self._knows(
            f"{source.db}.{source.name}".lower(), name
        )

    def _scope_has(self, scope: Any, name: str) -> bool:
        scope = _members(scope)[0]
        key = (id(scope), name)
        if key not in self._had:
            self._had[key] = False
            selects = getattr(scope.expression, "selects", [])
            self._had[key] = name in _names(scope) or any(
                self._source_has(source, name)
                for expression in selects
                if _is_star(expression)
                for source in self._starred(scope, expression)
            )
        return self._had[key]

    def _starred(self, scope: Any, star: Any) -> list[Any]:
        table = getattr(star, "table", "")
        found = [scope.sources.get(table)] if table else _joined(scope)
        return [source for source in found if source is not None]


def _members(scope: Any) -> list[Any]:
    """The selects of a UNION from first to last; of anything else, itself."""
    found, open_scopes = [], [scope]
    while open_scopes:
        newest = open_scopes.pop()
        if newest.set_operation_scopes:
            open_scopes.extend(reversed(newest.set_operation_scopes))
        else:
            found.append(newest)
    return found


def _joined(scope: Any) -> list[Any]:
    """What FROM and JOIN name, in this order."""
    return [source for _, source in scope.selected_sources.values()]


def _is_star(expression: Any) -> bool:
    return bool(expression.is_star)


def _names(scope: Any) -> list[str]:
    selects = getattr(scope.expression, "selects", [])
    return ["*" if _is_star(found) else found.alias_or_name.lower() for found in selects]
