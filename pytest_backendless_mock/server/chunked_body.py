"""A body that comes in chunks (RFC 9112, 7.1), as a stream that ends where the body does."""

from __future__ import annotations

import io
import re
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_ASIDE = 65_536
"""The most bytes that may stand beside the data: extensions of chunks, and trailers. They are read and dropped."""
LONGEST_LINE = 8_192
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\x00-\x08\x0a-\x1f\x7f]*)?\r?\n")
_ENDS = (b"\r\n", b"\n")


class ChunkedBody(io.RawIOBase):
    """The data of the chunks on ``stream``, of which no byte behind the body is taken.

    Reading raises ``OSError`` where the chunks are malformed, or end before the body does.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__()
        self._stream = stream
        self._left = 0
        self._aside = MOST_ASIDE
        self._begun = self._ended = False

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill ``buffer`` as far as the chunk goes that it is in; 0 is the end of the body."""
        if not self._left and not self._ended:
            self._next_chunk()
        if self._ended:
            return 0
        view = memoryview(buffer)
        part = self._stream.read(min(self._left, len(view)))
        if not part:
            raise OSError("the connection ended inside a chunk")
        view[: len(part)] = part
        self._left -= len(part)
        return len(part)

    def _next_chunk(self) -> None:
        if self._begun and self._stream.readline(2) not in _ENDS:
            raise OSError("a chunk is longer than its size says")
        line = self._line()
        size = _SIZE.fullmatch(line)
        if size is None:
            raise OSError(f"a chunk begins with its size in hexadecimal digits, not with {line[:20]!r}")
        self._put_aside(len(line) - size.end(1))
        self._begun = True
        self._left = int(size[1], 16)
        if not self._left:
            while (line := self._line()) not in _ENDS:
                self._put_aside(len(line))
            self._ended = True

    def _line(self) -> bytes:
        line = self._stream.readline(LONGEST_LINE + 1)
        if not line.endswith(b"\n"):
            raise OSError("a line between chunks never ended")
        return line

    def _put_aside(self, number: int) -> None:
        self._aside -= number
        if self._aside < 0:
            raise OSError(f"there are more than {MOST_ASIDE} bytes of extensions and trailers")
