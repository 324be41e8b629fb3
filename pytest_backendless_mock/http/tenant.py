"""One Backendless application on the server: its identity, its state, and what was noted about its requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..messaging.broker import Broker
from ..messaging.options import Failure
from ..messaging.rules import Rules
from ..runtime.backend import Backend
from ..runtime.clock import Clock
from ..runtime.ids import Ids, guid
from ..service.channel_schema import Payloads
from ..service.operation import Call
from ..service.verdict import Verdict
from .amf.to_json import Originals
from .fault import FaultPlan
from .journal import Journal
from .rest.route import Credentials
from .stub import Stubs

APP_ID = "3FAD6F76-617D-4EDD-BF4D-AE26C5C04F00"
"""The default application's id: a constant, because settings are often read once per session (W5)."""
API_KEY = "7B1E9D20-52C8-4A6F-9E37-D04C81F2A600"
"""The default application's REST API key."""


class Tenant:
    """Everything that belongs to one application and nothing else."""

    def __init__(
        self, *, rules: Rules, clock: Clock, seed: object = 0, app_id: str = APP_ID, api_key: str = API_KEY
    ) -> None:
        self.identity = Credentials(app_id, api_key)
        self.rules = rules
        self._ids = Ids(seed, app_id)
        self.backend = Backend(Broker(rules, self._ids.new, system_headers=_system_headers(rules, app_id)), clock)
        self.journal = Journal()
        self.verdict = Verdict()
        self.payloads = Payloads()
        self.originals = Originals()
        self.faults = FaultPlan()
        self.stubs = Stubs()
        self.base: Path | None = None
        """What paths of a test are relative to; ``None`` for the working directory."""
        self.label = str(seed)

    def new_id(self, kind: str) -> str:
        """An id of that kind."""
        return self._ids.new(kind)

    @contextmanager
    def call(
        self,
        params: Mapping[str, str],
        body: Any = None,
        *,
        token: str | None = None,
        origin: str = "the test's own call",
        failure: Failure | None = None,
    ) -> Iterator[Call]:
        """A session with the application, for one operation; ``origin`` says in reports who asked for it."""
        with self.backend.session() as (broker, now):
            yield Call(self, broker, now, origin, params, body, token, failure)


def _system_headers(rules: Rules, app_id: str) -> dict[str, str]:
    """What the service adds to every retrieved message, in the order of the documented sample (W13)."""
    transport = {"DSId": guid(f"DSId {app_id}"), "DSDstClientId": guid(f"DSDstClientId {app_id}")}
    return {
        **(transport if rules.transport_headers else {}),
        "BL_APPLICATION_ID": app_id,
        **({"BL_VERSION_URL_PREFIX": "v1"} if rules.transport_headers else {}),
    }
