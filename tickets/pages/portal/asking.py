"""Asking for help: the new ticket, with answers that may make it unnecessary."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from tickets import search
from tickets.actions.answering import open_ticket
from tickets.choices import Audience, Channel, Level
from tickets.errors import DomainError
from tickets.fields import TEXT_LENGTH, TITLE_LENGTH
from tickets.models import Article, Category, User
from tickets.models.knowledge import ArticleQuerySet
from tickets.pages.doors import PageRequest, back, page, signed_in
from tickets.pages.forms import custom_form_fields, custom_values, refuse
from tickets.pages.portal.tickets import portal_address

SUGGESTIONS = 4
HOW_BAD = (
    (Level.LOW, "I can work around it"),
    (Level.MEDIUM, "It slows me down"),
    (Level.HIGH, "I cannot do part of my work"),
    (Level.CRITICAL, "I cannot work at all"),
)


class AskForm(forms.Form):
    title = forms.CharField(
        label="What is wrong?",
        max_length=TITLE_LENGTH,
        help_text="One sentence, like “The printer on floor 2 prints empty pages”.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    description = forms.CharField(
        label="Tell us more",
        required=False,
        max_length=TEXT_LENGTH,
        help_text="What did you do, what happened, since when? You can use Markdown.",
        widget=forms.Textarea({"rows": 7}),
    )
    urgency = forms.ChoiceField(
        label="How much does it hold you up?", choices=HOW_BAD, initial=Level.MEDIUM, widget=forms.RadioSelect
    )
    category = forms.ModelChoiceField(
        label="What is it about?", queryset=Category.objects.none(), required=False, empty_label="I do not know"
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories = Category.objects.filter(is_active=True)
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]
        self.custom = custom_form_fields(user, portal=True)
        self.fields.update(self.custom)

    @property
    def extra(self) -> list[Any]:
        """The bound custom fields, in the desk's order."""
        return [self[name] for name in self.custom]

    def wishes(self) -> dict[str, Any]:
        """Return what the action takes."""
        given = {name: self.cleaned_data[name] for name in ("title", "description", "urgency", "category")}
        return given | {"custom_fields": custom_values(self.cleaned_data)}


@signed_in
def new_ticket(request: PageRequest) -> HttpResponse:
    form = AskForm(request.user, request.POST if request.method == "POST" else None, initial=_given(request))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            ticket = open_ticket(
                by=request.user, via=Channel.PORTAL, fields=form.wishes(), files=request.FILES.getlist("files")
            )
        except DomainError as error:
            refuse(form, error)
            status = error.status
        else:
            messages.success(request, f"{ticket.reference} has reached us. We answer here and by e-mail.")
            return back(request, portal_address(ticket))
    elif request.method == "POST":
        status = 400
    title = form["title"].value() or ""
    context = {"form": form, "articles": suggestions(title), "had_files": bool(request.FILES)}
    return page(request, "portal/new.html", context, status=status)


def _given(request: PageRequest) -> dict[str, str]:
    return {"title": request.GET.get("title", "")[:TITLE_LENGTH]}


@signed_in
def suggested(request: PageRequest) -> HttpResponse:
    """Answer the typing: articles that may help with this title."""
    context = {"articles": suggestions(request.GET.get("title", ""))}
    return page(request, "portal/new.html", context, fragment="suggestions")


def suggestions(title: str) -> list[Article]:
    """Return the few articles for everyone that come closest to what is being typed, best first."""
    if len(title.strip()) < 3:
        return []
    return search.similar_articles(readable(), title, SUGGESTIONS)


def readable() -> ArticleQuerySet:
    """What requesters read; the portal shows staff no more than that."""
    return Article.objects.published().filter(audience=Audience.EVERYONE).select_related("published", "category")
