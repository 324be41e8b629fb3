"""The applications on a server: which one a request is for, and what HTTP keeps for each."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping

from ..messaging.due import RunawayScheduleError
from ..messaging.errors import UnknownApplication
from ..runtime.backend import ListenerError
from ..runtime.event import Faulted
from ..service.application import Application
from ..service.remedy import API_KEYS, OTHER_APPLICATIONS
from . import cors
from .amf.originals import Originals
from .conversation import Conversation
from .credentials import Credentials
from .fault import FaultPlan
from .journal import Entry, Journal
from .recorder import Recorder
from .stub import Stubs


class Tenant:
    """An application and what belongs to its requests, not to its messages."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.recorder: Recorder | None = None
        """Hears of each request, where somebody wants all of them."""
        self._forget()

    def reset(self) -> None:
        """Begin anew, the application too; faults that hold up a request let it go."""
        self.faults.over.set()
        self.application.reset()
        self._forget()

    def _forget(self) -> None:
        self.journal = Journal()
        self.faults = FaultPlan()
        self.stubs = Stubs()
        self.conversation = Conversation()
        self.originals = Originals()
        """Messages that were published over AMF and are more than their JSON."""
        self.lossy: set[str] = set()
        """The ids of those of whose data readers of JSON miss something."""

    def take_over(self, other: Tenant) -> None:
        """Have the requests, stubs and faults of ``other``, in the place of its own."""
        self.faults.over.set()
        self.journal, self.stubs, self.faults = other.journal, other.stubs, other.faults

    def record(self, entry: Entry, host_url: str, answer_headers: Iterable[tuple[str, str]]) -> None:
        """A request was answered, or not: whoever wants all of them hears of it."""
        if self.recorder is None:
            return
        self.recorder.add(entry, self.application.identity.app_id, host_url, self.shared(entry, answer_headers))

    def shared(self, entry: Entry, answer_headers: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
        """The headers of an answer, with those that say who may read it (W22)."""
        origin = entry.headers.get("origin", "")
        if entry.status is not None and self.application.rules.cors and cors.is_origin(origin):
            return cors.shared(origin, answer_headers)
        return answer_headers

    def note(self, event: Faulted) -> None:
        """Add to the timeline what was found out late. A listener that raises fails the test."""
        try:
            self.application.backend.note(event, late=True)
        except ListenerError:
            self.application.verdict.report_problem(f"{event.what}: {event.fault}\n{traceback.format_exc()}")
        except RunawayScheduleError as error:
            self.application.verdict.report_problem(str(error))


class Tenants:
    """All applications of a server; the first is the one that a domain stands for (W1)."""

    def __init__(self, first: Application, *, allow_unknown_requests: bool = False) -> None:
        self.default = Tenant(first)
        self.allow_unknown_requests = allow_unknown_requests
        """Whether a request that the service does not have passes without failing the test."""
        self.stale_subscriptions: Mapping[str, str] = {}
        """Subscription ids of earlier tests and whose they were (C10)."""
        self.elsewhere: Callable[[str], Tenant | None] = lambda _: None
        """Finds an application that another mock on the same server has."""
        self._by_id = {first.identity.app_id: self.default}

    def __iter__(self) -> Iterator[Tenant]:
        return iter(tuple(self._by_id.values()))

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, app_id: str) -> bool:
        return app_id in self._by_id

    def add(self, application: Application) -> Tenant:
        """Serve another application. Raises ``ValueError`` where there is one with that id."""
        app_id = application.identity.app_id
        if app_id in self._by_id or self.elsewhere(app_id) is not None:
            raise ValueError(f"there is an application {app_id} already")
        tenant = self._by_id[app_id] = Tenant(application)
        return tenant

    def get(self, credentials: Credentials) -> Tenant | None:
        """The application with that id, whatever the key; the default one where none is named."""
        return self.default if credentials.app_id is None else self.by_id(credentials.app_id)

    def by_id(self, app_id: str) -> Tenant | None:
        """The application with that id, on this mock."""
        return self._by_id.get(app_id)

    def find(self, credentials: Credentials) -> Tenant:
        """The application that ``credentials`` belong to. Raises ``UnknownApplication`` (A1, A4a)."""
        app_id = credentials.app_id
        tenant = self.default if app_id is None else self._by_id.get(app_id) or self.elsewhere(app_id)
        if tenant is None or tenant.application.key_role(credentials.api_key) is None:
            raise UnknownApplication(detail=self.mistake(credentials))
        return tenant

    def has_key(self, key: str | None) -> bool:
        """Whether that is an API key of one of them."""
        return any(key in tenant.application.api_keys.values() for tenant in self)

    def mistake(self, credentials: Credentials) -> str:
        """What is wrong with an id and a key that do not go together, for people."""
        door = self.default.application.door
        if credentials.api_key in self._by_id:
            return "the application id stands where the API key belongs"
        if self.has_key(credentials.app_id):
            return "the API key stands where the application id belongs"
        if credentials.app_id in self._by_id:
            return f"that application has no such API key; {API_KEYS.say(door)}"
        return f"the mock's application is {self.default.application.identity.app_id}; {OTHER_APPLICATIONS.say(door)}"
