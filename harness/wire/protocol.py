"""What a driver sends to PostgreSQL, message by message, and what that makes of statements and round trips."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "START TRANSACTION", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True)
class Count:
    """Statements of a request, those that begin or end a transaction apart, and how often the driver waited."""

    queries: int
    transaction: int
    round_trips: int

    def __sub__(self, other: "Count") -> "Count":
        return Count(
            self.queries - other.queries, self.transaction - other.transaction, self.round_trips - other.round_trips
        )


@dataclass(frozen=True)
class Sent:
    """A statement as it was sent. What follows the names in Parse (types) and in Bind (values) is kept as it is."""

    text: bytes
    types: bytes = b""
    values: bytes = b""


@dataclass
class Journal:
    """The statements that were executed, and the round trips that they took."""

    statements: list[str] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    round_trips: int = 0

    def count(self) -> Count:
        """What was noted so far."""
        control = sum(text.lstrip().upper().startswith(_CONTROL) for text in self.statements)
        return Count(len(self.statements) - control, control, self.round_trips)

    def clear(self) -> None:
        """Forget all of it."""
        self.statements.clear()
        self.sent.clear()
        self.round_trips = 0


@dataclass
class Frontend:
    """One driver's connection, after its start-up message, in the simple and in the extended protocol."""

    journal: Journal
    rest: bytes = b""
    prepared: dict[bytes, Sent] = field(default_factory=dict)
    portals: dict[bytes, Sent] = field(default_factory=dict)

    def feed(self, chunk: bytes) -> None:
        """Note what a chunk of the stream says; a message may be cut anywhere."""
        self.rest += chunk
        for kind, content in self._messages():
            self._note(kind, content)

    def _messages(self) -> Iterator[tuple[bytes, bytes]]:
        while len(self.rest) >= 5:
            end = 1 + struct.unpack("!I", self.rest[1:5])[0]
            if len(self.rest) < end:
                return
            message, self.rest = self.rest[:end], self.rest[end:]
            yield message[:1], message[5:]

    def _note(self, kind: bytes, content: bytes) -> None:
        match kind:
            case b"Q":
                self._execute(Sent(content.rstrip(b"\0")))
                self.journal.round_trips += 1
            case b"P":
                name, text, types = content.split(b"\0", 2)
                self.prepared[name] = Sent(text, types)
            case b"B":
                portal, name, values = content.split(b"\0", 2)
                self.portals[portal] = replace(self.prepared[name], values=values)
            case b"E":
                self._execute(self.portals[content.split(b"\0", 1)[0]])
            case b"S" | b"H":
                self.journal.round_trips += 1

    def _execute(self, sent: Sent) -> None:
        self.journal.statements.append(" ".join(sent.text.decode().split()))
        self.journal.sent.append(sent)
