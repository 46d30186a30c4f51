"""Tools on what the desk knows."""

from ai.tools.registry import Result, at_most, given_text, tool
from tickets import search
from tickets.api.serializers.knowledge import shown_version
from tickets.models import Article, User

QUERY_LENGTH = 2_000
EXCERPT = 1_500  # characters of an article
ARTICLES_AT_MOST = 10


@tool
def search_knowledge_base(user: User, query: str, limit: int = 5) -> Result:
    """Find published articles that come closest to a question."""
    rows = Article.objects.visible_to(user).exclude(published=None).filter(archived_at=None)
    words = given_text(query, "query", QUERY_LENGTH)
    close = search.similar_articles(rows.select_related("published"), words, at_most(limit, ARTICLES_AT_MOST))
    return {"articles": [article_shape(article, user) for article in close]}


def article_shape(article: Article, user: User) -> Result:
    version = article.published or shown_version(article, user)
    return {"id": article.pk, "slug": article.slug, "title": version.title, "text": version.body[:EXCERPT]}
