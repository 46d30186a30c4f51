"""Configuration in the Django admin, a file per noun."""

from integrations.admin import (  # noqa: F401 - registering is what they are for
    connections,
    hooks,
    mail,
    messages,
    records,
    routes,
    templates,
)
from tickets.admin.dashboard import add_to_menu

add_to_menu(
    "Notifications",
    [
        ("Routes", "fork_right", "integrations_route"),
        ("Templates", "edit_note", "integrations_messagetemplate"),
        ("Messages", "forward_to_inbox", "integrations_message"),
        ("News", "campaign", "integrations_news"),
    ],
)
add_to_menu(
    "Other systems",
    [
        ("Connections", "cable", "integrations_connection"),
        ("Deliveries", "outbox", "integrations_delivery"),
        ("Calls received", "inbox", "integrations_inboundevent"),
        ("Runs", "sync", "integrations_syncrun"),
        ("Rows put aside", "unknown_document", "integrations_putaside"),
        ("Webhooks out", "webhook", "integrations_hook"),
        ("Webhook calls", "send", "integrations_hookcall"),
        ("Letters held back", "mark_email_unread", "integrations_heldletter"),
        ("Mails", "mail", "integrations_mailmessage"),
        ("Dead addresses", "unsubscribe", "integrations_deadaddress"),
        ("Links", "link", "integrations_externallink"),
    ],
)
