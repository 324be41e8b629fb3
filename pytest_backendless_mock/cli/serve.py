"""``backendless-mock serve``: a mock that runs until it is told to stop."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

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
        if options.json:
            say(as_json({**mock.app, "pid": os.getpid()}))
        else:
            _introduce(mock.app)
        if options.until_stdin_closes:
            threading.Thread(target=_wait_for_end_of_input, args=(signals,), daemon=True).start()
        signals.wait()
        kept = export_on_exit(options, mock)
    return int(not kept)


def _introduce(app: dict[str, Any]) -> None:
    say(f"{styled('backendless-mock', 'bold')} listens on {app['hostUrl']}, until Ctrl-C")
    say(f"  url      {styled(app['url'], 'green')}")
    say(f"  app id   {app['appId']}")
    say(f"  api key  {app['apiKey']}")
    say(f"  control  {app['mockUrl']}/__mock__/")
    say(f"""  curl {app["url"]}/messaging/default -H 'Content-Type: application/json' -d '{{"message": "hello"}}'""")


def _wait_for_end_of_input(signals: Signals) -> None:
    """Read and drop what comes; by the descriptor, since a lock of ``sys.stdin`` would be held at our end."""
    try:
        while os.read(sys.stdin.fileno(), 65536):
            pass
    except (OSError, ValueError) as error:  # a terminal that is gone
        tell(f"backendless-mock: standard input: {error}")
    signals.end()
