"""The desk's own words for notifications, with a preview that follows what is typed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from integrations.actions.templates import remove_template, save_template
from integrations.choices import Kind, Language
from integrations.models import MessageTemplate
from integrations.notifications.placeholders import NAMES, unknown
from integrations.notifications.preview import previewed
from integrations.notifications.wording import Worded
from integrations.notifications.words import BUILT_IN, ENGLISH
from tickets.admin.base import ConfiguredAdmin, ModelForm, actor, display
from tickets.models import Ticket, User


class TemplateForm(ModelForm):
    """`sample` is the ticket that the preview speaks of; it is not kept."""

    kind = forms.ChoiceField(choices=[(kind, kind.label) for kind in ENGLISH], widget=UnfoldAdminSelectWidget())
    sample = forms.CharField(
        required=False,
        max_length=20,
        label="Ticket to try it on",
        help_text="As in T-1042; empty: the newest.",
        widget=UnfoldAdminTextInputWidget(),
    )

    class Meta:
        model = MessageTemplate
        fields = ["kind", "language", "subject", "text"]

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        for field in ("subject", "text"):
            if wrong := unknown(cleaned.get(field, "")):
                self.add_error(field, f"Nothing is known as {', '.join(wrong)}.")
        return cleaned


@admin.register(MessageTemplate)
class TemplateAdmin(ConfiguredAdmin):
    form = TemplateForm
    list_display = ["kind", "language", "subject"]
    list_filter = ["language"]
    search_fields = ["subject", "text"]
    readonly_fields = ["known", "preview"]
    fieldsets = [
        (None, {"fields": [("kind", "language"), "subject", "text", "known"]}),
        ("How it reads", {"fields": ["sample", "preview"]}),
    ]

    def get_urls(self) -> Any:
        shown = self.admin_site.admin_view(self.show)
        return [path("preview/", shown, name="integrations_messagetemplate_preview"), *super().get_urls()]

    @display(description="Placeholders")
    def known(self, template: MessageTemplate) -> str:
        return ", ".join(f"{{{{ {name} }}}}" for name in NAMES)

    @display(description="Preview")
    def preview(self, template: MessageTemplate) -> SafeString:
        url = reverse("admin:integrations_messagetemplate_preview")
        return render_to_string("admin/integrations/template_preview.html", {"url": url})

    def show(self, request: HttpRequest) -> HttpResponse:
        """Answer with what the form at hand would say."""
        given = request.POST
        row = MessageTemplate(
            kind=given.get("kind", ""),
            language=given.get("language", ""),
            subject=given.get("subject", "")[:200],
            text=given.get("text", "")[:5_000],
        )
        reference = given.get("sample", "")
        tickets = Ticket.objects.by_reference(reference) if reference else Ticket.objects.order_by("-pk")
        ticket = tickets.first()
        problem = "" if ticket else "There is no such ticket."
        if wrong := unknown(row.subject + row.text):
            problem = f"Nothing is known as {', '.join(wrong)}."
        sane = row.kind in ENGLISH and row.language in Language.values
        words = previewed_of(row, ticket, actor(request)) if ticket and sane else None
        context = {"words": words, "problem": problem}
        return HttpResponse(render_to_string("admin/integrations/template_words.html", context))

    def save_model(self, request: HttpRequest, obj: MessageTemplate, form: Any, change: bool) -> None:
        fields = {name: form.cleaned_data[name] for name in ("kind", "language", "subject", "text")}
        kept = MessageTemplate.objects.get(pk=obj.pk) if change else None
        obj.pk = save_template(by=actor(request), fields=fields, template=kept).pk

    def delete_model(self, request: HttpRequest, obj: MessageTemplate) -> None:
        remove_template(by=actor(request), template=obj)


def previewed_of(row: MessageTemplate, ticket: Ticket, reader: User) -> Worded:
    """Return how a template reads; an empty one as the built-in words do."""
    kind, language = Kind(row.kind), Language(row.language)
    subject, text = BUILT_IN[language][kind]
    return previewed((row.subject or subject, row.text or text), kind, language, ticket=ticket, reader=reader)
