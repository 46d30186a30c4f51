"""Knowledge articles: every save is a version; readers see the published one."""

from django.db import models
from django.db.models import Q

from tickets.choices import Audience, one_of
from tickets.models.classification import Category
from tickets.models.people import User


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> "ArticleQuerySet":
        return self.filter(archived_at=None).exclude(published=None)

    def visible_to(self, user: User) -> "ArticleQuerySet":
        """Support staff see drafts too; requesters what is published for everyone."""
        return self if user.is_support_staff else self.published().filter(audience=Audience.EVERYONE)


class Article(models.Model):
    slug = models.SlugField(max_length=120, unique=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="articles")
    audience = models.CharField(max_length=20, choices=Audience.choices, default=Audience.EVERYONE)
    latest = models.ForeignKey("ArticleVersion", on_delete=models.PROTECT, null=True, related_name="+")
    published = models.ForeignKey("ArticleVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    helpful = models.PositiveIntegerField(default=0)
    not_helpful = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        constraints = [one_of("audience", Audience)]

    def __str__(self) -> str:
        return self.latest.title if self.latest else self.slug

    @property
    def has_unpublished_changes(self) -> bool:
        return self.latest_id != self.published_id


class ArticleVersion(models.Model):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    html = models.TextField(editable=False)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True, help_text="What changed.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="tickets_articleversion_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="tickets_articleversion_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.title} (version {self.number})"
