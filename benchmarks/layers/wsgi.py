"""What `django-raw` and `bare-wsgi` share: the SQL with psycopg2's placeholders."""

from benchmarks.layers.products import detail_statement, page_statements

DETAIL = detail_statement("%s")
# psycopg2 sends values as literals. The casts let PostgreSQL compare them by index.
PAGES = page_statements("%s::{type}", "%s::uuid")
