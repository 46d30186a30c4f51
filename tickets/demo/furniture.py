"""What a desk sets up once: the category tree, custom fields, macros and saved views."""

from typing import Any

from tickets.actions.views import save_macro, save_view
from tickets.choices import CustomFieldKind, Sharing
from tickets.demo.people import Cast
from tickets.models import Category, CustomField, Skill

TREE = {
    "Accounts": ["Access rights", "Offboarding", "Onboarding", "Passwords and sign-in"],
    "Hardware": ["Laptops", "Meeting rooms", "Phones", "Printers"],
    "Mail": ["Delivery", "Mailboxes"],
    "Network": ["Firewall", "Internet line", "VPN", "Wi-Fi"],
    "Security": ["Lost devices", "Malware", "Phishing"],
    "Servers": ["Backup", "Database", "Hardware", "Performance", "Storage", "Updates"],
    "Software": ["ERP", "Licences", "Line of business", "Office apps"],
}
SKILLS = {  # what it takes, by the path of the category
    "Accounts / Onboarding": "Onboarding",
    "Hardware / Laptops": "Windows",
    "Hardware / Phones": "Telephony",
    "Hardware / Printers": "Printers",
    "Mail / Delivery": "Mail",
    "Mail / Mailboxes": "Mail",
    "Network / Firewall": "Firewalls",
    "Network / VPN": "VPN",
    "Network / Wi-Fi": "Wi-Fi",
    "Security / Malware": "Security",
    "Security / Phishing": "Security",
    "Servers / Backup": "Backup",
    "Servers / Database": "SQL",
    "Servers / Storage": "Storage",
    "Software / ERP": "ERP",
    "Software / Licences": "Licences",
}
FIELDS = [
    ("asset_tag", "Asset tag", CustomFieldKind.TEXT, [], True, "On the sticker of the device, like NB-1042."),
    ("affected_people", "Affected people", CustomFieldKind.NUMBER, [], True, "How many cannot work properly."),
    ("operating_system", "Operating system", CustomFieldKind.CHOICE, ["Windows 11", "macOS", "Linux", "iOS", "Android"], False, ""),
    ("needed_by", "Needed by", CustomFieldKind.DATE, [], True, ""),
    ("on_site_visit", "On-site visit", CustomFieldKind.CHECKBOX, [], False, "Somebody has to go there."),
]  # fmt: skip
MACROS: list[tuple[str, str, dict[str, Any], bool]] = [
    (
        "Ask for a screenshot",
        "Hello {{ requester.first_name }},\n\ncould you send us a screenshot of the message and the time at which it appeared? "
        "Then we can find it in the log.\n\n{{ me.name }}",
        {"status": "pending"},
        False,
    ),
    (
        "Confirm and start",
        "Hello {{ requester.first_name }},\n\nwe have your request {{ ticket.reference }} and are working on it.\n\n{{ me.name }}",
        {"status": "in_progress"},
        False,
    ),
    (
        "No answer for a week",
        "Hello {{ requester.first_name }},\n\nwe have not heard from you for a week and assume that the matter is settled. "
        "If not, just answer and the ticket opens again.\n\n{{ me.name }}",
        {"status": "resolved", "resolution": "No answer from the requester for a week."},
        False,
    ),
    (
        "Suspicious mail: first steps",
        "Sessions ended, password reset forced, mail purged, sign-in log checked from the time of delivery.",
        {"priority": "high", "tags": ["phishing", "security"]},
        True,
    ),
    (
        "Remote session",
        "Please start the support tool from your desktop and send us the nine digits it shows.",
        {},
        False,
    ),
    (
        "How to find the asset tag",
        "The asset tag is on the sticker below the device and looks like NB-1042.",
        {},
        False,
    ),
    ("Thanks for reporting", "Thank you for telling us. Reports like yours keep everybody safe.", {}, False),
]
VIEWS = [
    ("Urgent", "status=unresolved&priority=critical,high&ordering=due_at"),
    ("Waiting for the customer", "status=pending&ordering=updated_at"),
    ("On hold", "status=on_hold&ordering=due_at"),
    ("Resolved lately", "status=resolved"),
    ("Bad ratings", "rating=1,2"),
]


def make_categories() -> dict[str, Category]:
    """Store the tree; returns the categories by their path."""
    found: dict[str, Category] = {}
    for name, children in TREE.items():
        parent = Category.objects.create(name=name)
        found[name] = parent
        rows = [Category(name=child, parent=parent, path=f"{name} / {child}") for child in children]
        found |= {row.path: row for row in Category.objects.bulk_create(rows)}
    skills = {skill.name: skill for skill in Skill.objects.filter(name__in=SKILLS.values())}
    asks = Category.skills.through
    asks.objects.bulk_create(
        [asks(category=found[path], skill=skills[name]) for path, name in SKILLS.items() if name in skills]
    )
    return found


def make_fields() -> None:
    CustomField.objects.bulk_create(
        [
            CustomField(
                key=key, label=label, kind=kind, options=options, on_portal=portal, help_text=text, position=place
            )
            for place, (key, label, kind, options, portal, text) in enumerate(FIELDS)
        ]
    )


def make_macros_and_views(cast: Cast) -> None:
    """Let the manager share macros and views with everybody, and one view with a team."""
    for name, text, changes, internal in MACROS:
        save_macro(
            by=cast.manager, name=name, text_template=text, changes=changes, internal=internal, sharing=Sharing.SHARED
        )
    for name, query in VIEWS:
        save_view(by=cast.manager, name=name, query=query, sharing=Sharing.SHARED)
    network = cast.teams["Network"]
    query = f"status=unresolved&team={network.pk}&ordering=due_at"
    save_view(by=cast.manager, name="Network by due date", query=query, sharing=Sharing.TEAM, team=network.pk)
