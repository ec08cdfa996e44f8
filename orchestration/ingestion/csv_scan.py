"""One cheap look at a CSV file's bytes: how many lines, and whether a plain reader is safe."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from orchestration.ingestion.files import DataFile, blocks, opened

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BLANK_LINE = re.compile(rb"\n(?=\r?\n)")
LONGEST_LINE = 1 << 20


@dataclass(frozen=True)
class Scan:
    """`is_plain`: valid UTF-8, one kind of line end, no NUL, no line or quote that needs care."""

    header: bytes
    physical_lines: int
    blank_lines: int
    is_plain: bool
    has_carriage_returns: bool


def scanned(file: DataFile, delimiter: str | None = None) -> Scan:
    """Counts over the whole file; raises LandingError for a damaged archive.

    Quotes are plain when each opens or closes a field and as many open as close. That alone does
    not prove that no line swallows another: the row count afterwards does.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    marks = [delimiter.encode()] if delimiter else [b",", b";", b"\t", b"|"]
    lines = blank = returns = line_ends = quotes = opening = closing = 0
    plain, last, header = True, b"", b""
    with opened(file) as stream:
        for block in blocks(stream):
            if not header:
                header = block.partition(b"\n")[0][:LONGEST_LINE]
                plain = len(header) < LONGEST_LINE
            lines += block.count(b"\n")
            blank += len(BLANK_LINE.findall(block)) + block.startswith((b"\n", b"\r\n"))
            plain = plain and b"\0" not in block
            if b"\r" in block:
                returns += block.count(b"\r")
                line_ends += block.count(b"\r\n")
            if plain and not block.isascii():
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    plain = False
            if b'"' in block:
                quotes += block.count(b'"')
                opening += block.count(b'\n"') + block.startswith(b'"')
                opening += sum(block.count(mark + b'"') for mark in marks)
                closing += block.count(b'"\n') + block.count(b'"\r\n')
                closing += sum(block.count(b'"' + mark) for mark in marks) + block.endswith(b'"')
            last = block[-1:]
    if last != b"\n":
        lines += 1
    plain = plain and (not returns or returns == line_ends == lines - (last != b"\n"))
    plain = plain and quotes == opening + closing and opening == closing
    return Scan(
        header=header.removeprefix(BYTE_ORDER_MARK),
        physical_lines=lines,
        blank_lines=blank,
        is_plain=plain,
        has_carriage_returns=bool(returns),
    )
