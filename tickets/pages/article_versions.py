"""An article's versions: who wrote what when, two of them compared, an older one brought back."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from tickets.actions.knowledge import publish_article, restore_article_version
from tickets.errors import NotFound
from tickets.models import Article, ArticleVersion
from tickets.pages.articles import find
from tickets.pages.comparing import compare, has_changes
from tickets.pages.doors import PageRequest, back, page, staff_only
from tickets.pages.forms import whole_number

SHOWN = 100


@staff_only
def versions(request: PageRequest, slug: str) -> HttpResponse:
    """List the versions; `old` and `new` are the two to compare, the newest and the one before unless given."""
    article = find(request.user, slug)
    listed = list(article.versions.select_related("author")[:SHOWN])
    latest = listed[0].number if listed else 1
    new = _chosen(request, article, "new", latest)
    old = _chosen(request, article, "old", max(new.number - 1, 1))
    lines = compare(old.body, new.body)
    context = {
        "article": article,
        "versions": listed,
        "old": old,
        "new": new,
        "lines": lines,
        "title_changed": old.title != new.title,
        "has_changes": has_changes(lines),
        "added": sum(line.kind == "added" for line in lines),
        "removed": sum(line.kind == "removed" for line in lines),
    }
    return page(request, "tickets/article_versions.html", context)


def _chosen(request: PageRequest, article: Article, name: str, default: int) -> ArticleVersion:
    given = whole_number(request.GET.get(name, ""))
    number = default if given is None else given
    if version := article.versions.select_related("author").filter(number=number).first():
        return version
    raise NotFound("The article has no such version. Choose one from its list of versions.")


@staff_only
@require_POST
def restore(request: PageRequest, slug: str, number: int) -> HttpResponse:
    """Make an older version the newest, or show it to readers as it is (`do=publish`)."""
    article = find(request.user, slug)
    if request.POST.get("do") == "publish":
        publish_article(article=article, by=request.user, number=number)
        messages.success(request, f"Version {number} is what readers see now.")
    else:
        written = restore_article_version(article=article, by=request.user, number=number)
        article = find(request.user, written.slug)
        messages.success(request, f"Version {number} is now the newest. Publish it to show it to readers.")
    return back(request, reverse("article", args=[article.slug]))
