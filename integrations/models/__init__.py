from integrations.models.connection import Connection
from integrations.models.delivery import Delivery
from integrations.models.hook import Hook, HookCall
from integrations.models.inbound import InboundEvent, SyncRun
from integrations.models.link import Disagreement, ExternalLink, ExternalPart
from integrations.models.mail import DeadAddress, HeldLetter, MailAddress, MailMessage
from integrations.models.mapping import MappedField, MappedValue

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
    "MailAddress",
    "MailMessage",
    "MappedField",
    "MappedValue",
    "SyncRun",
]
