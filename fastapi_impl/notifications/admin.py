import json
from typing import Any

from starlette.requests import Request
from starlette_admin import ActionSelection, action
from starlette_admin.flash import flash

from fastapi_impl.common.admin import ServiceModelView, text_field, time_field
from fastapi_impl.notifications import services
from fastapi_impl.notifications.models import Event


def data_of(_request: Request, event: Event) -> str:
    """Return the data as text."""
    return json.dumps(event.data, ensure_ascii=False)


# --8<-- [start:view]
class EventView(ServiceModelView):
    """What happened. Nothing can be changed, but a failed task can be attempted again."""

    icon = "fa fa-bell"
    fields = (
        text_field("id", exclude_from_list=True),
        text_field("type"),
        time_field("created_at"),
        text_field("state"),
        text_field("attempts"),
        text_field("error"),
        text_field("data", getter=data_of, exclude_from_list=True),
        time_field("next_attempt_at", exclude_from_list=True),
        time_field("failed_at"),
    )
    searchable_fields = ("type", "created_at", "failed_at")
    sortable_fields = ("type", "created_at", "attempts", "failed_at")
    fields_default_sort = (("created_at", True),)
    actions = ("retry",)
    row_actions = ("view",)

    def __init__(self) -> None:
        super().__init__(Event)

    @action("retry", "Attempt failed tasks again")
    async def retry(self, request: Request, selection: ActionSelection) -> None:
        """Attempt the failed tasks of the selected events again."""
        events = await self.find_by_pks(request, await selection.pks())
        failed = [event for event in events if event.failed_at]
        for event in failed:
            await services.retry_event(request.state.session, event_id=event.id)
        flash(request, f"{len(failed)} failed tasks are attempted again.", "success")

    # --8<-- [end:view]

    def can_create(self, request: Request) -> bool:
        """Return False: services record events."""
        return False

    def can_edit(self, request: Request) -> bool:
        """Return False: what happened does not change."""
        return False

    def can_delete(self, request: Request) -> bool:
        """Return False: the relay deletes events that are no longer needed."""
        return False

    async def repr(self, obj: Any, request: Request) -> str:
        """Return the type and the id."""
        return f"{obj.type} {obj.id}"
