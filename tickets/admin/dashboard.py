"""The first page of the admin and the menu beside every page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from tickets.admin.work import quarantined
from tickets.choices import Role
from tickets.models import Invitation, Ticket, User

MENU: list[tuple[str, list[tuple[str, str, str]]]] = [
    (
        "People",
        [
            ("People", "group", "tickets_user"),
            ("Invitations", "mail", "tickets_invitation"),
            ("Organizations", "apartment", "tickets_organization"),
            ("Teams", "groups", "tickets_team"),
            ("Technicians", "engineering", "tickets_technician"),
            ("Skills", "school", "tickets_skill"),
            ("Lock-outs", "lock", "axes_accessattempt"),
        ],
    ),
    (
        "Tickets",
        [
            ("Categories", "account_tree", "tickets_category"),
            ("Custom fields", "edit_note", "tickets_customfield"),
            ("Tags", "label", "tickets_tag"),
            ("Macros", "bolt", "tickets_macro"),
            ("Saved views", "filter_list", "tickets_savedview"),
            ("Articles", "menu_book", "tickets_article"),
        ],
    ),
    (
        "Records",
        [
            ("Tickets", "confirmation_number", "tickets_ticket"),
            ("Events", "history", "tickets_ticketevent"),
            ("Comments", "forum", "tickets_comment"),
            ("Files", "attach_file", "tickets_attachment"),
        ],
    ),
    (
        "Work",
        [
            ("Mail", "outgoing_mail", "tickets_outgoingmail"),
            ("File jobs", "plagiarism", "tickets_filejob"),
            ("Imports", "upload_file", "tickets_importjob"),
            ("Schedules", "schedule", "django_celery_beat_periodictask"),
        ],
    ),
]


def add_to_menu(title: str, entries: list[tuple[str, str, str]]) -> None:
    """Add the pages of a room further right, before the records."""
    at = next(number for number, (name, _) in enumerate(MENU) if name == "Records")
    MENU.insert(at, (title, entries))


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups of the side menu."""
    groups: list[dict[str, Any]] = [
        {
            "title": title,
            "separator": True,
            "items": [
                {"title": name, "icon": icon, "link": reverse(f"admin:{route}_changelist")}
                for name, icon, route in entries
            ],
        }
        for title, entries in MENU
    ]
    stuck = {"title": "Overview", "icon": "monitor_heart", "link": reverse("admin_work")}
    groups[-1]["items"] = [stuck | ({"badge": str(quarantined() or "")}), *groups[-1]["items"]]
    first = {"items": [{"title": "Start", "icon": "home", "link": reverse("admin:index")}]}
    return [first, *groups]


def figures(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what an admin wants to see first."""
    people = User.objects.filter(is_active=True)
    stuck = quarantined()
    context["figures"] = [
        ("Active people", people.count(), reverse("admin:tickets_user_changelist") + "?is_active__exact=1"),
        ("Of them staff", people.exclude(role=Role.REQUESTER).count(), reverse("admin:tickets_technician_changelist")),
        (
            "Open invitations",
            sum(invitation.is_open for invitation in Invitation.objects.filter(accepted_at=None)),
            reverse("admin:tickets_invitation_changelist") + "?state=open",
        ),
        ("Unresolved tickets", Ticket.objects.unresolved().count(), reverse("queue")),
        ("Stuck work", stuck, reverse("admin_work")),
    ]
    return context
