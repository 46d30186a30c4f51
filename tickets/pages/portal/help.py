"""The help centre: search and read published articles, and say whether they helped."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from tickets import search
from tickets.actions.knowledge import rate_article
from tickets.errors import NotFound
from tickets.finding.paging import page_of
from tickets.models import Article, Category
from tickets.pages.doors import PageRequest, back, page, signed_in
from tickets.pages.forms import whole_number
from tickets.pages.portal.asking import readable
from tickets.pages.portal.lists import address

PAGE_SIZE = 20
RATED = "rated_articles"  # in the session: one answer a reader and article
RATED_AT_MOST = 200


@signed_in
def articles(request: PageRequest) -> HttpResponse:
    """`q` searches, `about` is a category's id."""
    words, about = request.GET.get("q", "").strip(), whole_number(request.GET.get("about", ""))
    rows = readable()
    category = Category.objects.filter(pk=about).first() if about is not None else None
    if category:
        rows = rows.filter(category__in=Category.objects.subtree_ids(category.pk))
    if words:
        rows = search.find_articles(rows, words)  # type: ignore[assignment]
    listed = page_of(rows, cursor=request.GET.get("cursor", ""), size=PAGE_SIZE)
    here = {"q": words, "about": str(category.pk) if category else ""}
    context = {
        "page": listed,
        "q": words,
        "category": category,
        "categories": Category.objects.filter(is_active=True, articles__in=readable()).distinct(),
        "next_url": address(here | {"cursor": listed.next}) if listed.next else "",
        "previous_url": address(here | {"cursor": listed.previous}) if listed.previous else "",
    }
    return page(request, "portal/help.html", context, fragment="results")


def find(slug: str) -> Article:
    if article := readable().filter(slug=slug).first():
        return article
    raise NotFound("There is no such article, or it was taken back. Search the help centre for another one.")


@signed_in
def article(request: PageRequest, slug: str) -> HttpResponse:
    found = find(slug)
    context = {"article": found, "version": found.published, "rated": found.pk in request.session.get(RATED, [])}
    return page(request, "portal/article.html", context)


@signed_in
@require_POST
def rate(request: PageRequest, slug: str) -> HttpResponse:
    """Count yes or no, once a reader."""
    found = find(slug)
    rated = request.session.get(RATED, [])
    answer = request.POST.get("helpful")
    if found.pk not in rated and answer in ("yes", "no"):
        rate_article(article=found, by=request.user, helpful=answer == "yes")
        request.session[RATED] = [*rated, found.pk][-RATED_AT_MOST:]
    if answer == "no":
        messages.info(request, "Sorry about that. Tell us what is wrong and we help you.")
        return back(request, reverse("portal_new"))
    messages.success(request, "Good to know. Thank you.")
    return back(request, reverse("portal_article", args=[found.slug]))
