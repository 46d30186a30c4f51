from tickets.models.attachment import Attachment, FileJob
from tickets.models.classification import Category, CustomField, Tag
from tickets.models.conversation import Comment, TimeEntry
from tickets.models.event import TicketEvent
from tickets.models.idempotency import IdempotencyKey
from tickets.models.imports import ImportedRecord, ImportJob, ImportRefusal
from tickets.models.knowledge import Article, ArticleVersion
from tickets.models.mail import OutgoingMail
from tickets.models.people import Invitation, Organization, OrganizationDomain, User
from tickets.models.technician import Availability, Skill, Team, Technician, TechnicianSkill, TimeOff
from tickets.models.ticket import Ticket, TicketLink
from tickets.models.view import Macro, SavedView
from tickets.models.work import Work

__all__ = [
    "Article",
    "ArticleVersion",
    "Attachment",
    "Availability",
    "Category",
    "Comment",
    "CustomField",
    "FileJob",
    "IdempotencyKey",
    "ImportJob",
    "ImportRefusal",
    "ImportedRecord",
    "Invitation",
    "Macro",
    "Organization",
    "OrganizationDomain",
    "OutgoingMail",
    "SavedView",
    "Skill",
    "Tag",
    "Team",
    "Technician",
    "TechnicianSkill",
    "Ticket",
    "TicketEvent",
    "TicketLink",
    "TimeEntry",
    "TimeOff",
    "User",
    "Work",
]
