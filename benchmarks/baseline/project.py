"""Bare Django to compare with: one table, one list of 50 rows by `values()`, one create. No middleware, no session, no events."""

import json
import os
import sys

import environ
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import connection, models
from django.http import HttpRequest, JsonResponse
from django.urls import path

env = environ.Env()
if not settings.configured:
    database = env.db_url_config(os.environ["BASELINE_DATABASE_URL"])
    if database["ENGINE"].endswith("postgresql"):
        database["OPTIONS"] = {"pool": {"min_size": 2, "max_size": 20}}
    else:
        database["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL",
        }
    settings.configure(
        DATABASES={"default": database}, ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="bench", USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", MIDDLEWARE=[], INSTALLED_APPS=[],
    )  # fmt: skip
application = get_asgi_application()


class Row(models.Model):
    title = models.CharField(max_length=255)
    body = models.TextField()
    status = models.CharField(max_length=20)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "baseline"
        db_table = "baseline_row"
        indexes = [models.Index(fields=["status", "-id"], name="baseline_by_status")]

    def __str__(self) -> str:
        return self.title


def rows(request: HttpRequest) -> JsonResponse:
    if request.method == "POST":
        sent = json.loads(request.body)
        row = Row.objects.create(title=sent["title"], body=sent.get("description", ""), status="open")
        return JsonResponse({"id": row.pk, "title": row.title}, status=201)
    found = Row.objects.filter(status=request.GET.get("status", "open")).order_by("-id").values()[:50]
    return JsonResponse({"results": list(found)})


urlpatterns = [path("rows", rows)]


def fill(count: int) -> None:
    """Make the table anew with `count` rows."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS baseline_row")
    with connection.schema_editor() as editor:
        editor.create_model(Row)
    numbers = (
        f"generate_series(1, {count}) n"
        if connection.vendor == "postgresql"
        else f"(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) SELECT n FROM s)"
    )
    status = "CASE n % 10 WHEN 0 THEN 'open' ELSE 'closed' END"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO baseline_row (title, body, status, created_at) "
            f"SELECT 'Row number ' || n, 'Some text of a row ' || n, {status}, CURRENT_TIMESTAMP FROM {numbers}"
        )
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    fill(int(sys.argv[1]))
