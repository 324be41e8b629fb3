"""A whole application <-> JSON: to be looked at later, to go on with elsewhere, or to begin a test with.

What belongs to the server is not in it: connections in real time, outages, and being offline.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..http import mask
from ..http.journal import Entry
from ..http.stub import AMF, Stub
from ..http.tenants import Tenant
from ..messaging.broker import Broker
from ..messaging.due import RunawayScheduleError
from ..messaging.rules import Rules
from ..messaging.secret import conceal
from ..messaging.value import copied
from ..runtime.ids import Ids
from ..runtime.instant import parse_clock_instant, write_instant
from ..runtime.virtual_time import VirtualTime
from ..service import json_text
from ..service.application import Application
from ..service.channel_schema import ChannelSchemas
from ..service.check import Check
from ..service.identity import APP_ID
from ..service.state import read_broker, write_broker
from ..service.state_error import StateError, reading, refusal, require_schema
from ..service.state_record import compact
from .fault_state import read_fault, write_fault
from .stub import make_stub

JSON = Any
NAME = "backendless-mock/state@"
FORMAT = f"{NAME}1"
HEAVIEST = 64 * 1024 * 1024
"""How many bytes a state may have."""
DEEPEST = json_text.DEEPEST + 10
"""How deep a state may be nested: what it holds may be nested as deep as a message, and stands inside it."""


class State:
    """A state that was read: the beginning of an application, for as many as want it."""

    def __init__(self, value: JSON, app_id: str = APP_ID) -> None:
        """``value`` is JSON that was parsed, for the application ``app_id``. Raises ``StateError`` for what is none."""
        if isinstance(value, dict):
            _require_format(value.get("format", FORMAT))
        require_schema(value)
        self.value: Mapping[str, JSON] = value
        """As it was read."""
        self.rules: Mapping[str, Any] = value.get("rules", {})
        """Fields of ``Rules``: those that it was made under."""
        with reading(("rules",), self.rules):
            rules = Rules(**self.rules)
        clock = value.get("clock", {})
        with reading(("clock", "now"), clock.get("now")):
            self.now = None if "now" not in clock else parse_clock_instant(clock["now"])
        """What its clock shows, in microseconds; ``None`` where it does not say."""
        self.is_frozen: bool = clock.get("frozen", False)
        nobody = Application(rules=rules, time=VirtualTime(), app_id=app_id)
        self.load(Tenant(nobody))  # so that nothing is spoilt

    def load(self, tenant: Tenant, *, keep_ids: bool = False) -> None:
        """Have it go on in ``tenant``, in the place of all that happened there; ``keep_ids``: its ids go on as well.

        Raises ``StateError``, and has changed nothing then.
        """
        value, application = copied(self.value), tenant.application
        conceal(value)
        told = {} if keep_ids else value.get("ids", {})
        own = application.ids
        ids = Ids(told.get("seed", own.seed), told.get("appId", own.app_id), told.get("given", own.given))
        broker = application.new_broker(ids)
        timeline = read_broker(value, broker, ids.new)
        if self.now is not None:
            _require_bearable(broker, self.now)
        beside = Tenant(application)
        for place, item in enumerate(value.get("stubs", ())):
            with reading(("stubs", place), item):
                beside.stubs.add(_read_stub(item, application.identity.app_id))
        for place, item in enumerate(value.get("faults", ())):
            with reading(("faults", place), item):
                read_fault(item, beside)
        for place, item in enumerate(value.get("journal", ())):
            with reading(("journal", place), item):
                beside.journal.add(_read_request(item))
        schemas = _read_schemas(value)
        application.resume(broker, timeline, ids)
        application.schemas = schemas
        tenant.take_over(beside)


def read_state(source: Mapping[str, JSON] | str | Path, base: Path | None = None) -> State:
    """A state that is given as such, or as a path relative to ``base``.

    Raises ``OSError`` for a file that cannot be read, ``StateError`` for what is no state, ``TypeError`` for neither.
    """
    if isinstance(source, Mapping):
        try:
            return parse_state(json.dumps(source, allow_nan=False))
        except (TypeError, ValueError, RecursionError) as error:
            raise error if isinstance(error, StateError) else StateError(f"this is no JSON: {error}") from None
    if not isinstance(source, str | Path):
        raise TypeError(f"a state is what state() returned, or the path of a file with it, not {source!r}")
    path = (base or Path()) / source
    _require_size(path.stat().st_size, str(path))
    try:
        return parse_state(path.read_text("utf-8-sig"))
    except StateError as error:
        raise StateError(f"{path}: {error}", error.errors) from None
    except UnicodeDecodeError as error:
        raise StateError(f"{path}: this is no JSON: {error}") from None


def parse_state(text: str | bytes) -> State:
    """A state as JSON text. Raises ``StateError``."""
    _require_size(len(text), "the text")
    try:
        value = json_text.parse(text if isinstance(text, str) else text.decode(), deepest=DEEPEST)
    except ValueError as error:
        raise StateError(f"this is no JSON: {error}") from None
    return State(value)


def write_state(tenant: Tenant, *, secrets: bool, journal: bool) -> dict[str, JSON]:
    """All of an application, as JSON. Raises ``StateError`` for what JSON cannot hold, by name."""
    application = tenant.application
    with application.backend.session() as (broker, now):
        messaging = write_broker(broker, application.backend.timeline, secrets=secrets)
        ids = application.ids
        told = {"seed": ids.seed, "appId": ids.app_id, "given": dict(ids.given)}
    return {
        "format": FORMAT,
        "rules": asdict(application.rules),
        "clock": {"now": write_instant(now), **compact(frozen=application.backend.time.is_frozen)},
        "ids": told,
        **messaging,
        "schemas": dict(_write_schemas(application)),
        "stubs": list(map(_write_stub, tenant.stubs)),
        "faults": [write_fault(fault) for fault in tenant.faults],
        **({"journal": list(map(_write_request, tenant.journal.entries()))} if journal else {}),
    }


def _require_size(size: int, what: str) -> None:
    if size > HEAVIEST:
        raise StateError(f"{what} has {size / 1024 / 1024:,.0f} MiB, and a state has {HEAVIEST >> 20} MiB at most")


def _require_bearable(broker: Broker, now: int) -> None:
    """Raise ``StateError`` where more would come at once than anybody means: no call would be answered from then on."""
    try:
        broker.refuse_runaway(now)
    except RunawayScheduleError as error:
        raise refusal(("clock", "now"), write_instant(now), str(error)) from None


def _require_format(name: object) -> None:
    """Of another version nothing can be said, so nothing else is said of it."""
    if isinstance(name, str) and name.startswith(NAME) and name != FORMAT:
        raise StateError(
            f"this state is of the format {name!r}, and this version of pytest-backendless-mock reads {FORMAT!r}: "
            "use the version that wrote it, or a later one"
        )


def _write_stub(stub: Stub) -> JSON:
    said = {"method": stub.method, "path": stub.path}
    body = json_text.parse(stub.response.body.decode()) if stub.response.body else None
    told = said if body is None else {**said, "json": body}
    if stub.method == AMF:
        return told
    return {**told, "status": stub.response.status, "headers": dict(stub.response.headers), **compact(root=stub.root)}


def _read_stub(item: Mapping[str, JSON], app_id: str) -> Stub:
    """Raises as ``make_stub``."""
    status, root = item.get("status", 200), item.get("root", False)
    return make_stub(
        item["method"], item["path"], status, item.get("json"), item.get("headers"), root=root, app_id=app_id
    )


def _write_schemas(application: Application) -> Iterator[tuple[str, JSON]]:
    """Raises ``StateError`` for one that no state can hold."""
    for channel, (source, base) in application.schemas.sources.items():
        if isinstance(source, Mapping):
            contents = copied(dict(source))
        else:
            contents = json.loads((base / source).read_text("utf-8"))
        try:
            _compiled(channel, contents)
        except ValueError as error:
            raise StateError(f"no state can hold it: {error}") from None
        yield channel, contents


def _read_schemas(state: Mapping[str, JSON]) -> ChannelSchemas:
    """Raises ``StateError`` for what is no schema, refers to anything but itself, or takes long to check."""
    schemas = ChannelSchemas()
    for channel, source in state.get("schemas", {}).items():
        with reading(("schemas", channel), source):
            schemas.put(channel, source, _compiled(channel, source))
    return schemas


def _compiled(channel: str, source: Mapping[str, JSON]) -> Check:
    """The check of a schema that may come from anybody. Raises ``ValueError``."""
    from ..service.given_schema import compiled_alone  # noqa: PLC0415 - jsonschema takes its time to load

    return compiled_alone(source, f"the schema for channel {channel!r}")


def _write_request(entry: Entry) -> JSON:
    headers = mask.headers(entry.headers)
    secrets = mask.secrets(entry)
    return {
        "at": write_instant(entry.at),
        "method": entry.method,
        "path": entry.path,
        "headers": headers,
        **compact(
            operation=entry.operation,
            query=mask.query(entry.query),
            status=entry.status,
            code=entry.code,
            **_bytes("body", mask.content(entry.body, secrets)),
            **_bytes("raw", mask.content(entry.raw, secrets)),
            **_bytes("answer", mask.content(entry.answer, secrets)),
            rawSize=entry.raw_size,
            answerSize=entry.answer_size,
        ),
    }


def _bytes(name: str, content: bytes | None) -> dict[str, str]:
    if content is None:
        return {}
    try:
        return {name: content.decode()}
    except UnicodeDecodeError:
        return {f"{name}Base64": base64.b64encode(content).decode()}


def _read_bytes(item: Mapping[str, JSON], name: str) -> bytes | None:
    if f"{name}Base64" in item:
        return base64.b64decode(item[f"{name}Base64"], validate=True)
    return item[name].encode() if name in item else None


def _read_request(item: Mapping[str, JSON]) -> Entry:
    return Entry(
        at=parse_clock_instant(item["at"]),
        operation=item.get("operation"),
        method=item["method"],
        path=item["path"],
        headers=item.get("headers", {}),
        body=_read_bytes(item, "body"),
        status=item.get("status"),
        code=item.get("code"),
        query=item.get("query", ""),
        raw=_read_bytes(item, "raw"),
        answer=_read_bytes(item, "answer"),
        raw_size=item.get("rawSize", 0),
        answer_size=item.get("answerSize", 0),
    )
