from collections.abc import Mapping
from typing import Any, ClassVar, cast

import django.contrib.auth.admin  # noqa: F401 - registers Group, and Django would import it later
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from django_impl.common.admin import ServiceForm, ServiceModelAdmin
from django_impl.users import services
from django_impl.users.models import User
from django_impl.users.serializers import UserChanges

admin.site.unregister(Group)  # staff have all permissions


class UserForm(ServiceForm):
    serializer_class = UserChanges


@admin.register(User)
class UserAdmin(ServiceModelAdmin):
    """Users. They register themselves, and are deactivated and never deleted. No page shows a password or its hash."""

    form = UserForm
    list_display = ("email", "full_name", "is_active", "is_staff", "created_at")
    list_filter = ("is_active", "is_staff", "created_at")
    search_fields = ("email", "full_name")
    ordering = ("-created_at", "-id")
    readonly_fields = ("email", "full_name", "created_at")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("email", "full_name")}),
        ("Access", {"fields": ("is_active", "is_staff")}),
        ("History", {"fields": ("created_at",)}),
    )

    def update_row(self, request: HttpRequest, row: User, changes: Mapping[str, Any]) -> None:
        """Change what a user may do."""
        services.update_user(user_id=row.pk, changes=changes, by=cast("User", request.user))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields that cannot be changed: all of the own account."""
        own = ("is_active", "is_staff") if obj == request.user else ()
        return (*self.readonly_fields, *own)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: users register themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: a user can be deactivated."""
        return False
