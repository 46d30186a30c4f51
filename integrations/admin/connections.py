"""Connections: one form for every system, with the fields that its own schema asks for."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from integrations.actions import connect, mail_addresses, sync
from integrations.admin.schema_fields import fields_of, given
from integrations.api.serializers import webhook_url
from integrations.choices import Ability, Health, SyncKind
from integrations.mail.mailboxes import PROVIDER as MAILBOX
from integrations.models import Connection, MailAddress, MappedField, MappedValue
from integrations.opened import can_it
from integrations.registry import PROVIDERS, label_of
from tickets.admin.base import ConfiguredAdmin, ModelForm, Rows, action, actor, back, display, link, sentence
from tickets.errors import DomainError, Invalid

HEALTH_COLOURS = {Health.WELL: "success", Health.FAILING: "danger", Health.REFUSED: "danger", Health.UNKNOWN: "info"}
OUT = ["hands_on", "organization", "team", "category", ("tag", "least_priority")]
PLAIN = (
    *("name", "owner", "is_enabled", "hands_on", "organization", "team", "category", "tag", "least_priority"),
    *("sends_comments", "sends_notes", "sends_files", "takes_comments", "takes_as_notes", "opens_tickets"),
    "sync_minutes",
)


class ConnectionForm(ModelForm):
    """The fixed part; a subclass for the system at hand adds its settings and credentials."""

    kind = ""

    class Meta:
        model = Connection
        fields = list(PLAIN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {**self.initial, **{f"settings.{name}": value for name, value in self.instance.settings.items()}}

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                connect.check_connection(kind=self.kind, connection=self._kept(), fields=said(cleaned, self.kind))
            except Invalid as error:
                for name, texts in error.errors.items():
                    self.add_error(name if name in self.fields else None, texts)
        return cleaned

    def _kept(self) -> Connection | None:
        return Connection.objects.get(pk=self.instance.pk) if self.instance.pk else None


def said(cleaned: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return what the form says, as the action takes it."""
    plain = {name: cleaned[name] for name in PLAIN if name in cleaned}
    return {
        **plain,
        "provider": kind,
        "settings": given(cleaned, "settings"),
        "credentials": given(cleaned, "credentials"),
    }


def _can_be_asked(object_id: str | None, kind: SyncKind) -> bool:
    """Return whether there is a button for such a run: not every system can be asked for everything."""
    connection = Connection.objects.filter(pk=object_id).first() if object_id else None
    return connection is not None and can_it(connection, sync.NEEDED[kind])


class FieldRows(Rows):
    model = MappedField


class ValueRows(Rows):
    model = MappedValue


class AddressRows(Rows):
    model = MailAddress
    autocomplete_fields = ["organization", "category"]


@admin.register(Connection)
class ConnectionAdmin(ConfiguredAdmin):
    list_display = ["name", "system", "health_label", "health_detail", "checked_at", "is_enabled"]
    list_filter = ["provider", "health", "is_enabled"]
    search_fields = ["name"]
    autocomplete_fields = ["owner", "organization", "category"]
    readonly_fields = ["which", "webhook", "health", "health_detail", "checked_at"]
    inlines = [FieldRows, ValueRows]
    actions_detail = ["try_it", "ask_now", "take_history", "compare", "renew_address"]

    def kind(self, request: HttpRequest, obj: Connection | None) -> str:
        """Return the system that the form is for."""
        if obj is not None:
            return obj.provider
        wanted = request.GET.get("system", "")
        return wanted if wanted in PROVIDERS else next(iter(PROVIDERS))

    def get_form(self, request: HttpRequest, obj: Connection | None = None, **kwargs: Any) -> Any:
        kind = self.kind(request, obj)
        own = fields_of(kind, is_new=obj is None)
        form = type("OneConnectionForm", (ConnectionForm,), {**own, "kind": kind})
        return super().get_form(request, obj, **{**kwargs, "form": form, "fields": list(PLAIN)})

    def get_fieldsets(self, request: HttpRequest, obj: Connection | None = None) -> Any:
        own = list(fields_of(self.kind(request, obj), is_new=obj is None))
        state = [("State", {"fields": ["webhook", ("health", "checked_at"), "health_detail"]})] if obj else []
        common = [
            (None, {"fields": ["which", "name", "owner", "is_enabled"]}),
            ("Where and as whom", {"fields": own}),
            *state,
        ]
        if self.kind(request, obj) == MAILBOX:
            return [*common, ("What comes from there", {"fields": ["sync_minutes"]})]
        return [
            *common,
            ("What goes there", {"fields": [*OUT, ("sends_comments", "sends_notes", "sends_files")]}),
            (
                "What comes from there",
                {"fields": [("takes_comments", "takes_as_notes", "opens_tickets"), "sync_minutes"]},
            ),
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"owner": request.user.pk, **super().get_changeform_initial_data(request)}

    def get_inlines(self, request: HttpRequest, obj: Connection | None) -> Any:
        if obj is None:
            return []  # a new one gets its system's usual mapping
        return [AddressRows] if obj.provider == MAILBOX else super().get_inlines(request, obj)

    @display(description="System")
    def which(self, connection: Connection) -> SafeString | str:
        if connection.pk:
            return connection.label
        links = ((link(f"?system={kind}", entry.label),) for kind, entry in PROVIDERS.items())
        return format_html("Choose before you fill in the rest: {}", format_html_join(" · ", "{}", links))

    @display(description="System", ordering="provider")
    def system(self, connection: Connection) -> str:
        return label_of(connection.provider)

    @display(description="Webhook's address")
    def webhook(self, connection: Connection) -> str:
        able = can_it(connection, Ability.WEBHOOK)
        return webhook_url(connection) if able else f"{connection.label} signs no calls; the desk asks instead."

    @display(description="Health", ordering="health", label=HEALTH_COLOURS)
    def health_label(self, connection: Connection) -> tuple[str, str]:
        return connection.health, Health(connection.health).label

    def save_model(self, request: HttpRequest, obj: Connection, form: Any, change: bool) -> None:
        fields = said(form.cleaned_data, form.kind)
        kept = Connection.objects.get(pk=obj.pk) if change else None
        obj.pk = connect.save_connection(by=actor(request), fields=fields, connection=kept).pk

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not MailAddress:
            super().save_formset(request, form, formset, change)
            return
        formset.save(commit=False)
        for address in formset.deleted_objects:
            mail_addresses.remove_address(by=actor(request), address=address)
        for address in [*(row for row, _ in formset.changed_objects), *formset.new_objects]:
            fields = {name: getattr(address, name) for name in mail_addresses.ADDRESS}
            kept = address if address.pk else None
            mail_addresses.save_address(by=actor(request), mailbox=form.instance, fields=fields, address=kept)

    def has_changes_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return _can_be_asked(object_id, SyncKind.CHANGES)

    def has_history_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return _can_be_asked(object_id, SyncKind.HISTORY)

    def has_check_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return _can_be_asked(object_id, SyncKind.CHECK)

    def delete_model(self, request: HttpRequest, obj: Connection) -> None:
        connect.remove_connection(by=actor(request), connection=obj)

    @action(
        description="Test",
        url_path="try-it",
        icon="network_check",
        dialog={
            "title": "Test the connection?",
            "description": "The other system is asked who we are there.",
            "form_class": None,
            "form_submit_text": "Test",
        },
    )
    def try_it(self, request: HttpRequest, form: forms.Form, object_id: str) -> HttpResponse:
        def done(row: Connection) -> str:
            there = connect.try_connection(by=actor(request), connection=row)
            facts = [f"{name}: {value}." for name, value in there.facts]
            return " ".join([f"Works. There we are {there.name}.", *facts])

        return self._do(request, object_id, done)

    @action(
        description="Ask what changed",
        permissions=["changes"],
        url_path="ask-now",
        icon="sync",
        dialog={
            "title": "Ask what changed?",
            "description": "A run begins at once, besides those that begin by themselves.",
            "form_class": None,
            "form_submit_text": "Ask",
        },
    )
    def ask_now(self, request: HttpRequest, form: forms.Form, object_id: str) -> HttpResponse:
        def done(row: Connection) -> str:
            sync.ask_for_sync(by=actor(request), connection=row)
            return "A run has begun."

        return self._do(request, object_id, done)

    @action(
        description="Take over everything",
        permissions=["history"],
        url_path="take-history",
        icon="history",
        dialog={
            "title": "Take over everything?",
            "description": "A ticket is written for every record there, with its past. Nobody is told.",
            "form_class": None,
            "form_submit_text": "Take over",
        },
    )
    def take_history(self, request: HttpRequest, form: forms.Form, object_id: str) -> HttpResponse:
        def done(row: Connection) -> str:
            sync.ask_for_sync(by=actor(request), connection=row, kind=SyncKind.HISTORY)
            return "A run through all that is there has begun."

        return self._do(request, object_id, done)

    @action(
        description="Compare everything",
        permissions=["check"],
        url_path="compare",
        icon="compare_arrows",
        dialog={
            "title": "Compare every linked ticket?",
            "description": "Each record is read again and brought in step; the run then tells what differed.",
            "form_class": None,
            "form_submit_text": "Compare",
        },
    )
    def compare(self, request: HttpRequest, form: forms.Form, object_id: str) -> HttpResponse:
        def done(row: Connection) -> str:
            sync.ask_for_sync(by=actor(request), connection=row, kind=SyncKind.CHECK)
            return "A comparison has begun. Its run tells what differed."

        return self._do(request, object_id, done)

    @action(
        description="Renew the webhook's address",
        url_path="renew-address",
        icon="autorenew",
        dialog={
            "title": "Renew the webhook's address?",
            "description": "The old one is known no more: give the new one to the other system.",
            "form_class": None,
            "form_submit_text": "Renew",
        },
    )
    def renew_address(self, request: HttpRequest, form: forms.Form, object_id: str) -> HttpResponse:
        def done(row: Connection) -> str:
            connect.renew_address(by=actor(request), connection=row)
            return "The old address is known no more. Give the new one to the other system."

        return self._do(request, object_id, done)

    def _do(self, request: HttpRequest, object_id: str, act: Any) -> HttpResponse:
        """Carry out a button's act and tell how it went."""
        try:
            self.message_user(request, act(Connection.objects.get(pk=object_id)), messages.SUCCESS)
        except DomainError as error:
            self.message_user(request, sentence(error), messages.ERROR)
        return back(request, "admin:integrations_connection_change", object_id)
