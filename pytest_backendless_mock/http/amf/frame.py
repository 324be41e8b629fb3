"""AMF frames as the .NET and Java SDKs write them: an AMF0 envelope around one AMF3 value, both directions."""

from __future__ import annotations

import struct
from typing import NamedTuple

from .reader import Reader
from .value import AmfError, Date, TypedObject, Value
from .writer import Writer

__all__ = ["AmfError", "Date", "Frame", "TypedObject", "Value", "decode", "encode"]

AMF0_ARRAY, AMF0_TO_AMF3 = 0x0A, 0x11
"""The markers of AMF0 that occur: arguments in an array (ActionScript), and the step to AMF3."""


class Frame(NamedTuple):
    """A request's envelope, taken off: where the answer is to go, and what was sent."""

    response: str
    value: Value


def decode(frame: bytes) -> Frame:
    """The one value of a request. What follows it is padding of .NET's buffer. Raises ``AmfError``."""
    reader = Reader(frame)
    version, headers = reader.unpack(">HH")
    if version not in (0, 3):
        raise AmfError(f"AMF version {version} is neither 0 nor 3")
    for _ in range(headers):
        reader.short_text()
        length = reader.unpack(">xi")[0]
        if length < 0:
            raise AmfError("a header of the envelope does not say how long it is")
        reader.take(length)
    bodies = reader.unpack(">H")[0]
    if bodies != 1:
        raise AmfError(f"{bodies} bodies where there should be one")
    reader.short_text()
    response = reader.short_text()
    marker = reader.unpack(">iB")[1]
    boxed = marker == AMF0_ARRAY
    if boxed:
        count, marker = reader.unpack(">IB")
        if count != 1:
            raise AmfError(f"{count} arguments where there should be one")
    if marker != AMF0_TO_AMF3:
        raise AmfError(f"at byte {reader.position - 1}: AMF0 marker {marker} where AMF3 should begin")
    value = reader.value()
    return Frame(response, [value] if boxed else value)


def encode(value: Value, target: str, response: str = "null", *, modified: bool = False) -> bytes:
    """A frame with one body; ``modified``: in the UTF-8 that Java's ``DataOutput.writeUTF`` writes."""
    writer = Writer(modified=modified)
    writer.value(value)
    texts = (text.encode("utf-8", "surrogatepass") for text in (target, response))
    names = b"".join(struct.pack(">H", len(text)) + text for text in texts)
    body = bytes((AMF0_TO_AMF3,)) + writer.out
    return b"\0\3\0\0\0\1" + names + struct.pack(">i", len(body)) + body
