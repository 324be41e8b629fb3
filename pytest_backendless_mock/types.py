"""The types of what the fixture hands out, for annotations: ``def check(sent: types.Outbox[types.Push])``."""

from .diagnosis.timeline import Timeline
from .http.journal import Request
from .messaging.access import ApiKeyKind, DeniableOperation
from .messaging.device import System
from .messaging.errors import ErrorCode
from .messaging.message import MessageStatus, Sends
from .messaging.options import PolicyName
from .messaging.rules import RuleOptions
from .runtime.clock import Clock, Freeze
from .runtime.event import EventKind
from .runtime.record import Delivery, Device, Email, Incident, Member, Message, Push, Refusal, Scheduled, User, View
from .testing.app import BackendlessApp
from .testing.channel import Channel, Listener, Subscription
from .testing.client import When
from .testing.factory import BackendlessMockFactory
from .testing.faults import Fault, FaultOperation, Faults, Garbage
from .testing.outbox import Outbox

__all__ = [
    "ApiKeyKind",
    "BackendlessApp",
    "BackendlessMockFactory",
    "Channel",
    "Clock",
    "Delivery",
    "DeniableOperation",
    "Device",
    "Email",
    "ErrorCode",
    "EventKind",
    "Fault",
    "FaultOperation",
    "Faults",
    "Freeze",
    "Garbage",
    "Incident",
    "Listener",
    "Member",
    "Message",
    "MessageStatus",
    "Outbox",
    "PolicyName",
    "Push",
    "Refusal",
    "Request",
    "RuleOptions",
    "Scheduled",
    "Sends",
    "Subscription",
    "System",
    "Timeline",
    "User",
    "View",
    "When",
]
