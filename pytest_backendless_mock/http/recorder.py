"""Every request and its answer, written to a file as they come: it is a whole HAR after each of them."""

from __future__ import annotations

import json
import os
import threading
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from . import har
from .journal import Entry

END = b"\n]}}\n"


class Recorder:
    """A HAR file that grows. It is opened for each request only, so nobody has to close it."""

    def __init__(self, path: Path) -> None:
        """Begin an empty one at ``path``. Raises ``OSError`` where none can be written."""
        self.path = path
        self.trouble = ""
        """Why nothing is written any more."""
        self._lock = threading.Lock()
        self._is_empty = True
        head = json.dumps({**har.log(())["log"]}).removesuffix("]}").encode()
        path.write_bytes(b'{"log": ' + head + END)

    def add(self, entry: Entry, app_id: str, host_url: str, answer_headers: Iterable[tuple[str, str]]) -> None:
        """Write a request of an application; where that fails, no more are written, and ``trouble`` says why."""
        line = json.dumps(har.entry(entry, app_id, host_url, answer_headers)).encode()
        with self._lock:
            if self.trouble:
                return
            try:
                self._append((b"\n" if self._is_empty else b",\n") + line + END)
            except OSError as error:
                self.trouble = str(error)
            self._is_empty = False

    def _append(self, more: bytes) -> None:
        """Write at the end; where only a part can be written, on a full disk, what was there is whole again."""
        with self.path.open("r+b", buffering=0) as file:
            end = file.seek(-len(END), os.SEEK_END)
            try:
                while more:  # a disk that fills takes a part before it says so
                    more = more[file.write(more) or 0 :]
            except OSError:
                file.truncate(end + len(END))
                file.seek(end)
                file.write(END)
                raise

    def har(self, app_id: str | None = None) -> dict[str, Any]:
        """What was written, of one application or of all. Raises ``OSError`` for a file that is gone."""
        with self._lock:
            whole = json.loads(self.path.read_bytes())
        return har.log(self._of(whole["log"]["entries"], app_id), self.trouble and f"it ended early: {self.trouble}")

    def _of(self, entries: Iterable[dict[str, Any]], app_id: str | None) -> Iterator[dict[str, Any]]:
        return (entry for entry in entries if app_id in (None, entry[har.OURS]["application"]))


def passing(folder: Path | None = None) -> Recorder:
    """A recorder whose file is gone with it; in ``folder``, else where temporary files are."""
    import tempfile  # noqa: PLC0415 - few ask for HAR

    with tempfile.NamedTemporaryFile(prefix="backendless_mock-", suffix=".har", dir=folder, delete=False) as file:
        path = Path(file.name)
    recorder = Recorder(path)
    weakref.finalize(recorder, _remove, path, os.getpid())
    return recorder


def _remove(path: Path, owner: int) -> None:
    """A fork that ends leaves the file to its parent."""
    if os.getpid() == owner:
        path.unlink(missing_ok=True)
