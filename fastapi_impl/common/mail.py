"""Mail, with a Message-ID that is the same when a mail is sent again."""

import sys
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import aiosmtplib
from jinja2 import Environment, FileSystemLoader

from fastapi_impl.config.settings import get_settings

TIMEOUT_SECONDS = 10
# Not escaped: the mails are plain text.
templates = Environment(  # noqa: S701
    loader=FileSystemLoader(Path(__file__).resolve().parents[1] / "templates/mails"), keep_trailing_newline=True
)


# --8<-- [start:mail]
async def send_mail(
    *, message_id: UUID, date: datetime, to: str, subject: str, template: str, context: dict[str, Any]
) -> None:
    """Send a mail with a text from a template. Raises OSError, aiosmtplib.SMTPException.

    Line separators in the subject become spaces.
    """
    settings = get_settings()
    message = EmailMessage()
    message["Subject"] = " ".join(subject.splitlines())
    message["From"], message["To"] = settings.email_from, to
    message["Message-ID"] = f"<{message_id}@{settings.email_from.partition('@')[2]}>"
    message["Date"] = format_datetime(date)
    message.set_content(templates.get_template(template).render(context), cte="8bit")
    if settings.smtp is None:
        print(message.as_bytes().decode(), file=sys.stdout, flush=True)
    else:
        await aiosmtplib.send(message, timeout=TIMEOUT_SECONDS, **settings.smtp)
    # --8<-- [end:mail]
