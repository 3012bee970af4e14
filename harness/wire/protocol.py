"""Parse the messages that a driver sends to PostgreSQL, and count statements and round trips."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "START TRANSACTION", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True)
class Count:
    """Number of queries, of statements that begin or end a transaction, and of round trips."""

    queries: int
    transaction: int
    round_trips: int

    def __sub__(self, other: "Count") -> "Count":
        return Count(
            self.queries - other.queries, self.transaction - other.transaction, self.round_trips - other.round_trips
        )


@dataclass(frozen=True)
class SentStatement:
    """A statement as it was sent: its text, and the undecoded `types` of its Parse and `values` of its Bind message."""

    text: bytes
    types: bytes = b""
    values: bytes = b""


@dataclass
class StatementLog:
    """The statements that were executed, and their number of round trips."""

    statements: list[str] = field(default_factory=list)
    sent: list[SentStatement] = field(default_factory=list)
    round_trips: int = 0

    def count(self) -> Count:
        """Return the counts since the start or the last `clear`."""
        control = sum(text.lstrip().upper().startswith(_CONTROL) for text in self.statements)
        return Count(len(self.statements) - control, control, self.round_trips)

    def clear(self) -> None:
        """Delete all entries."""
        self.statements.clear()
        self.sent.clear()
        self.round_trips = 0


@dataclass
class Frontend:
    """Reads one connection of a driver after its startup message, in the simple and in the extended protocol."""

    log: StatementLog
    buffer: bytes = b""
    prepared: dict[bytes, SentStatement] = field(default_factory=dict)
    portals: dict[bytes, SentStatement] = field(default_factory=dict)

    def feed(self, chunk: bytes) -> None:
        """Parse the next bytes of the stream and log their statements. A message may be split at any byte."""
        self.buffer += chunk
        for kind, content in self._messages():
            self._handle(kind, content)

    def _messages(self) -> Iterator[tuple[bytes, bytes]]:
        while len(self.buffer) >= 5:
            end = 1 + struct.unpack("!I", self.buffer[1:5])[0]
            if len(self.buffer) < end:
                return
            message, self.buffer = self.buffer[:end], self.buffer[end:]
            yield message[:1], message[5:]

    def _handle(self, kind: bytes, content: bytes) -> None:
        match kind:
            case b"Q":
                self._execute(SentStatement(content.rstrip(b"\0")))
                self.log.round_trips += 1
            case b"P":
                name, text, types = content.split(b"\0", 2)
                self.prepared[name] = SentStatement(text, types)
            case b"B":
                portal, name, values = content.split(b"\0", 2)
                self.portals[portal] = replace(self.prepared[name], values=values)
            case b"E":
                self._execute(self.portals[content.split(b"\0", 1)[0]])
            case b"S" | b"H":
                self.log.round_trips += 1

    def _execute(self, sent: SentStatement) -> None:
        self.log.statements.append(" ".join(sent.text.decode().split()))
        self.log.sent.append(sent)
