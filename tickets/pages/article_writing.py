"""Writing an article: a new one or the next version, with a preview, and both texts where somebody else was first."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from tickets.actions.knowledge import publish_article, write_article
from tickets.choices import Audience
from tickets.errors import Conflict, DomainError
from tickets.fields import TEXT_LENGTH
from tickets.models import Article, Category
from tickets.pages.articles import find
from tickets.pages.comparing import compare
from tickets.pages.doors import PageRequest, back, page, staff_only
from tickets.pages.forms import refuse
from tickets.text import render


class ArticleForm(forms.Form):
    title = forms.CharField(max_length=200, help_text="What a reader would ask or search for.")
    body = forms.CharField(
        label="Text", max_length=TEXT_LENGTH, widget=forms.Textarea({"rows": 20}), help_text="Markdown."
    )
    category = forms.ModelChoiceField(queryset=Category.objects.none(), required=False, empty_label="No category")
    audience = forms.ChoiceField(label="Who reads it", choices=Audience.choices, initial=Audience.EVERYONE)
    note = forms.CharField(label="What changed", max_length=200, required=False)
    base_version = forms.IntegerField(required=False, min_value=0, max_value=10**9, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.filter(is_active=True)  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "base_version"}


@staff_only
def new_article(request: PageRequest) -> HttpResponse:
    return _write(request, None)


@staff_only
def edit_article(request: PageRequest, slug: str) -> HttpResponse:
    return _write(request, find(request.user, slug))


def _write(request: PageRequest, article: Article | None) -> HttpResponse:
    """The buttons say what to do: preview, save as a draft, or publish at once."""
    if request.method != "POST":
        return _form(request, article, ArticleForm(initial=_present(article)))
    form = ArticleForm(request.POST)
    if request.POST.get("do") == "preview":
        preview = render(request.POST.get("body", "")[:TEXT_LENGTH])
        return _form(request, article, form if form.is_valid() else ArticleForm(initial=request.POST.dict()), preview)
    if not form.is_valid():
        return _form(request, article, form, status=400)
    try:
        written = write_article(
            by=request.user, fields=form.wishes(), article=article, base_version=form.cleaned_data["base_version"]
        )
        if request.POST.get("do") == "publish":
            publish_article(article=written, by=request.user)
    except Conflict as conflict:
        return _conflict(request, article, form, conflict)
    except DomainError as error:
        refuse(form, error)
        return _form(request, article, form, status=error.status)
    published = request.POST.get("do") == "publish"
    messages.success(
        request, "Published. Readers see it now." if published else "Saved. Publish it to show it to readers."
    )
    return back(request, reverse("article", args=[written.slug]))


def _present(article: Article | None) -> dict[str, Any]:
    if article is None or article.latest is None:
        return {}
    return {
        "title": article.latest.title,
        "body": article.latest.body,
        "category": article.category_id,
        "audience": article.audience,
        "base_version": article.latest.number,
    }


def _form(
    request: PageRequest, article: Article | None, form: ArticleForm, preview: str | None = None, status: int = 200
) -> HttpResponse:
    context = {"article": article, "form": form, "preview": preview}
    return page(
        request, "tickets/article_form.html", context, fragment="preview" if preview is not None else "", status=status
    )


def _conflict(request: PageRequest, article: Article | None, form: ArticleForm, conflict: Conflict) -> HttpResponse:
    """Show what the other person wrote beside one's own text; saving again then replaces theirs knowingly."""
    if article is None:
        refuse(form, conflict)
        return _form(request, article, form, status=conflict.status)
    article = find(request.user, article.slug)
    kept = request.POST.copy()
    kept["base_version"] = str(conflict.version or "")
    mine = ArticleForm(kept)
    latest = article.latest
    context = {
        "article": article,
        "form": mine,
        "conflict": conflict,
        "theirs": latest,
        "lines": compare(latest.body, form.cleaned_data["body"]) if latest else [],
    }
    return page(request, "tickets/article_form.html", context, status=conflict.status)
