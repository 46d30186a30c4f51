"""What a desk sets up once: the category tree, custom fields, macros and saved views."""

from tickets.choices import CustomFieldKind, Sharing
from tickets.demo.people import Cast
from tickets.models import Category, CustomField, Macro, SavedView

TREE = {
    "Accounts": ["Access rights", "Offboarding", "Onboarding", "Passwords and sign-in"],
    "Hardware": ["Laptops", "Meeting rooms", "Phones", "Printers"],
    "Mail": ["Delivery", "Mailboxes"],
    "Network": ["Firewall", "Internet line", "VPN", "Wi-Fi"],
    "Security": ["Lost devices", "Malware", "Phishing"],
    "Servers": ["Backup", "Database", "Hardware", "Performance", "Storage", "Updates"],
    "Software": ["ERP", "Licences", "Line of business", "Office apps"],
}
FIELDS = [
    ("asset_tag", "Asset tag", CustomFieldKind.TEXT, [], True, "On the sticker of the device, like NB-1042."),
    ("affected_people", "Affected people", CustomFieldKind.NUMBER, [], True, "How many cannot work properly."),
    ("operating_system", "Operating system", CustomFieldKind.CHOICE, ["Windows 11", "macOS", "Linux", "iOS", "Android"], False, ""),
    ("needed_by", "Needed by", CustomFieldKind.DATE, [], True, ""),
    ("on_site_visit", "On-site visit", CustomFieldKind.CHECKBOX, [], False, "Somebody has to go there."),
]  # fmt: skip
MACROS = [
    ("Ask for a screenshot", "Hello {{ requester.first_name }},\n\ncould you send us a screenshot of the message and the time at which it appeared? "
     "Then we can find it in the log.\n\n{{ me.first_name }}", {"status": "pending"}, False),
    ("Confirm and start", "Hello {{ requester.first_name }},\n\nwe have your request {{ ticket.reference }} and are working on it.\n\n{{ me.first_name }}",
     {"status": "in_progress"}, False),
    ("No answer for a week", "Hello {{ requester.first_name }},\n\nwe have not heard from you for a week and assume that the matter is settled. "
     "If not, just answer and the ticket opens again.\n\n{{ me.first_name }}",
     {"status": "resolved", "resolution": "No answer from the requester for a week."}, False),
    ("Suspicious mail: first steps", "Sessions ended, password reset forced, mail purged, sign-in log checked from the time of delivery.", {"priority": "high", "tags": ["phishing", "security"]}, True),
    ("Remote session", "Please start the support tool from your desktop and send us the nine digits that it shows.", {}, False),
    ("How to find the asset tag", "The asset tag is on the sticker below the device and looks like NB-1042.", {}, False),
    ("Thanks for reporting", "Thank you for telling us. Reports like yours keep everybody safe.", {}, False),
]  # fmt: skip
VIEWS = [
    ("My open tickets", "assignee=me&status=open&status=in_progress&status=pending&status=on_hold"),
    ("Unassigned", "assignee=none&status=open"),
    ("Urgent", "priority=critical&priority=high&status=open&status=in_progress&ordering=due_at"),
    ("Waiting for the customer", "status=pending&ordering=updated_at"),
    ("Due next", "status=open&status=in_progress&status=pending&status=on_hold&ordering=due_at"),
    ("Resolved lately", "status=resolved&ordering=-updated_at"),
]


def make_categories() -> dict[str, Category]:
    """Store the tree; returns the categories by their path."""
    found: dict[str, Category] = {}
    for name, children in TREE.items():
        parent = Category.objects.create(name=name)
        found[name] = parent
        rows = [Category(name=child, parent=parent, path=f"{name} / {child}") for child in children]
        found |= {row.path: row for row in Category.objects.bulk_create(rows)}
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
    Macro.objects.bulk_create(
        [
            Macro(name=name, owner=cast.manager, sharing=Sharing.SHARED, text=text, changes=changes, is_internal=internal, position=place)
            for place, (name, text, changes, internal) in enumerate(MACROS)
        ]
    )  # fmt: skip
    SavedView.objects.bulk_create(
        [
            SavedView(name=name, owner=cast.manager, sharing=Sharing.SHARED, query=query, position=place)
            for place, (name, query) in enumerate(VIEWS)
        ]
    )
    network = cast.teams["Network"]
    SavedView.objects.create(
        name="Network queue",
        owner=cast.manager,
        sharing=Sharing.TEAM,
        team=network,
        query=f"team={network.pk}&status=open&status=in_progress",
        position=len(VIEWS),
    )
