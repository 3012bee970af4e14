"""How PostgreSQL reads what lists show when there are a million products: the plan, not the time."""
