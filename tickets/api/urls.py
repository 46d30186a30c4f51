"""Every address below /api/v1."""

from django.urls import path, re_path, register_converter
from django.urls.converters import IntConverter
from drf_spectacular.views import SpectacularJSONAPIView

from tickets.api import auth, classification, conversation, files, knowledge, people, tickets
from tickets.api.docs import MissingView, docs


class IdConverter(IntConverter):
    """A number that fits the database's column."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")

urlpatterns = [
    path("auth/register", auth.RegisterView.as_view()),
    path("auth/login", auth.LoginView.as_view()),
    path("auth/refresh", auth.RefreshView.as_view()),
    path("auth/logout", auth.LogoutView.as_view()),
    path("users/me", people.MeView.as_view()),
    path("users", people.UsersView.as_view()),
    path("users/<id:pk>", people.UserView.as_view()),
    path("tickets", tickets.TicketsView.as_view()),
    path("tickets/bulk", tickets.TicketBulkView.as_view()),
    path("tickets/export", tickets.TicketExportView.as_view()),
    path("tickets/<str:reference>", tickets.TicketView.as_view()),
    path("tickets/<str:reference>/restore", tickets.TicketRestoreView.as_view()),
    path("tickets/<str:reference>/merge", tickets.TicketMergeView.as_view()),
    path("tickets/<str:reference>/unmerge", tickets.TicketUnmergeView.as_view()),
    path("tickets/<str:reference>/rating", tickets.TicketRatingView.as_view()),
    path("tickets/<str:reference>/timeline", conversation.TimelineView.as_view()),
    path("tickets/<str:reference>/comments", conversation.CommentsView.as_view()),
    path("tickets/<str:reference>/comments/<id:pk>", conversation.CommentView.as_view()),
    path("tickets/<str:reference>/links", conversation.LinksView.as_view()),
    path("tickets/<str:reference>/links/<id:pk>", conversation.LinkView.as_view()),
    path("tickets/<str:reference>/watchers", conversation.WatchersView.as_view()),
    path("tickets/<str:reference>/watchers/<id:pk>", conversation.WatcherView.as_view()),
    path("tickets/<str:reference>/time-entries", conversation.TimeEntriesView.as_view()),
    path("tickets/<str:reference>/attachments", files.TicketAttachmentsView.as_view()),
    path("files/upload", files.FileUploadView.as_view()),
    path("files/jobs/<id:job_id>", files.FileJobView.as_view()),
    path("files/<id:pk>", files.FileView.as_view()),
    path("files/<id:pk>/content", files.FileContentView.as_view()),
    path("technicians", people.TechniciansView.as_view()),
    path("technicians/<id:pk>", people.TechnicianView.as_view()),
    path("teams", people.TeamsView.as_view()),
    path("teams/<id:pk>", people.TeamView.as_view()),
    path("organizations", people.OrganizationsView.as_view()),
    path("organizations/<id:pk>", people.OrganizationView.as_view()),
    path("categories", classification.CategoriesView.as_view()),
    path("categories/<id:pk>", classification.CategoryView.as_view()),
    path("tags", classification.TagsView.as_view()),
    path("tags/<id:pk>", classification.TagView.as_view()),
    path("articles", knowledge.ArticlesView.as_view()),
    path("articles/<id:pk>", knowledge.ArticleView.as_view()),
    path("articles/<id:pk>/publish", knowledge.ArticlePublishView.as_view()),
    path("articles/<id:pk>/versions", knowledge.ArticleVersionsView.as_view()),
    path("articles/<id:pk>/rating", knowledge.ArticleRatingView.as_view()),
    path("schema", SpectacularJSONAPIView.as_view(), name="api_schema"),
    path("docs", docs, name="api_docs"),
    re_path(r"^.*$", MissingView.as_view()),
]
