"""The base of the feature's pages in Django's admin, which write with the services only."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core import exceptions as core_exceptions
from django.db import DataError, models, transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from rest_framework.exceptions import ValidationError

from django_impl.common.exceptions import FieldError, InvalidRequest, ShopError
from django_impl.common.http.framework_exceptions import field_errors
from django_impl.common.validation.serializers import PartialInput
from django_impl.common.validation.values import parse_int
from django_impl.contract import PROBLEMS

if TYPE_CHECKING:  # Django's classes have no type parameters at run time
    ModelForm = forms.ModelForm[Any]
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelForm, ModelAdmin = forms.ModelForm, admin.ModelAdmin


class ServiceFailed(Exception):
    """A service rejected the data of a form, which belongs to the row with this key; None for a new row."""

    def __init__(self, error: ShopError, key: Any) -> None:
        super().__init__(error, key)
        self.error = error
        self.key = key


# --8<-- [start:form]
class ServiceForm(ModelForm):
    """A form that is validated by a serializer of the API, and shows the errors of a service beside its fields.

    `error_field` is the field of an error that names none.
    """

    serializer_class: ClassVar[type[PartialInput]]
    error_field: ClassVar[str | None] = None
    failure: ClassVar[ServiceFailed | None] = None
    user: ClassVar[Any]
    validated: Mapping[str, Any]

    @property
    def changes(self) -> dict[str, Any]:
        """The validated values of the fields that the user has changed."""
        return {name: value for name, value in self.validated.items() if name in self.changed_data}

    def clean(self) -> dict[str, Any]:
        """Validate the fields as the API does. Django's own checks accept control characters, for example."""
        cleaned = cast("dict[str, Any]", super().clean())
        serializer = self.serializer_class()
        try:
            # A form in the list has the key of its row too.
            data = {name: self.as_json(name, value) for name, value in cleaned.items() if name in serializer.fields}
            self.validated = serializer.run_validation(data)
        except ValidationError as error:
            self.add_field_errors(field_errors(error.detail, "body"))
        if self.failure and self.failure.key == key_of(self.instance):
            self.add_service_error(self.failure.error)
        return cleaned

    def as_json(self, name: str, value: Any) -> Any:
        """Return the value of a field as the API expects it: an amount as the text that was sent, a row as its slug.

        An integer is read as the API reads it in a query, because Django's field also accepts 1_0 and other digits.
        Browsers end the lines of a text with CR LF, which the API rejects.
        """
        sent = self.data.get(self.add_prefix(name))
        if isinstance(value, Decimal):
            return sent
        if isinstance(value, int) and not isinstance(value, bool):
            return parse_int(str(sent))
        if isinstance(value, str):
            return value.replace("\r\n", "\n")
        return value.slug if isinstance(value, models.Model) else value  # type: ignore[attr-defined] # rows with a slug

    def add_service_error(self, error: ShopError) -> None:
        """Add the error beside its field."""
        if isinstance(error, InvalidRequest):
            self.add_field_errors(error.errors)
        else:
            self.add_error(self.error_field, message_of(error))

    def add_field_errors(self, errors: Iterable[FieldError]) -> None:
        """Add each error beside its field."""
        for error in errors:
            name = error.pointer.strip("/")
            self.add_error(name if name in self.fields else None, error.message)
            # --8<-- [end:form]


class FilteredList(ChangeList):
    """A list in whose address only the parameters of its filters may appear, beside Django's own such as `q` and `o`.

    Django accepts all lookups of the model's columns. So the beginning of a password's hash would find its user.
    """

    def get_filters(self, request: HttpRequest) -> Any:
        """Return the filters. Raises DisallowedModelAdminLookup for a parameter that none of them has used."""
        filters = super().get_filters(request)
        remaining_parameters = filters[2]
        if remaining_parameters:
            raise DisallowedModelAdminLookup(f"No filter has {', '.join(remaining_parameters)}")
        return filters

    def get_results(self, request: HttpRequest) -> None:
        """Count and select the rows. Raises IncorrectLookupParameters, for which Django leads to the whole list."""
        try:
            super().get_results(request)
        except (DataError, ValueError) as error:
            # Django's fields accept NUL and any offset of a time. psycopg2 rejects the one, PostgreSQL the other.
            raise IncorrectLookupParameters(error) from error


# --8<-- [start:admin]
class ServiceModelAdmin(ModelAdmin):
    """A ModelAdmin that creates, changes and deletes rows with the services of its feature.

    Django's admin opens a transaction for each page that writes. An error of a service leaves it, so that it is rolled
    back, and then the page shows the form again with the error.
    """

    list_per_page = 25
    form = ServiceForm

    def create_row(self, request: HttpRequest, data: Mapping[str, Any]) -> models.Model:
        """Store a new row. Raises ShopError."""
        raise NotImplementedError  # called only in views that allow it

    def update_row(self, request: HttpRequest, row: Any, changes: Mapping[str, Any]) -> None:
        """Change a row. Raises ShopError."""
        raise NotImplementedError  # called only in views that allow it

    def delete_row(self, row: Any) -> None:
        """Delete a row. Raises ShopError."""
        raise NotImplementedError  # called only in views that allow it

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Create or change the row. Raises ServiceFailed."""
        try:
            if change:
                self.update_row(request, obj, form.changes)
            else:
                obj.pk = self.create_row(request, form.validated).pk
        except ShopError as error:
            raise ServiceFailed(error, key_of(obj) if change else None) from error

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete the row. Raises ShopError."""
        self.delete_row(obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Delete all rows or none, in the order of their keys. Raises ShopError."""
        with transaction.atomic():
            for row in queryset.order_by("pk"):
                self.delete_row(row)

    # --8<-- [end:admin]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Return the form field, with a hidden copy of the value that the page shows.

        So only what the user has changed is written: a stock that was sold since then is not restored.
        """
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            field.show_hidden_initial = True
        return field

    def get_form(self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the class of the form, with the user and the error of the service, if there was one."""
        return for_request(request, super().get_form(request, obj, change, **kwargs))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the class of the list."""
        return FilteredList

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the class of the forms in the list, with the user and the error of the service, if there was one."""
        return for_request(request, super().get_changelist_form(request, form=self.form, **kwargs))

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return the page of one row, again with an error if the service rejected it."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except ServiceFailed as failure:
            return super().changeform_view(after_failure(request, failure), *args, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Return the list, again with an error if a service rejected a row."""
        try:
            return super().changelist_view(request, extra_context)
        except ServiceFailed as failure:
            return super().changelist_view(after_failure(request, failure), extra_context)

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Perform an action, and say which error the service had. Django does not check the keys of selected rows."""
        try:
            return super().response_action(request, *args, **kwargs)
        except ShopError as error:
            self.message_user(request, message_of(error), messages.ERROR)
        except core_exceptions.ValidationError:
            self.message_user(request, "A selected key is malformed.", messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Return the page that asks for confirmation, or to the page of the row if it cannot be deleted."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except ShopError as error:
            self.message_user(request, message_of(error), messages.ERROR)
            names = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
            return HttpResponseRedirect(reverse(names, args=[object_id]))


def message_of(error: ShopError) -> str:
    """Return the text of the error in errors.yaml."""
    return str(PROBLEMS[error.code]["detail"])


def key_of(row: models.Model) -> Any:
    """Return the primary key of a stored row, and None for a new one, whose key is an expression."""
    return row.pk if isinstance(row.pk, UUID) else None


def after_failure(request: HttpRequest, failure: ServiceFailed) -> HttpRequest:
    """Return the request with the failure, for the form that is shown again. A row that is gone has no form."""
    request.service_failure = failure  # type: ignore[attr-defined]
    return request


def for_request(request: HttpRequest, form: Any) -> type[ServiceForm]:
    """Return the class, which Django has made for this request, with its user and the failure."""
    form.user = request.user
    form.failure = getattr(request, "service_failure", None)
    return cast("type[ServiceForm]", form)
