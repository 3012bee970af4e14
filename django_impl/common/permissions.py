"""Who may do what; the rest is decided by what a query lets a user see."""

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView


# --8<-- [start:staff]
class IsSignedIn(BasePermission):
    """Users with a valid access token."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Tell whether the request carries one."""
        return request.user.is_authenticated


class IsStaff(BasePermission):
    """Users who run the shop."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Tell whether the user is one of them."""
        return request.user.is_authenticated and request.user.is_staff


class IsStaffOrReadOnly(IsStaff):
    """Anyone reads, staff write."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Tell whether the request only reads, or comes from staff."""
        return request.method in SAFE_METHODS or super().has_permission(request, view)

    # --8<-- [end:staff]
