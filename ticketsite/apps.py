from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class TicketsiteConfig(AppConfig):
    name = "ticketsite"
    verbose_name = "Ticketsite"


class DeskAdminConfig(AdminConfig):
    default_site = "ticketsite.admin_site.DeskAdminSite"
