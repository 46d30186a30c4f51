"""The knowledge base as staff read it: everything, drafts included, and what may be done with an article."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from tickets import search
from tickets.actions import knowledge
from tickets.choices import Audience
from tickets.errors import Conflict, NotFound
from tickets.finding.paging import page_of
from tickets.models import Article, Category, User
from tickets.models.knowledge import ArticleQuerySet
from tickets.pages.doors import PageRequest, back, page, staff_only
from tickets.pages.forms import whole_number
from tickets.permissions import can

PAGE_SIZE = 30
STATES: dict[str, tuple[str, Q]] = {
    "all": ("All", Q(archived_at=None)),
    "published": ("Published", Q(archived_at=None) & ~Q(published=None)),
    "draft": ("Drafts", Q(archived_at=None, published=None)),
    "archived": ("Archived", ~Q(archived_at=None)),
}
Change = Callable[..., Article]
CHANGES: dict[str, tuple[Change, str]] = {
    "publish": (knowledge.publish_article, "Published. Readers see this version now."),
    "unpublish": (knowledge.unpublish_article, "Taken back to a draft. Readers no longer see it."),
    "archive": (knowledge.archive_article, "Archived. Its versions are kept."),
    "unarchive": (knowledge.restore_article, "Brought back from the archive."),
}


@staff_only
def articles(request: PageRequest) -> HttpResponse:
    """`state` is all, published, draft or archived; `q` searches; `category` and `audience` narrow."""
    given = {name: request.GET.get(name, "").strip() for name in ("q", "state", "category", "audience")}
    given["state"] = given["state"] if given["state"] in STATES else "all"
    rows = narrowed(Article.objects.visible_to(request.user), given)
    listed = page_of(
        rows.select_related("latest__author", "published", "category"),
        cursor=request.GET.get("cursor", ""),
        size=PAGE_SIZE,
    )

    def address(**more: str) -> str:
        return "?" + urlencode({name: value for name, value in (given | more).items() if value})

    context = {
        "page": listed,
        "given": given,
        "is_filtered": bool(given["q"] or given["category"] or given["audience"] or given["state"] != "all"),
        "tabs": [(key, label, address(state=key)) for key, (label, _) in STATES.items()],
        "categories": Category.objects.filter(is_active=True),
        "audiences": Audience.choices,
        "next_url": address(cursor=listed.next) if listed.next else "",
        "previous_url": address(cursor=listed.previous) if listed.previous else "",
    }
    return page(request, "tickets/articles.html", context, fragment="results")


def narrowed(rows: ArticleQuerySet, given: dict[str, str]) -> ArticleQuerySet:
    """Search finds published words, and drafts by their title."""
    rows = rows.filter(STATES[given["state"]][1])
    if given["q"]:
        words = given["q"].replace("\x00", " ")
        found = search.find_articles(Article.objects.all(), words).values("pk")
        rows = rows.filter(Q(pk__in=found) | Q(latest__title__icontains=words))
    if (category := whole_number(given["category"])) is not None:
        rows = rows.filter(category__in=Category.objects.subtree_ids(category))
    if given["audience"] in Audience.values:
        rows = rows.filter(audience=given["audience"])
    return rows


def find(user: User, slug: str) -> Article:
    """Return an article `user` may read, with its versions' heads. Raises NotFound."""
    rows = Article.objects.visible_to(user).select_related("latest__author", "published__author", "category")
    if article := rows.filter(slug=slug).first():
        return article
    raise NotFound("There is no such article. Look for it in the knowledge base.")


@staff_only
def article(request: PageRequest, slug: str) -> HttpResponse:
    """Show the newest version, or with `?version=published` what readers see."""
    found = find(request.user, slug)
    published = request.GET.get("version") == "published" and found.published is not None
    context = {
        "article": found,
        "version": found.published if published else found.latest,
        "shows_published": published or found.latest_id == found.published_id,
        "may_publish": can(request.user, "article.publish", found),
        "may_archive": can(request.user, "article.archive", found),
    }
    return page(request, "tickets/article.html", context)


@staff_only
@require_POST
def change_state(request: PageRequest, slug: str) -> HttpResponse:
    """Publish, take back, archive or bring back, as the button `do` says."""
    found = find(request.user, slug)
    wish = request.POST.get("do", "")
    if wish not in CHANGES:
        raise NotFound("There is no such step. Use one of the buttons on the article's page.")
    action, words = CHANGES[wish]
    try:
        action(article=found, by=request.user)
    except Conflict as conflict:
        messages.error(request, conflict.detail)
    else:
        messages.success(request, words)
    return back(request, reverse("article", args=[found.slug]))
