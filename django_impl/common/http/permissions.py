"""Permissions that DRF does not have. The default in the settings is DRF's IsAuthenticated."""

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, IsAdminUser
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView


# --8<-- [start:staff]
class IsStaffOrReadOnly(IsAdminUser):
    """Lets everyone read and staff write."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Return whether the method is safe or the user is staff."""
        return request.method in SAFE_METHODS or super().has_permission(request, view)

    # --8<-- [end:staff]
