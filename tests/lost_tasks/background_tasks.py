"""An application with FastAPI's background tasks: `uvicorn tests.lost_tasks.background_tasks:app`."""

import os
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """The base of the models."""


class Order(Base):
    """An order of a customer."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]


engine = create_engine(f"sqlite:///{os.environ['SHOP_DATABASE']}")
Base.metadata.create_all(engine)
app = FastAPI()


def get_session() -> Iterator[Session]:
    """Yield a session."""
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]


# --8<-- [start:task]
def mail_confirmation(email: str) -> None:
    """Mail the confirmation of an order."""
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Your order", "shop@shop.example", email
    with smtplib.SMTP("127.0.0.1", int(os.environ["SMTP_PORT"])) as server:
        server.send_message(mail)


@app.post("/orders", status_code=201)
def place_order(email: str, session: SessionDep, background_tasks: BackgroundTasks) -> dict[str, int]:
    """Place the order of a customer."""
    order = Order(email=email)
    session.add(order)
    session.commit()
    background_tasks.add_task(mail_confirmation, email)
    return {"id": order.id}
    # --8<-- [end:task]
