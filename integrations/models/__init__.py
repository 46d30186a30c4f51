from integrations.models.aside import PutAside
from integrations.models.connection import Connection
from integrations.models.delivery import Delivery
from integrations.models.hook import Hook, HookCall
from integrations.models.inbound import InboundEvent, InboundFile, SyncRun
from integrations.models.link import Disagreement, ExternalLink, ExternalPart
from integrations.models.mail import DeadAddress, HeldLetter, MailAddress, MailMessage
from integrations.models.mapping import MappedField, MappedValue
from integrations.models.notification import Message, News, Notification
from integrations.models.preferences import Mute, Preferences
from integrations.models.route import Route
from integrations.models.template import MessageTemplate

__all__ = [
    "Connection",
    "DeadAddress",
    "Delivery",
    "Disagreement",
    "ExternalLink",
    "ExternalPart",
    "HeldLetter",
    "Hook",
    "HookCall",
    "InboundEvent",
    "InboundFile",
    "MailAddress",
    "MailMessage",
    "MappedField",
    "MappedValue",
    "Message",
    "MessageTemplate",
    "Mute",
    "News",
    "Notification",
    "Preferences",
    "PutAside",
    "Route",
    "SyncRun",
]
