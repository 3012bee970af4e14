from django.core.mail import send_mail
from django.tasks import task


# --8<-- [start:task]
@task
def mail_confirmation(email: str) -> None:
    """Mail the confirmation of an order."""
    send_mail("Your order", "Thank you.", None, [email])
    # --8<-- [end:task]
