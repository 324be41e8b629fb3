"""``backendless-mock serve``: a mock that runs until it is told to stop."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

from ..inspector.door import address
from .environment import write_file
from .failure import CommandError
from .hosting import export_on_exit, hosted
from .output import as_json, say, styled, tell
from .signals import Signals


def run(options: Any) -> int:
    """Serve until a signal comes, or until standard input closes where that is asked for."""
    with hosted(options) as mock, Signals() as signals:
        if options.env_file:
            try:
                write_file(Path(options.env_file), mock.app["env"])
            except OSError as error:
                raise CommandError(f"--env-file: {error}") from None
        page = address(mock.app["mockUrl"], mock.token if options.open else None)
        if options.json:
            say(as_json({**mock.app, "inspectorUrl": page, "pid": os.getpid()}))
        else:
            _introduce(mock.app, page)
        if options.open:
            # Others see the command line of a browser, so the token does not stand there.
            _open(address(mock.app["mockUrl"], mock.guard.ticket()), page)
        if options.until_stdin_closes:
            threading.Thread(target=_wait_for_end_of_input, args=(signals,), daemon=True).start()
        signals.wait()
        kept = export_on_exit(options, mock)
    return int(not kept)


def _introduce(app: dict[str, Any], page: str) -> None:
    say(f"{styled('backendless-mock', 'bold')} listens on {app['hostUrl']}, until Ctrl-C")
    say(f"  url      {styled(app['url'], 'green')}")
    say(f"  app id   {app['appId']}")
    say(f"  api key  {app['apiKey']}")
    say(f"  control  {app['mockUrl']}/__mock__/")
    say(f"  page     {page}")
    say(f"""  curl {app["url"]}/messaging/default -H 'Content-Type: application/json' -d '{{"message": "hello"}}'""")


def _open(url: str, page: str) -> None:
    """Show ``url`` in a browser; where there is none it is told that ``page`` can be opened by hand."""
    import webbrowser  # noqa: PLC0415 - few ask for it, and it loads much

    try:
        opened = webbrowser.open(url)
    except webbrowser.Error:
        opened = False
    if not opened:
        tell(f"backendless-mock: --open: there is no browser here that could be started; open {page} yourself")


def _wait_for_end_of_input(signals: Signals) -> None:
    """Read and drop what comes; by the descriptor, since a lock of ``sys.stdin`` would be held at our end."""
    try:
        while os.read(sys.stdin.fileno(), 65536):
            pass
    except (OSError, ValueError) as error:  # a terminal that is gone
        tell(f"backendless-mock: standard input: {error}")
    signals.end()
