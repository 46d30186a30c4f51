"""Configuration in the Django admin, a file per noun."""

from integrations.admin import connections, hooks, mail, records  # noqa: F401 - registering is what it is for
from tickets.admin.dashboard import add_to_menu

add_to_menu(
    "Other systems",
    [
        ("Connections", "cable", "integrations_connection"),
        ("Deliveries", "outbox", "integrations_delivery"),
        ("Calls received", "inbox", "integrations_inboundevent"),
        ("Runs", "sync", "integrations_syncrun"),
        ("Webhooks out", "webhook", "integrations_hook"),
        ("Webhook calls", "send", "integrations_hookcall"),
        ("Letters held back", "mark_email_unread", "integrations_heldletter"),
        ("Mails", "mail", "integrations_mailmessage"),
        ("Dead addresses", "unsubscribe", "integrations_deadaddress"),
        ("Links", "link", "integrations_externallink"),
    ],
)
