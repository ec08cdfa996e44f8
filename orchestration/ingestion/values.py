"""How a raw text becomes a typed value in SQL: never guessed, rounded to whole, or time-shifted."""

from __future__ import annotations

from orchestration.ingestion.quoting import literal
from orchestration.ingestion.source_tables import Column

DAY = r"\s*[1-9]\d{3}[-/]\d{1,2}[-/]\d{1,2}"
TIME = r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?"
PLAIN_TIMESTAMP = rf"{DAY}({TIME})?\s*"
OFFSET_TIMESTAMP = rf"{DAY}{TIME}(Z| UTC|[+-]\d\d(:?\d\d)?)\s*"
MIDNIGHT = r"([ T]00:00(:00(\.0+)?)?(Z| UTC|\+00(:?00)?)?)?\s*"
WHOLE_NUMBER = r"\s*[+-]?\d+(\.0*)?\s*"


def typed(text: str, column: Column) -> str:
    """An SQL expression: the varchar expression `text` as the column's type, null if it isn't one.

    Whole numbers must be whole; dates must have no time but midnight; years are 1000-9999;
    timestamps with an offset are moved to UTC, those without are taken as UTC; decimals are
    rounded to their scale. The infinite and special words that DuckDB knows are refused.
    """
    kind = column.data_type
    if kind == "varchar":
        return text
    if column.date_format:
        moment = f"try_strptime({text}, {literal(column.date_format)})"
        # %z gives a timestamp with time zone: epoch_us makes UTC of either kind
        moment = f"make_timestamp(epoch_us({moment}))"
        whole = f"{moment} = date_trunc('day', {moment})" if kind == "date" else "true"
        year = f"year({moment}) between 1000 and 9999"
        return f"case when {whole} and {year} then cast({moment} as {kind}) end"
    if column.decimal_comma:
        text = f"replace(replace({text}, '.', ''), ',', '.')"
    if kind in ("integer", "bigint"):
        return f"case when {_matches(text, WHOLE_NUMBER)} then try_cast({text} as {kind}) end"
    if kind == "date":
        return f"case when {_matches(text, DAY + MIDNIGHT)} then try_cast({text} as date) end"
    if kind == "timestamp":
        return (
            f"case when {_matches(text, PLAIN_TIMESTAMP)} then try_cast({text} as timestamp) "
            f"when {_matches(text, OFFSET_TIMESTAMP)} "
            f"then make_timestamp(epoch_us(try_cast({text} as timestamptz))) end"
        )
    if kind == "double":
        return f"case when isfinite(try_cast({text} as double)) then try_cast({text} as double) end"
    return f"try_cast({text} as {kind})"


def is_faulty(text: str, column: Column) -> str | None:
    """An SQL condition: there is a text and it isn't of the column's type; None if any text is."""
    if column.data_type == "varchar":
        return None
    return f"({text} is not null and ({typed(text, column)}) is null)"


def fault_reason(text: str, column: Column) -> str:
    """An SQL expression: the sentence that says what is wrong with a faulty value."""
    expected = column.data_type + (
        f" written as {column.date_format}" if column.date_format else ""
    )
    return (
        f"{literal(column.name + ': ')} || chr(39) || left({text}, 200) || chr(39) || "
        f"{literal(' is not a ' + expected)}"
    )


def _matches(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, {literal(pattern)})"
