"""Addresses of the pages. Each room of pages adds its own lines."""

from django.urls import include, path

from tickets.pages import board, filters, home, macros, people, profile, saved_views, technicians

urlpatterns = [
    path("", home.home, name="home"),
    path("", include("tickets.pages.desk_urls")),
    path("board", board.board, name="board"),
    path("board/<int:pk>", board.move, name="board_move"),
    path("board/filters/<slug:name>", filters.menu, {"of": "board"}, name="board_filter"),
    path("knowledge", include("tickets.pages.knowledge_urls")),
    path("technicians", technicians.technicians, name="technicians"),
    path("teams", technicians.teams, name="teams"),
    path("people", people.people, name="people"),
    path("people/<int:pk>/role", people.role, name="people_role"),
    path("people/<int:pk>/active", people.active, name="people_active"),
    path("people/invitations/<int:pk>/revoke", people.revoke, name="people_revoke"),
    path("views", saved_views.saved_views, name="saved_views"),
    path("views/new", saved_views.new_view, name="saved_view_new"),
    path("views/<int:pk>", saved_views.edit_view, name="saved_view"),
    path("views/<int:pk>/remove", saved_views.remove_view, name="saved_view_remove"),
    path("macros", macros.macros, name="macros"),
    path("macros/new", macros.new_macro, name="macro_new"),
    path("macros/<int:pk>", macros.edit_macro, name="macro"),
    path("macros/<int:pk>/remove", macros.remove_macro, name="macro_remove"),
    path("profile", profile.profile, name="profile"),
    path("portal", include("tickets.pages.portal.urls")),
]
