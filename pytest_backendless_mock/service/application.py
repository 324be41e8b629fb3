"""One Backendless application: what it is called, its state, and what a test should know of its calls."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ..messaging.access import KEY_ROLES, REST_ROLE
from ..messaging.broker import Broker
from ..messaging.rules import Rules
from ..runtime.backend import Backend
from ..runtime.event import Event
from ..runtime.ids import Ids, guid
from ..runtime.virtual_time import VirtualTime
from .channel_schema import ChannelSchemas
from .identity import API_KEY, APP_ID, Identity
from .remedy import Door
from .spelling import Slips
from .verdict import Verdict


class Application:
    """Everything that belongs to one application and nothing else, whoever asks it."""

    def __init__(
        self,
        *,
        rules: Rules,
        time: VirtualTime,
        seed: object = 0,
        app_id: str = APP_ID,
        api_key: str = API_KEY,
        api_keys: Mapping[str, str] | None = None,
        base: Path | None = None,
        verbose: bool = False,
        tell: Callable[[Event], str] = repr,
        door: Door = "python",
    ) -> None:
        """``seed`` and ``app_id`` make the ids; ``time`` is what it goes by; ``tell`` says an event for the log.

        ``api_keys`` are by kind (``access.KEY_ROLES``); those not given are made from id and kind. ``base`` is what
        paths of a test are relative to; ``None`` for the working directory. With ``verbose`` texts about it leave
        nothing out; what they say to do is in the words of ``door``.
        """
        self._given_keys = {"REST": api_key, **(api_keys or {})}
        self.identity = Identity(app_id, self._given_keys["REST"])
        self.rules = rules
        self.ids = Ids(seed, app_id)
        self.backend = Backend(self.new_broker(), time, tell)
        self.door: Door = door
        self.verdict = Verdict(door)
        self._forget()
        self.base = base
        self.verbose = verbose
        self.label = str(seed)

    def go_by(self, rules: Rules) -> None:
        """Judge what comes from now on by ``rules``."""
        with self.backend.session() as (broker, _):
            self.rules = rules
            broker.go_by(rules, _system_headers(rules, self.identity.app_id))

    def reset(self) -> None:
        """Begin anew: nothing was published, nobody is known. Ids go on, and keys, rules and time stay."""
        self.backend.restart(self.new_broker())
        self.verdict.forget()
        self._forget()

    def _forget(self) -> None:
        self.schemas = ChannelSchemas()
        self.slips = Slips()
        """The channels that there were, for those who look for typos."""

    def new_broker(self, ids: Ids | None = None) -> Broker:
        """A broker in which nothing has happened; ``ids`` are the application's own unless others are given."""
        headers = _system_headers(self.rules, self.identity.app_id)
        return Broker(self.rules, (ids or self.ids).new, system_headers=headers)

    def resume(self, broker: Broker, timeline: Iterable[Event], ids: Ids) -> None:
        """Go on with what happened elsewhere, in the place of what happened here; ``ids`` made the broker's."""
        self.ids = ids
        self.backend.restart(broker, timeline)
        self._forget()

    @functools.cached_property
    def api_keys(self) -> dict[str, str]:
        """All API keys by kind. Made when somebody asks: most tests know one key."""
        return {kind: guid(f"{self.identity.app_id} {kind}") for kind in KEY_ROLES} | self._given_keys

    @functools.cached_property
    def _roles(self) -> dict[str, str]:
        return {key: KEY_ROLES[kind] for kind, key in self.api_keys.items()}

    def key_role(self, api_key: str | None) -> str | None:
        """The role of who comes with ``api_key``, or without one; ``None`` for a key that it does not have (A4a)."""
        if api_key is None or api_key == self.identity.api_key:
            return REST_ROLE
        return self._roles.get(api_key) or (REST_ROLE if self.rules.accept_any_api_key else None)

    def new_id(self, kind: str) -> str:
        """An id of that kind."""
        return self.ids.new(kind)


def _system_headers(rules: Rules, app_id: str) -> dict[str, str]:
    """What the service adds to every retrieved message, in the order of the documented sample (W13)."""
    if not rules.transport_headers:
        return {"BL_APPLICATION_ID": app_id}
    return {
        "DSId": guid(f"DSId {app_id}"),
        "DSDstClientId": guid(f"DSDstClientId {app_id}"),
        "BL_APPLICATION_ID": app_id,
        "BL_VERSION_URL_PREFIX": "v1",
    }
