"""Strings on the wire: UTF-8, and the modified form that Java before 4.0 writes and reads (``docs/protocol/amf.md``).

There a character beyond the first plane is two surrogates of three bytes each, and NUL is ``c0 80``.
"""

from __future__ import annotations

NUL, JAVA_NUL = b"\0", b"\xc0\x80"


def encode_utf8(text: str) -> bytes:
    """UTF-8; lone surrogates are kept, as in JSON (W7)."""
    return text.encode("utf-8", "surrogatepass")


def encode_modified(text: str) -> bytes:
    """Java's modified UTF-8."""
    if text.isascii() and "\0" not in text:
        return text.encode("ascii")
    units = text.encode("utf-16-be", "surrogatepass")
    halves = (chr(int.from_bytes(units[at : at + 2], "big")) for at in range(0, len(units), 2))
    return "".join(halves).encode("utf-8", "surrogatepass").replace(NUL, JAVA_NUL)


def decode(written: bytes) -> str:
    """Either of the two. Raises ``UnicodeDecodeError``."""
    text = written.replace(JAVA_NUL, NUL).decode("utf-8", "surrogatepass")
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
