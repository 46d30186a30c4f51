"""Rules for a desk without history, which an admin changes at will; tickets that were there before are indexed."""

from typing import Any

from django.db import migrations

SUDDEN = {"priority": "critical", "urgency": "critical", "impact": "high"}
RULES: list[tuple[str, int, str, dict[str, Any]]] = [
    ("Many cannot work", 60, "outage, nobody can, everyone, everybody, all users, whole office, whole company, entire office, "
     "production is down, site is down, server is down, servers are down, network is down, completely down, "
     "alle benutzer, totalausfall", SUDDEN),
    ("Attack or loss", 65, "phishing, ransomware, malware, virus, hacked, suspicious mail, suspicious email, suspicious e-mail, "
     "data breach, compromised, stolen, lost laptop, lost phone",
     {"priority": "high", "urgency": "high", "category_name": "Security", "tags": ["security"]}),
    ("One person cannot work", 55, "cannot work, can't work, unable to work, urgent*, asap, immediately, as soon as possible, "
     "locked out, dringend*, sofort", {"priority": "high", "urgency": "high"}),
    ("A wish that can wait", 55, "no rush, no hurry, when you have time, whenever you have time, not urgent, nice to have, "
     "feature request", {"priority": "low", "urgency": "low", "impact": "low"}),
    ("Signing in", 60, "password*, passwort*, login, log in, sign in, signing in, sign-in, locked, account locked, mfa, "
     "authenticator, two-factor, kennwort", {"category_name": "Passwords and sign-in"}),
    ("Access", 50, "access, permission, permissions, access right*, shared folder, zugriff", {"category_name": "Access rights"}),
    ("VPN", 65, "vpn, remote access", {"category_name": "VPN"}),
    ("Wi-Fi", 65, "wifi, wi-fi, wlan, wireless", {"category_name": "Wi-Fi"}),
    ("Internet", 50, "internet, network, firewall, router, dns", {"category_name": "Network"}),
    ("Printing", 65, "printer*, printing, print, toner, scanner, drucker", {"category_name": "Printers"}),
    ("Mail", 55, "outlook, mailbox, email, e-mail, mail, exchange, calendar invite*", {"category_name": "Mail"}),
    ("Phones", 50, "phone, telephone, headset, mobile, iphone, android", {"category_name": "Phones"}),
    ("Devices", 55, "laptop*, notebook, monitor, keyboard, mouse, docking station, dock, battery", {"category_name": "Laptops"}),
    ("Backup", 65, "backup*, restore a file, deleted file, deleted folder", {"category_name": "Backup"}),
    ("Somebody joins", 60, "new starter*, new colleague*, new employee*, new hire*, onboarding", {"category_name": "Onboarding"}),
    ("Somebody leaves", 60, "leaver, leaves the company, last day, offboarding, resignation", {"category_name": "Offboarding"}),
    ("Licences", 60, "licence*, license*, subscription", {"category_name": "Licences"}),
    ("Office programs", 50, "excel, word, powerpoint, teams, onedrive, sharepoint", {"category_name": "Office apps"}),
]  # fmt: skip
FIELDS = ("category", "priority", "urgency", "impact", "team", "assignee", "tags")


def write(apps: Any, schema_editor: Any) -> None:
    Rule, Setting = apps.get_model("ai", "TriageRule"), apps.get_model("ai", "TriageSetting")
    for place, (name, confidence, words, says) in enumerate(RULES, start=1):
        listed = [word.strip() for word in words.split(",")]
        Rule.objects.create(name=name, position=10 * place, confidence=confidence, words=listed, **says)
    for field in FIELDS:
        Setting.objects.create(field=field)


def let_all_wait(_: Any, schema_editor: Any) -> None:
    schema_editor.execute("INSERT INTO ai_similarwaiting (ticket_id) SELECT id FROM tickets_ticket ORDER BY id")


class Migration(migrations.Migration):
    dependencies = [("ai", "0001_advice")]
    operations = [
        migrations.RunPython(write, migrations.RunPython.noop),
        migrations.RunPython(let_all_wait, migrations.RunPython.noop),
    ]
