"""The admin: who gets in, every page of it, and that its writes keep to the rules."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from axes.models import AccessAttempt
from django.contrib import admin
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask
from openpyxl import Workbook, load_workbook

import tickets.tasks  # noqa: F401 - a worker has loaded what carries work out
from ai.actions.learned import Trained, keep_version
from ai.actions.tokens import create_token
from ai.choices import AgentType, Learning
from ai.config import setting_of
from ai.models import (
    AIRun,
    DispatchRule,
    FieldSuggestion,
    ModelBudget,
    ModelProvider,
    Proposal,
    SecondOpinion,
    ToolCall,
)
from analytics.models import Report, ReportRun
from integrations.actions.connect import save_connection
from integrations.actions.hand_on import hand_on
from integrations.actions.hooks import save_hook
from integrations.actions.linking import link_ticket
from integrations.actions.routes import save_route
from integrations.actions.spread import spread
from integrations.actions.sync import ask_for_sync
from integrations.actions.templates import save_template
from integrations.choices import HeldBecause
from integrations.models import (
    DeadAddress,
    HeldLetter,
    HookCall,
    InboundEvent,
    InboundFile,
    MailMessage,
    News,
    PutAside,
)
from integrations.provider import RemoteRef
from sla.actions.calendars import save_calendar
from sla.actions.clocks import backfill
from sla.actions.policies import save_policy
from sla.actions.rules import save_rule
from sla.actions.waive import waive_breaches
from sla.actions.watch import watch
from sla.models import Breach
from tests.conftest import PASSWORD
from tickets import work
from tickets.actions.conversation import add_comment
from tickets.actions.files import attach_file
from tickets.actions.invitations import invite_user
from tickets.actions.knowledge import write_article
from tickets.actions.tickets import change_ticket
from tickets.admin.spreadsheets import ROWS_AT_MOST, UNPACKED_AT_MOST
from tickets.choices import Channel, WorkState
from tickets.models import (
    Category,
    CustomField,
    ImportJob,
    Invitation,
    Macro,
    Organization,
    OutgoingMail,
    SavedView,
    Skill,
    Tag,
    Technician,
    Ticket,
    User,
)

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


def route(model, page):
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"


@pytest.fixture
def boss(ada, client):
    client.force_login(ada)
    return client


@pytest.fixture
def desk(ticket, tess, carl, mona, acme):
    """Something of every kind."""
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="On it")
    Category.objects.create(name="Hardware")
    Tag.objects.create(name="vip")
    Skill.objects.create(name="Printers")
    CustomField.objects.create(key="asset", label="Asset", kind="text")
    office = save_calendar(by=mona, fields={"name": "Office", "zone": "UTC", "windows": {"monday": ["09:00-17:00"]}})
    break_a_promise(ticket, mona, office)
    Macro.objects.create(name="Thanks", owner=tess, text="Thank you.")
    SavedView.objects.create(name="Mine", owner=tess, query="assignee=me")
    write_article(by=tess, fields={"title": "Printers", "body": "Turn it off and on."})
    attach_file(ticket=ticket, by=tess, via=Channel.WEB, file=ContentFile(b"text", name="a.txt"))
    every = IntervalSchedule.objects.create(every=2, period="seconds")
    PeriodicTask.objects.create(name="Sweep", task="tickets.sweep_work", interval=every)
    CrontabSchedule.objects.create()
    ClockedSchedule.objects.create(clocked_time=timezone.now())
    AccessAttempt.objects.create(username="carl", ip_address="203.0.113.9", failures_since_start=3)
    ImportJob.objects.create(format="csv", source="old", file="imports/a.csv", started_by=mona)
    invite_user(by=mona, email="new@example.com")
    stuck_mail()
    DispatchRule.objects.create(name="Night shift")
    trained = Trained({}, {}, {"auc": 0.8}, 9, True, "Better.")
    keep_version(kind=Learning.RISK, trained=trained, now=timezone.now())
    language_models(ticket, tess)
    said = {"field": "priority", "value": "high", "confidence": 0.6, "source": "rule", "made_at": timezone.now()}
    FieldSuggestion.objects.create(ticket=ticket, **said)
    SecondOpinion.objects.create(ticket=ticket)
    other_systems(ticket, mona)
    letters(ticket)
    notifications(ticket, mona)
    reports(mona)


def letters(ticket):
    sent = {"message_id": "<1@example.com>", "ticket": ticket, "direction": "out", "address": "carl@example.com"}
    MailMessage.objects.create(**sent)
    event = InboundEvent.objects.get()
    HeldLetter.objects.create(event=event, reason=HeldBecause.BOUNCE)
    DeadAddress.objects.create(address="gone@example.com")


def notifications(ticket, mona):
    save_route(by=mona, fields={"name": "Notes", "kinds": ["note"], "person": mona.pk})
    save_template(by=mona, fields={"kind": "note", "subject": "Note", "text": "{{ comment.text }}"})
    change_ticket(ticket=ticket, by=mona, via=Channel.WEB, changes={"status": "resolved", "resolution": "Put out."})
    for row in News.objects.all():
        spread(row)


def other_systems(ticket, mona):
    github = {"provider": "github", "settings": {"repository": "acme/desk"}, "credentials": {"token": "t"}}
    connection = save_connection(by=mona, fields={"name": "Code", **github})
    hand_on(ticket=ticket, connection=connection, by=mona)
    link = link_ticket(
        Ticket.objects.get(), connection, RemoteRef("1", "#1", "https://github.com/acme/desk/issues/1"), {}, None, mona
    )
    PutAside.objects.create(
        connection=connection, kind="comment", remote_id="7", why="No text.", raw="{}", last_at=timezone.now()
    )
    InboundFile.objects.create(link=link, remote_id="1", filename="flames.txt", url="https://github.com/f/1")
    InboundEvent.objects.create(connection=connection, delivery_id="1", digest="1", body=b"{}")
    ask_for_sync(by=mona, connection=connection)
    hook = save_hook(by=mona, fields={"name": "Wallboard", "url": "https://board.example.com"})
    HookCall.objects.create(hook=hook, kind="ping")


def reports(mona):
    report = Report.objects.create(name="Monday", owner=mona, formats=["csv"])
    ReportRun.objects.create(report=report, asked_by=mona)


def language_models(ticket, tess):
    ModelProvider.objects.create(name="own", kind="compatible", model="qwen3:8b", base_url="http://127.0.0.1:11434/v1")
    ModelBudget.objects.create(pk=1)
    config = setting_of(AgentType.SUMMARY).config
    given = {"agent": AgentType.SUMMARY, "user": tess, "channel": Channel.WEB, "started_at": timezone.now()}
    run = AIRun.objects.create(config=config, ticket=ticket, **given)
    ToolCall.objects.create(tool="get_ticket", user=tess, run=run, ticket=ticket, code="ok")
    Proposal.objects.create(run=run, user=tess, tool="add_comment", arguments={})
    create_token(by=tess, name="Laptop")


def break_a_promise(ticket, mona, office):
    promised = {"calendar": office.pk, "is_default": True, "targets": {"resolution": {"medium": "1 h"}}}
    save_policy(by=mona, fields={"name": "Standard", **promised}, scope="open")
    save_rule(by=mona, fields={"name": "Managers", "notify_managers": True})
    backfill([ticket.pk], timezone.now())
    watch(timezone.now() + timedelta(days=14))
    waive_breaches(by=mona, via=Channel.WEB, fields={"reason": "Storm", "breaches": [Breach.objects.get().pk]})


def stuck_mail(**fields):
    given = {
        "recipients": ["a@example.com"],
        "sender": "desk@example.com",
        "subject": "Hello",
        "message": b"Subject: x",
    }
    now = timezone.now()
    return OutgoingMail.objects.create(
        **given, state=WorkState.QUARANTINED, attempts=8, finished_at=now, last_error="SMTPError: no", **fields
    )


def person_form(person, **changes):
    fields = ["name", "email", "username", "role", "ticket_scope", "time_zone", "theme", "signature"]
    data = {field: getattr(person, field) for field in fields} | {"organization": person.organization_id or ""}
    if person.is_active:
        data["is_active"] = "on"
    return {**data, **changes}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_page_opens_for_an_admin(model, boss, desk):
    assert boss.get(reverse(route(model, "changelist"))).status_code == 200
    assert boss.get(reverse(route(model, "changelist")), {"q": "1"}).status_code == 200
    if admin.site._registry[model].has_add_permission(boss.get("/admin/").wsgi_request):
        assert boss.get(reverse(route(model, "add"))).status_code == 200
    rows = model._default_manager.all()[:2]
    assert rows
    for row in rows:
        assert boss.get(reverse(route(model, "change"), args=[row.pk])).status_code == 200
        assert boss.get(reverse(route(model, "history"), args=[row.pk])).status_code == 200


@pytest.mark.parametrize(
    "page", ["admin:index", "admin_work", "admin:tickets_user_changelist", "admin:tickets_user_import"]
)
def test_the_admin_is_for_admins(page, client, mona, tess, carl, ada):
    address = reverse(page)
    assert client.get(address, follow=True).redirect_chain[-1][0].startswith(reverse("account_login"))
    for person in (mona, tess, carl):
        client.force_login(person)
        assert client.get(address, follow=True).status_code == 403
    client.force_login(ada)
    assert client.get(address).status_code == 200


def test_the_admin_has_no_door_of_its_own(ada, client):
    answer = client.post(reverse("admin:login"), {"username": "ada", "password": PASSWORD, "next": "/admin/"})
    assert answer["Location"].startswith(reverse("account_login"))
    assert client.get("/admin/").status_code == 302
    client.force_login(ada)
    assert client.post(reverse("admin:logout"))["Location"] == reverse("account_login")
    assert client.get("/admin/").status_code == 302


def test_only_the_admin_may_evaluate_scripts(boss):
    assert "unsafe-eval" in boss.get("/admin/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in boss.get("/admin/")["Content-Security-Policy"]
    assert "unsafe" not in boss.get(reverse("account_change_password"))["Content-Security-Policy"]


def test_adding_a_person(boss, ada, acme):
    form = {"name": "Zoe", "email": "Zoe@Example.com", "organization": acme.pk, "role": "technician"}
    form |= {"ticket_scope": "standard", "time_zone": "Europe/Berlin", "username": ""}
    answer = boss.post(reverse("admin:tickets_user_add"), form)
    zoe = User.objects.get(email="zoe@example.com")
    assert answer.status_code == 302
    assert (zoe.username, zoe.role, zoe.organization, zoe.has_usable_password()) == ("zoe", "technician", acme, False)
    assert EmailAddress.objects.get(user=zoe).verified
    assert zoe.history.get().history_user == ada
    again = boss.post(reverse("admin:tickets_user_add"), form)
    assert "Somebody else has this address" in again.text


def test_changing_a_person_leaves_a_trail(boss, ada, carl):
    boss.post(
        reverse("admin:tickets_user_change", args=[carl.pk]), person_form(carl, name="Carl C.", role="technician")
    )
    carl.refresh_from_db()
    assert (carl.name, carl.role) == ("Carl C.", "technician")
    assert carl.history.first().history_user == ada
    assert "Carl C." in boss.get(reverse("admin:tickets_user_history", args=[carl.pk])).text


def test_bad_values_of_a_person_stand_beside_their_field(boss, carl, gina):
    answer = boss.post(reverse("admin:tickets_user_change", args=[carl.pk]), person_form(carl, username="GINA"))
    assert (answer.status_code, "This name is taken" in answer.text) == (200, True)


def test_the_last_admin_stays_an_admin(boss, ada):
    page = reverse("admin:tickets_user_change", args=[ada.pk])
    for form in (person_form(ada, role="manager"), {k: v for k, v in person_form(ada).items() if k != "is_active"}):
        answer = boss.post(page, form, follow=True)
        assert answer.status_code == 200
        assert re.search("last active admin|cannot deactivate yourself", answer.text)
    ada.refresh_from_db()
    assert (ada.role, ada.is_active) == ("admin", True)


def test_deactivating_many_ends_sessions_and_tells_what_is_left(boss, ada, tess, carl, make_ticket, client):
    make_ticket(by=ada, assignee=tess.pk)
    theirs = type(client)()
    theirs.force_login(tess)
    form = {"action": "deactivate", "_selected_action": [tess.pk, carl.pk, ada.pk]}
    answer = boss.post(reverse("admin:tickets_user_changelist"), form, follow=True)
    assert "2 deactivated" in answer.text
    assert "cannot deactivate yourself" in answer.text
    assert "1 unresolved" in answer.text
    assert theirs.get(reverse("account_change_password")).status_code == 302
    assert set(User.objects.filter(is_active=False)) == {tess, carl}


def test_people_are_not_deleted(boss, carl):
    assert boss.get(reverse("admin:tickets_user_delete", args=[carl.pk])).status_code == 403


def test_sending_a_link_to_choose_a_password(boss, carl, settings):
    settings.EMAIL_BACKEND = "tickets.mail.StoredMailBackend"
    page = reverse("admin:tickets_user_send_password_link", args=[carl.pk])
    assert boss.get(page).status_code == 200
    assert not OutgoingMail.objects.exists()
    boss.post(page, {"_form_submitted": "True"})
    assert OutgoingMail.objects.get().recipients == ["carl@example.com"]


def test_inviting_and_revoking(boss, ada):
    form = {"email": "zoe@example.com", "role": "manager", "organization": ""}
    boss.post(reverse("admin:tickets_invitation_add"), form)
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.invited_by) == ("zoe@example.com", "manager", ada)
    assert invitation.token not in boss.get(reverse("admin:tickets_invitation_change", args=[invitation.pk])).text
    boss.post(reverse("admin:tickets_invitation_changelist"), {"action": "revoke", "_selected_action": [invitation.pk]})
    invitation.refresh_from_db()
    assert not invitation.is_open


def test_an_organization_with_its_domains(boss, ada):
    form = {"name": "Initech", "tier": "gold", "time_zone": "Asia/Tokyo", "is_active": "on", "notes": ""}
    rows = {"domains-TOTAL_FORMS": 1, "domains-INITIAL_FORMS": 0, "domains-0-domain": "initech.example"}
    boss.post(reverse("admin:tickets_organization_add"), form | rows)
    initech = Organization.objects.get(name="Initech")
    assert [row.domain for row in initech.domains.all()] == ["initech.example"]
    assert initech.history.get().history_user == ada
    bad = boss.post(
        reverse("admin:tickets_organization_add"), form | rows | {"name": "X", "domains-0-domain": "No Way"}
    )
    assert "in lower case" in bad.text


def test_a_choice_is_written_line_by_line_and_keeps_its_key(boss):
    form = {"label": "Device", "key": "device", "kind": "choice", "position": 0, "options": "Laptop\n\n Phone \nPhone"}
    boss.post(reverse("admin:tickets_customfield_add"), form)
    field = CustomField.objects.get()
    assert field.options == ["Laptop", "Phone"]
    page = reverse("admin:tickets_customfield_change", args=[field.pk])
    boss.post(page, form | {"key": "other", "label": "Thing"})
    field.refresh_from_db()
    assert (field.key, field.label) == ("device", "Thing")
    empty = boss.post(reverse("admin:tickets_customfield_add"), form | {"key": "b", "options": ""})
    assert "at least one option" in empty.text


def test_a_technician_with_skills_hours_and_time_off(boss, mona):
    skill = Skill.objects.create(name="Printers")
    form = {"user": mona.pk, "max_load": 12, "teams": []}
    form |= {"skills-TOTAL_FORMS": 1, "skills-INITIAL_FORMS": 0, "skills-0-skill": skill.pk}
    form |= {"skills-0-proficiency": 8, "skills-0-certifications": "CompTIA A+\nITIL"}
    form |= {"availability-TOTAL_FORMS": 1, "availability-INITIAL_FORMS": 0, "availability-0-weekday": 0}
    form |= {"availability-0-starts": "09:00", "availability-0-ends": "17:00"}
    form |= {"time_off-TOTAL_FORMS": 1, "time_off-INITIAL_FORMS": 0, "time_off-0-first_day": "2026-12-24"}
    form |= {"time_off-0-last_day": "2026-12-31", "time_off-0-reason": "Holidays"}
    boss.post(reverse("admin:tickets_technician_add"), form)
    technician = Technician.objects.get(user=mona)
    assert technician.skills.get().certifications == ["CompTIA A+", "ITIL"]
    assert (technician.availability.count(), technician.time_off.count()) == (1, 1)
    bad = boss.post(
        reverse("admin:tickets_technician_change", args=[technician.pk]),
        form | {"availability-0-ends": "08:00", "time_off-0-last_day": "2026-12-01"},
    )
    assert bad.status_code == 200


def test_a_category_cannot_stand_below_itself(boss):
    top = Category.objects.create(name="Hardware")
    below = Category.objects.create(name="Printers", parent=top)
    page = reverse("admin:tickets_category_change", args=[top.pk])
    assert "not below this category" in boss.post(page, {"name": "Hardware", "parent": below.pk}).text


def test_a_macro_changes_only_what_exists(boss, ada):
    form = {
        "name": "Wait",
        "owner": ada.pk,
        "sharing": "shared",
        "position": 0,
        "is_active": "on",
        "text": "",
        "team": "",
    }
    bad = boss.post(reverse("admin:tickets_macro_add"), form | {"changes": '{"status": "asleep"}'})
    assert "Choose one of" in bad.text
    boss.post(reverse("admin:tickets_macro_add"), form | {"changes": '{"status": "pending"}'})
    assert Macro.objects.get().changes == {"status": "pending"}


def test_a_schedule_is_added_and_paused(boss):
    every = IntervalSchedule.objects.create(every=1, period="days")
    form = {"name": "Nightly", "regtask": "", "task": "tickets.sweep_work", "enabled": "on", "interval": every.pk}
    form |= {"args": "[]", "kwargs": "{}", "headers": "{}", "description": ""}
    boss.post(reverse("admin:django_celery_beat_periodictask_add"), form)
    task = PeriodicTask.objects.get()
    chosen = {"action": "disable_tasks", "_selected_action": [task.pk]}
    boss.post(reverse("admin:django_celery_beat_periodictask_changelist"), chosen)
    task.refresh_from_db()
    assert (task.task, task.interval, task.enabled) == ("tickets.sweep_work", every, False)


def test_deleting_a_lock_out_lets_the_person_in(boss, carl, client, settings):
    theirs = type(client)()
    given = {"login": "carl", "password": "wrong"}
    for _ in range(settings.AXES_FAILURE_LIMIT + 1):
        answer = theirs.post(reverse("account_login"), given)
    assert answer.status_code == 429
    locked = AccessAttempt.objects.get()
    boss.post(reverse("admin:axes_accessattempt_delete", args=[locked.pk]), {"post": "yes"})
    assert theirs.post(reverse("account_login"), given | {"password": PASSWORD}).status_code == 302


def test_tickets_cannot_be_written_here(boss, ticket):
    page = reverse("admin:tickets_ticket_change", args=[ticket.pk])
    assert boss.post(page, {"title": "mine"}).status_code == 403
    assert boss.get(reverse("admin:tickets_ticket_delete", args=[ticket.pk])).status_code == 403


def test_a_tag_in_use_stays(boss, make_ticket, tess):
    make_ticket(by=tess, tags=["vip"])
    free = Tag.objects.create(name="free")
    used = Tag.objects.get(name="vip")
    assert boss.get(reverse("admin:tickets_tag_delete", args=[used.pk])).status_code == 403
    form = {"action": "delete_selected", "_selected_action": [used.pk, free.pk], "post": "yes"}
    boss.post(reverse("admin:tickets_tag_changelist"), form)
    boss.post(reverse("admin:tickets_tag_delete", args=[free.pk]), {"post": "yes"})
    assert list(Tag.objects.all()) == [used]


def test_people_leave_as_a_file_without_passwords_and_formulas(boss, make_user):
    make_user("Eve", username="eve")
    User.objects.filter(username="eve").update(name='=HYPERLINK("http://x")')
    answer = boss.post(reverse("admin:tickets_user_export"), {"format": "0"} | export_fields())
    text = answer.content.decode()
    assert answer["Content-Type"] == "text/csv"
    assert "'=HYPERLINK" in text
    assert "password" not in text.splitlines()[0]
    assert "md5$" not in text


def export_fields():
    names = ["email", "username", "name", "role", "organization", "ticket_scope", "time_zone", "is_active"]
    return {f"peoplefile_{name}": "on" for name in names} | {"resource": "0"}


def upload(client, text):
    """Upload a file of people; returns the page with the preview."""
    file = SimpleUploadedFile("people.csv", text.encode(), "text/csv")
    return client.post(reverse("admin:tickets_user_import"), {"import_file": file, "format": "0"})


def confirm(client, preview, format="0"):
    given = {
        field: preview.context["confirm_form"].initial[field] for field in ("import_file_name", "original_file_name")
    }
    return client.post(
        reverse("admin:tickets_user_process_import"), given | {"format": format, "resource": ""}, follow=True
    )


def test_people_come_in_from_a_file(boss, ada, acme, carl):
    text = (
        "email,name,role,organization,password\nzoe@x.example,Zoe,technician,Acme,secret\nCARL@example.com,Carl C.,,,\n"
    )
    preview = upload(boss, text)
    assert not User.objects.filter(email="zoe@x.example").exists()
    confirm(boss, preview)
    zoe = User.objects.get(email="zoe@x.example")
    assert (zoe.name, zoe.role, zoe.organization, zoe.has_usable_password()) == ("Zoe", "technician", acme, False)
    assert zoe.history.first().history_user == ada
    carl.refresh_from_db()
    assert (carl.name, carl.role) == ("Carl C.", "requester")


def test_bad_rows_of_a_file_are_named_by_line_and_nothing_is_written(boss, ada):
    text = "email,name,role,organization,time_zone\nzoe@x.example,Zoe,,,\nnobody,N,king,Elsewhere,Mars\nada@example.com,Ada,manager,,\nx@x.example,X,,Nowhere,\n"
    preview = upload(boss, text)
    assert preview.status_code == 200
    assert "confirm_form" not in preview.context
    result = preview.context["result"]
    assert {row.number for row in result.invalid_rows} == {2, 3, 4}
    assert result.invalid_rows[0].field_specific_errors.keys() == {"email", "role", "organization", "time_zone"}
    for sentence in ("Choose one of admin", "no known time zone", "last active admin", "no organization called"):
        assert sentence in preview.text
    assert User.objects.count() == 1


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"name\nZoe\n", b"email,name\n\x00@x.example,Z\n"])
def test_files_that_are_no_list_of_people_are_refused(content, boss):
    file = SimpleUploadedFile("people.csv", content, "text/csv")
    answer = boss.post(reverse("admin:tickets_user_import"), {"import_file": file, "format": "0"})
    assert answer.status_code == 200
    assert User.objects.count() == 1


def workbook(*rows):
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def upload_workbook(client, content):
    file = SimpleUploadedFile("people.xlsx", content)
    return client.post(reverse("admin:tickets_user_import"), {"import_file": file, "format": "1"})


def test_people_go_out_and_come_back_as_a_spreadsheet(boss, acme, make_user):
    make_user("Eve", username="eve")
    User.objects.filter(username="eve").update(name='=HYPERLINK("http://x")')
    answer = boss.post(reverse("admin:tickets_user_export"), {"format": "1"} | export_fields())
    sheet = load_workbook(io.BytesIO(answer.content)).active
    cell = next(cell for row in sheet for cell in row if "HYPERLINK" in str(cell.value))
    assert (cell.value, cell.data_type) == ('\'=HYPERLINK("http://x")', "s")
    again = upload_workbook(boss, answer.content)
    assert {row.import_type for row in again.context["result"].rows} == {"skip"}  # nothing would change

    content = workbook(
        ["email", "name", "role", "organization"], ["zoe@x.example", 17, "technician", "Acme"], [], [None]
    )
    confirm(boss, upload_workbook(boss, content), format="1")
    zoe = User.objects.get(email="zoe@x.example")
    assert (zoe.name, zoe.role, zoe.organization) == ("17", "technician", acme)


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (UNPACKED_AT_MOST + 1))
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 nothing", b"email,name\n", bomb, lambda: workbook(*[["email"]] * (ROWS_AT_MOST + 2))],
    ids=["empty", "broken", "csv", "bomb", "long"],
)
def test_what_is_no_list_of_people_in_a_spreadsheet_is_refused(content, boss):
    page = upload_workbook(boss, content() if callable(content) else content)
    assert page.status_code == 200
    assert page.context["form"].errors["import_file"]
    assert User.objects.count() == 1


def test_stuck_work_is_shown_and_given_another_try(boss, settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.filebased.EmailBackend"
    one, two, three = stuck_mail(), stuck_mail(), stuck_mail()
    page = boss.get(reverse("admin_work"))
    assert "SMTPError: no" in page.text
    boss.post(reverse("admin_work"), {"kind": "tickets.OutgoingMail", "row": [one.pk], "some": ""})
    boss.post(reverse("admin:tickets_outgoingmail_changelist"), {"action": "run_again", "_selected_action": [two.pk]})
    work.run_due()
    states = dict(OutgoingMail.objects.values_list("pk", "state"))
    assert states == {one.pk: "done", two.pk: "done", three.pk: "quarantined"}
    boss.post(reverse("admin_work"), {"kind": "tickets.OutgoingMail", "all": ""})
    work.run_due()
    assert not OutgoingMail.objects.exclude(state="done").exists()


@pytest.mark.parametrize("kind", ["", "tickets.User", "nonsense", "a.b.c"])
def test_only_work_can_be_run_again(kind, boss):
    assert boss.post(reverse("admin_work"), {"kind": kind, "all": ""}).status_code == 404


def test_a_mail_shows_no_link_that_opens_an_account(boss, mona):
    invitation = invite_user(by=mona, email="zoe@example.com")
    mail = stuck_mail()
    mail.message = f"Subject: x\n\n{invitation.token}".encode()
    mail.save()
    assert invitation.token not in boss.get(reverse("admin:tickets_outgoingmail_change", args=[mail.pk])).text
