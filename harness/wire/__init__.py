"""What goes over the wire to PostgreSQL: a proxy that notes every statement, and the protocol it reads."""
