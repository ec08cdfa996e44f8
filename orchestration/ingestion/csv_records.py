"""The exact way through a CSV file: every line is a good record, part of one, or at fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from orchestration.ingestion.csv_scan import LONGEST_LINE

MOST_LINES = 1000
Complete = Callable[[Sequence[str]], bool]


class Record(NamedTuple):
    """`lines` physical lines from line `number` on; `fault` says why it can't be loaded."""

    number: int
    lines: int
    text: bytes
    fault: str | None = None
    column_index: int | None = None
    is_cut_off: bool = False


class Grammar:
    """Strict RFC 4180 for one delimiter and number of fields, as patterns over bytes."""

    def __init__(self, delimiter: str, width: int) -> None:
        """Compile the patterns."""
        mark = re.escape(delimiter.encode())
        inside = rb'(?:[^"]|"")*+'
        field = rb'(?:"' + inside + rb'"|[^"\r' + mark + rb"]*+)"
        fields = field + rb"(?:" + mark + field + rb")*+"
        opening = rb"((?:" + field + mark + rb')*)"' + inside
        closing = inside + rb'"(?:' + mark + field + rb")*"
        self.delimiter = delimiter.encode()
        self.width = width
        self.record = re.compile(fields)
        self.whole = re.compile(field + rb"(?:" + mark + field + rb"){%d}" % (width - 1))
        self.opens = re.compile(opening)
        self.continues = re.compile(inside)
        self.closes = re.compile(closing)
        self.reopens = re.compile(inside + rb'"' + mark + opening)

    def values(self, text: bytes) -> list[str]:
        """The values of a well-formed record."""
        return [_unquoted(found) for found in self.split(text)]

    def split(self, text: bytes) -> list[bytes]:
        """The fields of a well-formed record, still quoted."""
        if b'"' not in text:
            return text.split(self.delimiter)
        fields, start, position, length = [], 0, 0, len(text)
        while position < length:
            if text[position] == 0x22:
                position = text.index(b'"', position + 1) + 1
            elif text[position : position + 1] == self.delimiter:
                fields.append(text[start:position])
                start = position = position + 1
            else:
                following = text.find(self.delimiter, position)
                position = length if following < 0 else following
        return [*fields, text[start:]]


def _unquoted(field: bytes) -> str:
    if field.startswith(b'"'):
        field = field[1:-1].replace(b'""', b'"')
    return field.decode("utf-8", "replace")


def records(
    lines: Iterable[bytes], delimiter: str, width: int, complete: Complete, first: int
) -> Iterator[Record]:
    """Every line from number `first` on, exactly once, blank ones as records of no text.

    A quoted value may have line breaks. A record whose quote does not close within 1,000 lines,
    or that would swallow a line which is a `complete` record by itself, is cut: its first line is
    at fault and the next lines are read again, so that a stray quote never takes its neighbours.
    The last record has `is_cut_off` when the file ends inside it.
    """
    grammar = Grammar(delimiter, width)
    source = enumerate(lines, first)
    waiting: list[tuple[int, bytes]] = []
    mark, separators, whole = grammar.delimiter, width - 1, grammar.whole.fullmatch
    while True:
        number, line = waiting.pop() if waiting else next(source, (0, b""))
        if not number:
            return
        text = line.removesuffix(b"\n")
        is_last = len(text) == len(line)
        text = text.removesuffix(b"\r")
        if not text or (
            (text.count(mark) == separators if b'"' not in text else whole(text))
            and text.isascii()
            and b"\0" not in text
            and b"\r" not in text
            and len(text) <= LONGEST_LINE
        ):
            yield Record(number, 1, text)
        elif b'"' not in text or grammar.record.fullmatch(text):
            yield _judged(Record(number, 1, text, is_cut_off=is_last), grammar)
        elif not grammar.opens.fullmatch(line.removesuffix(b"\n")):
            fault = "a quote inside a value that is not quoted, or text after a closing quote"
            yield Record(number, 1, text, fault)
        else:
            following = _following(line, source, waiting, grammar, complete)
            joined = b"".join([line, *(one for _, one in following)])
            ends_open = grammar.opens.fullmatch(joined.removesuffix(b"\n")) is not None
            if following and not ends_open and _holds(joined, grammar):
                text = joined.removesuffix(b"\n").removesuffix(b"\r")
                yield _judged(Record(number, 1 + len(following), text), grammar)
                continue
            waiting.extend(reversed(following))
            cut = ends_open and not joined.endswith(b"\n")
            yield Record(number, 1, text, "a quote that does not close", is_cut_off=cut)


def _holds(joined: bytes, grammar: Grammar) -> bool:
    text = joined.removesuffix(b"\n").removesuffix(b"\r")
    return grammar.record.fullmatch(text) is not None


def _following(
    line: bytes,
    source: Iterator[tuple[int, bytes]],
    waiting: list[tuple[int, bytes]],
    grammar: Grammar,
    complete: Complete,
) -> list[tuple[int, bytes]]:
    """The lines that an open quote takes with it; those read but not taken go back to `waiting`.

    Empty when it would swallow a record, or when the text after it makes no sense.
    """
    taken: list[tuple[int, bytes]] = []
    size = len(line)
    while len(taken) < MOST_LINES and size <= LONGEST_LINE:
        pair = waiting.pop() if waiting else next(source, None)
        if pair is None:
            return taken
        taken.append(pair)
        size += len(pair[1])
        text = pair[1].removesuffix(b"\n").removesuffix(b"\r")
        if b'"' in text and grammar.closes.fullmatch(text):
            # Two lines that are records once their one quote is taken out: two stray quotes.
            ends = (line.removesuffix(b"\n").removesuffix(b"\r"), text)
            if all(_is_record(end, grammar, complete) for end in ends):
                break
            return taken
        if not grammar.continues.fullmatch(text) and not grammar.reopens.fullmatch(text):
            break
        if _is_record(text, grammar, complete):
            break
    waiting.extend(reversed(taken))
    return []


def _is_record(text: bytes, grammar: Grammar, complete: Complete) -> bool:
    """Whether the line is a whole record by itself, its quotes left aside."""
    if grammar.record.fullmatch(text):
        values = grammar.values(text)
    else:
        values = (
            text.replace(b'"', b"").decode("utf-8", "replace").split(grammar.delimiter.decode())
        )
    return len(values) == grammar.width and complete([value.strip() for value in values])


def _judged(record: Record, grammar: Grammar) -> Record:
    """The record with its fault, if it has one."""
    text = record.text
    if b"\0" in text:
        return record._replace(fault="a NUL byte", is_cut_off=False)
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        fault = f"not UTF-8 at byte {error.start + 1}"
        return record._replace(fault=fault, is_cut_off=False)
    if len(text) > LONGEST_LINE:
        return record._replace(fault=f"longer than {LONGEST_LINE} bytes", is_cut_off=False)
    found = len(grammar.split(text))
    if found < grammar.width:
        fault = f"too few values: {found} of {grammar.width}"
        return record._replace(fault=fault, column_index=found)
    if found > grammar.width:
        fault = f"too many values: {found} instead of {grammar.width}"
        return record._replace(fault=fault, is_cut_off=False)
    if b'"' not in text and b"\r" in text:
        return record._replace(fault="a carriage return inside a value", is_cut_off=False)
    return record._replace(is_cut_off=False)
