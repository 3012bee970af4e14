"""Who may do what, where DRF's own classes do not say it: a view that names none asks for a token."""

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, IsAdminUser
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView


# --8<-- [start:staff]
class IsStaffOrReadOnly(IsAdminUser):
    """Anyone reads, staff write."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Tell whether the request only reads, or comes from staff."""
        return request.method in SAFE_METHODS or super().has_permission(request, view)

    # --8<-- [end:staff]
