"""What was learned, version by version; a click puts another version to use."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ai.actions.learned import promote_version
from ai.choices import VersionState
from ai.models import LearnedModel
from tickets.admin.base import ReadOnlyAdmin, action, actor, display

STATE_COLOURS = {VersionState.CANDIDATE: "info", VersionState.ACTIVE: "success", VersionState.RETIRED: "warning"}


@admin.register(LearnedModel)
class LearnedModelAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "state_label", "examples", "learned_at", "verdict"]
    list_filter = ["kind", "state"]
    exclude = ["artifact"]
    actions = ["put_to_use"]

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def state_label(self, version: LearnedModel) -> tuple[str, str]:
        return version.state, version.get_state_display()

    @action(description="Put to use")
    def put_to_use(self, request: HttpRequest, queryset: Any) -> None:
        by = actor(request)
        rows = queryset.defer("artifact")
        self.each(request, rows, lambda row: promote_version(version=row, by=by), "put to use")
