"""What the admin pages of this room share."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from simple_history.admin import SimpleHistoryAdmin
from unfold import decorators
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminSelect2Widget, UnfoldAdminTextareaWidget

from tickets.errors import DomainError, Invalid
from tickets.models import User

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm  # takes no type at run time

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])
ZONES = [(zone, zone) for zone in sorted(available_timezones())]


def display(**options: Any) -> Callable[[F], F]:
    """Describe a column; unfold's decorator, with its type."""
    return cast(Callable[[F], F], decorators.display(**options))


def action(**options: Any) -> Callable[[F], F]:
    """Describe a button; unfold's decorator, with its type."""
    return cast(Callable[[F], F], decorators.action(**options))


def actor(request: HttpRequest) -> User:
    """Return the admin who is at it."""
    return cast(User, request.user)


class DeskAdmin(ModelAdmin):  # type: ignore[misc]
    """A form whose refusals by an action come back as a message, with nothing written."""

    list_per_page = 50
    show_full_result_count = False
    warn_unsaved_form = True
    list_filter_submit = True

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:
            self.message_user(request, sentence(error), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "time_zone":
            return forms.ChoiceField(choices=ZONES, initial="UTC", widget=UnfoldAdminSelect2Widget())
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def each(self, request: HttpRequest, rows: Any, action: Callable[[Any], Any], done: str) -> None:
        """Carry out an action on each row, telling how many were done and why others were not."""
        count = 0
        for row in rows:
            try:
                action(row)
                count += 1
            except DomainError as error:
                self.message_user(request, f"{row}: {sentence(error)}", messages.ERROR)
        if count:
            self.message_user(request, f"{count} {done}.", messages.SUCCESS)


class ConfiguredAdmin(SimpleHistoryAdmin, DeskAdmin):  # type: ignore[misc]
    """Configuration whose changes leave an audit trail."""


class ReadOnlyAdmin(DeskAdmin):
    """Rows that only actions write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class Rows(TabularInline):  # type: ignore[misc]
    extra = 0
    tab = True


class ReadOnlyRows(Rows):
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class LinesField(forms.CharField):
    """A list of words, one on each line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=UnfoldAdminTextareaWidget({"rows": 5}), **{"required": False, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return list(dict.fromkeys(line.strip() for line in (value or "").splitlines() if line.strip()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data) != (initial or []))


def sentence(error: DomainError) -> str:
    """Return a refusal in one line."""
    if isinstance(error, Invalid):
        return " ".join(f"{field}: {' '.join(texts)}" for field, texts in error.errors.items())
    return error.detail


def link(url: str, text: Any) -> SafeString:
    return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', url, text)


def page_link(route: str, argument: Any, text: str) -> SafeString | str:
    """Return a link to a page of the product, or the bare text where it has no such page."""
    try:
        return link(reverse(route, args=[argument]), text)
    except NoReverseMatch:
        return text


def readable(value: Any) -> SafeString:
    """Return JSON as text that people can read."""
    return format_html('<pre class="whitespace-pre-wrap">{}</pre>', json.dumps(value, indent=2, ensure_ascii=False))


def refuse(form: ModelForm, check: Callable[[], T]) -> T | None:
    """Return what `check` answers; turn its refusal into errors of the form."""
    try:
        return check()
    except Invalid as error:
        for field, texts in error.errors.items():
            form.add_error(field if field in form.fields else None, texts)
    except DomainError as error:
        form.add_error(None, error.detail)
    return None


def back(request: HttpRequest, route: str, *arguments: Any) -> HttpResponse:
    """Send the browser on; a dialog asks by htmx, which needs to be told to leave the page."""
    url = reverse(route, args=arguments)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
