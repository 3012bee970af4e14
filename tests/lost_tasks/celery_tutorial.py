"""An application that sends a message to Celery after the commit, as in the tutorial."""

import os
import smtplib
import sqlite3
from email.message import EmailMessage

from celery import Celery

# --8<-- [start:task]
app = Celery("shop", broker=os.environ["BROKER_URL"])


@app.task
def mail_confirmation(email: str) -> None:
    """Mail the confirmation of an order."""
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Your order", "shop@shop.example", email
    with smtplib.SMTP("127.0.0.1", int(os.environ["SMTP_PORT"])) as server:
        server.send_message(mail)


def place_order(email: str) -> None:
    """Place the order of a customer."""
    with sqlite3.connect(os.environ["SHOP_DATABASE"]) as database:
        database.execute("INSERT INTO orders (email) VALUES (?)", [email])
    mail_confirmation.delay(email)
    # --8<-- [end:task]


app.conf.update(
    # By default a worker acknowledges a message before its task.
    task_acks_late=os.environ.get("ACKS_LATE") == "yes",
    broker_transport_options={"visibility_timeout": 1} if os.environ["BROKER_URL"].startswith("redis:") else {},
    broker_connection_retry_on_startup=True,
)
