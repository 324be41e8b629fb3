"""A call of the test's own that cannot be meant: the traceback ends at that call, and shows none of our lines."""

from __future__ import annotations

import contextlib
import dis
from pathlib import Path
from types import TracebackType

PACKAGE = str(Path(__file__).parent.parent)
_RAISE = dis.opmap["RAISE_VARARGS"]


def end_at_the_caller(trace: TracebackType) -> None:
    """Take our frames out of ``trace``, where the package raised the error on purpose.

    Whatever else goes wrong in the package is a bug, which keeps them. ``__tracebackhide__`` could not tell.
    """
    if not _is_misuse(trace):
        return
    entry: TracebackType | None = trace  # the first is pytest's
    while entry is not None:
        following = entry.tb_next
        while following is not None and _is_ours(following):
            following = following.tb_next
        entry.tb_next = following
        entry = following


def _is_misuse(trace: TracebackType) -> bool:
    """Whether it ends at a ``raise`` of the package."""
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    return code.co_filename.startswith(PACKAGE) and code.co_code[trace.tb_lasti] == _RAISE


def _is_ours(entry: TracebackType) -> bool:
    filename = entry.tb_frame.f_code.co_filename
    return filename.startswith(PACKAGE) or filename == contextlib.__file__
