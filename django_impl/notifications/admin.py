from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from django_impl.common.admin import ServiceModelAdmin
from django_impl.notifications import services
from django_impl.notifications.models import Event


class FailedFilter(admin.SimpleListFilter):
    """Filters by whether the task was given up."""

    title = "failed task"
    parameter_name = "failed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choices."""
        return [("true", "Yes"), ("false", "No")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the events of the choice."""
        return queryset.filter(failed_at__isnull=self.value() == "false") if self.value() else queryset


# --8<-- [start:admin]
@admin.register(Event)
class EventAdmin(ServiceModelAdmin):
    """What happened. Nothing can be changed, but a failed task can be attempted again."""

    list_display = ("type", "created_at", "state", "attempts", "error")
    list_filter = (FailedFilter, "type", "created_at")
    ordering = ("-created_at", "-id")
    fields = ("id", "type", "data", "created_at", "state", "attempts", "error", "next_attempt_at", "failed_at")
    readonly_fields = fields
    actions = ("retry",)

    @admin.action(description="Attempt failed tasks again")
    def retry(self, request: HttpRequest, queryset: Any) -> None:
        """Attempt the failed tasks of the selected events again."""
        failed = list(queryset.failed())
        for event in failed:
            services.retry_event(event_id=event.id)
        self.message_user(request, f"{len(failed)} failed tasks are attempted again.", messages.SUCCESS)

    # --8<-- [end:admin]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: services record events."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: what happened does not change."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: the relay deletes events that are no longer needed."""
        return False
