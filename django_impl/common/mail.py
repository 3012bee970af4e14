"""Mail, with a Message-ID that is the same when a mail is sent again."""

from datetime import datetime
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string


# --8<-- [start:mail]
def send_mail(
    *, message_id: UUID, date: datetime, to: str, subject: str, template: str, context: dict[str, Any]
) -> None:
    """Send a mail with a text from a template. Raises OSError, smtplib.SMTPException.

    Line separators in the subject become spaces.
    """
    domain = settings.DEFAULT_FROM_EMAIL.partition("@")[2]
    headers = {"Message-ID": f"<{message_id}@{domain}>", "Date": format_datetime(date)}
    subject = " ".join(subject.splitlines())
    EmailMessage(subject, render_to_string(template, context), to=[to], headers=headers).send()
    # --8<-- [end:mail]
