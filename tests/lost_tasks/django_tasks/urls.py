from functools import partial

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path

from tests.lost_tasks.django_tasks.models import Order
from tests.lost_tasks.django_tasks.tasks import mail_confirmation


# --8<-- [start:view]
@transaction.atomic
def place_order(request: HttpRequest) -> JsonResponse:
    """Place the order of a customer."""
    order = Order.objects.create(email=request.GET["email"])
    transaction.on_commit(partial(mail_confirmation.enqueue, email=order.email))
    return JsonResponse({"id": order.pk}, status=201)
    # --8<-- [end:view]


urlpatterns = [path("orders", place_order)]
