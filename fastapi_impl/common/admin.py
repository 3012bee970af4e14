"""The base of the feature's pages in starlette-admin, which write with the services only."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, ClassVar
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.contrib.sqla import ModelView
from starlette_admin.exceptions import ActionFailed, FormValidationError
from starlette_admin.fields import DateTimeField, DecimalField, IntegerField, StringField, TextAreaField
from starlette_admin.widgets import PanelWidget, normalize_widget

from fastapi_impl.common.exceptions import DatabaseUnavailable, InvalidRequest, NotFound, ShopError
from fastapi_impl.common.validation.errors import field_error
from fastapi_impl.common.validation.fields import parse_int
from fastapi_impl.contract import PROBLEMS


# --8<-- [start:fields]
class AmountField(DecimalField):
    """An amount as the text that was sent, which the schema of the API validates. DecimalField also reads NaN."""

    async def parse_form_data(self, request: Request, form_data: FormData) -> Any:
        """Return the text."""
        return form_data.get(self.id)


class CountField(IntegerField):
    """An integer, or the text that is none, which the schema of the API rejects. IntegerField would return None."""

    async def parse_form_data(self, request: Request, form_data: FormData) -> Any:
        """Return the integer or the text."""
        return parse_int(form_data.get(self.id))


class MultilineField(TextAreaField):
    """A text of several lines. Browsers end them with CR LF, which the API rejects."""

    async def parse_form_data(self, request: Request, form_data: FormData) -> Any:
        """Return the text with LF at the end of each line."""
        sent = form_data.get(self.id)
        return sent.replace("\r\n", "\n") if isinstance(sent, str) else sent
        # --8<-- [end:fields]


def key_field() -> StringField:
    """Return the field of the primary key, which no page shows."""
    return StringField("id", exclude_from_list=True, exclude_from_detail=True)


def text_field(name: str, **options: Any) -> StringField:
    """Return a field that is shown as text and cannot be changed."""
    return StringField(name, **READ_ONLY, **options)


def time_field(name: str, **options: Any) -> DateTimeField:
    """Return a time that cannot be changed."""
    return DateTimeField(name, **READ_ONLY, **options)


READ_ONLY: dict[str, Any] = {
    "read_only": True,
    "exclude_from_create": True,
    "form_template": "fields/form/computed.html",
}


def panel(title: str, *children: Any) -> PanelWidget:
    """Return a group of fields with a title. A tuple of fields is one row."""
    return PanelWidget(title, [*map(normalize_widget, children)])


# Row actions that are links. starlette-admin would call them, and fail.
LINKS = {"view", "edit"}


class StatementFailed(HTTPException):
    """The cause is an error of the database. For a changed cell, starlette-admin handles all but an HTTPException."""

    def __init__(self) -> None:
        super().__init__(500)


# --8<-- [start:view]
class ServiceModelView(ModelView):
    """A ModelView that creates, changes and deletes rows with the services of its feature.

    starlette-admin opens one session for each request, and commits it if the response is not an error.
    """

    page_size = 25
    page_size_options = (25,)
    column_visibility = False
    exporters = importers = ()
    actions: Sequence[str] = ("delete",)

    changes: ClassVar[TypeAdapter[Any]]
    error_field: ClassVar[str]  # the field beside which an error is shown that names none

    async def create_row(self, session: AsyncSession, user: Any, data: Mapping[str, Any]) -> Any:
        """Store a new row and return it. Raises ShopError."""
        raise NotImplementedError  # called only in views that allow it

    async def update_row(self, session: AsyncSession, user: Any, row: Any, changes: Mapping[str, Any]) -> None:
        """Change a row. Raises ShopError."""
        raise NotImplementedError  # called only in views that allow it

    async def delete_row(self, session: AsyncSession, row: Any) -> None:
        """Delete a row. Raises ShopError."""
        raise NotImplementedError  # called only in views that allow it

    async def to_input(self, request: Request, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the values of the form as the API expects them. Raises InvalidRequest."""
        return data

    async def create(self, request: Request, data: dict[str, Any]) -> Any:
        """Store a new row and return it. Raises FormValidationError."""
        async with self.errors_beside_fields(request):
            values = self.changes.validate_python(await self.to_input(request, data))
            return await self.create_row(request.state.session, request.state.admin_user.user, values)

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:
        """Change what the user has changed in the row, and return it. Raises FormValidationError.

        A page has hidden copies of the values that it showed first. So an old page restores no earlier value.
        """
        form = await request.form()
        request.state.initial = {name: form[f"initial-{name}"] for name in data if f"initial-{name}" in form}
        unchanged = {name for name, value in request.state.initial.items() if same_text(form.get(name), value)}
        row = await self.find_by_pk(request, pk)
        if row is None:
            raise HTTPException(404)
        # Otherwise a service would lock the row and still see the values that were read before.
        request.state.session.expunge_all()
        async with self.errors_beside_fields(request):
            values = self.changes.validate_python(await self.to_input(request, data))
            changed = {name: value for name, value in values.items() if name not in unchanged}
            await self.update_row(request.state.session, request.state.admin_user.user, row, changed)
        return await self.find_by_pk(request, pk)

    async def delete(self, request: Request, pks: list[Any]) -> int:
        """Delete all rows or none, in the order of their keys. Raises ActionFailed."""
        rows = await self.find_by_pks(request, pks)
        request.state.session.expunge_all()
        try:
            for row in sorted(rows, key=lambda each: str(each.id)):
                await self.delete_row(request.state.session, row)
        except ShopError as error:
            raise ActionFailed(message_of(error)) from error
        return len(rows)

    async def handle_action(self, request: Request, selection: Any, name: str) -> Response | None:
        """Change the selected rows. ModelView's method would show the statement that failed to the user."""
        return await super(ModelView, self).handle_action(request, selection, name)

    async def handle_row_action(self, request: Request, pk: Any, name: str) -> Response | None:
        """Change a row. ModelView's method would show the statement that failed to the user. Raises ActionFailed."""
        if name in LINKS:
            raise ActionFailed("Invalid row action")
        return await super(ModelView, self).handle_row_action(request, pk, name)

    @asynccontextmanager
    async def errors_beside_fields(self, request: Request) -> AsyncIterator[None]:
        """Roll back and raise FormValidationError if the schema or the service rejects the data.

        Raises StatementFailed for an error of the database.
        """
        try:
            yield
        except (SQLAlchemyError, DatabaseUnavailable) as error:
            raise StatementFailed from error
        except (ValidationError, ShopError) as error:
            await request.state.session.rollback()
            raise FormValidationError(self.messages_of(error)) from error

    def messages_of(self, error: ValidationError | ShopError) -> dict[str | int, Any]:
        """Return the messages by field. Raises HTTPException if the row is gone."""
        match error:
            case ValidationError():
                errors = [field_error({**details, "loc": ("body", *details["loc"])}) for details in error.errors()]
                return {each.pointer.strip("/"): each.message for each in reversed(errors)}
            case InvalidRequest():
                return {each.pointer.strip("/"): each.message for each in error.errors}
            case NotFound():
                raise HTTPException(404)
            case _:
                return {self.error_field: message_of(error)}
                # --8<-- [end:view]

    async def find_by_pk(self, request: Request, pk: Any) -> Any:
        """Return the row with this key; None if there is none, or if the text is not a UUID."""
        return await super().find_by_pk(request, pk) if is_uuid(pk) else None

    async def find_by_pks(self, request: Request, pks: list[Any]) -> Any:
        """Return the rows with these keys. A text that is not a UUID is no row's key."""
        return await super().find_by_pks(request, [pk for pk in pks if is_uuid(pk)])

    def build_order_clauses(self, request: Request, sorts: Any, stmt: Any) -> Any:
        """Return the statement in the order of the page, and of equal rows in that of their keys."""
        return super().build_order_clauses(request, sorts, stmt).order_by(self.model.id.desc())

    def can_import(self, request: Request) -> bool:
        """Return False."""
        return False

    def can_export(self, request: Request) -> bool:
        """Return False."""
        return False


def same_text(sent: Any, shown: Any) -> bool:
    """Return whether a form sent the value that a page showed. Browsers send no unchecked box, and other line ends."""
    return str(sent or "").splitlines() == str(shown).splitlines()


def is_uuid(text: Any) -> bool:
    """Return whether the text is a UUID."""
    try:
        return bool(UUID(str(text)))
    except ValueError:
        return False


def message_of(error: ShopError) -> str:
    """Return the text of the error in errors.yaml."""
    return str(PROBLEMS[error.code]["detail"])
