"""Scenarios of single parts: the endpoints of `benchmarks/endpoints`, large pages, and reads beside sign-ins."""

import json
from dataclasses import replace
from zlib import crc32

from benchmarks.scenarios import reads
from benchmarks.scenarios.exchanges import Request
from benchmarks.scenarios.sample import PASSWORD, Sample
from benchmarks.scenarios.scenario import Step
from benchmarks.scenarios.writes import sign_in

# The largest page that the contract allows.
LARGE_PAGE = 100
LARGE_BYTES = 1_000_000
# The bytes of the uploaded file. The form around it must not exceed the contract's limit for a body, 1 MiB. Both
# frameworks keep a file of this size in memory.
FILE_BYTES = 1_000_000
_BOUNDARY = "boundary-of-the-benchmark"
# One request in ten is a sign-in.
READS_PER_SIGN_IN = 9


def upstream(_sample: Sample) -> list[list[Step]]:
    """Return one journey: a request for which the server waits for another server."""
    return [[Step(Request("GET", "/benchmark/upstream"), lambda content: bool(content["text"]))]]


def large_json(_sample: Sample) -> list[list[Step]]:
    """Return one journey: about 1 MB of JSON, which the server encodes for each request."""
    return [[Step(Request("GET", "/benchmark/large"), lambda page: len(json.dumps(page)) > LARGE_BYTES)]]


def upload(_sample: Sample) -> list[list[Step]]:
    """Return one journey: a form with a file, of which the server returns the size and the checksum."""
    file = "".join(f"line {number:06d} of a text file that the benchmark uploads\n" for number in range(20_000))
    file = file[:FILE_BYTES]
    expected = {"size": FILE_BYTES, "checksum": crc32(file.encode())}
    head = 'Content-Disposition: form-data; name="file"; filename="file.txt"\r\nContent-Type: text/plain'
    body = f"--{_BOUNDARY}\r\n{head}\r\n\r\n{file}\r\n--{_BOUNDARY}--\r\n"
    request = Request("POST", "/benchmark/upload", body, f"multipart/form-data; boundary={_BOUNDARY}")
    return [[Step(request, lambda content: bool(content == expected))]]


def product_page_100(sample: Sample) -> list[list[Step]]:
    """Return a journey for each ordering and depth: a page of 100 products."""
    return [
        [reads.product_page(ordering, depth, row, limit=LARGE_PAGE)]
        for (ordering, depth), row in sample.product_pages.items()
    ]


def reads_with_sign_ins(sample: Sample) -> list[list[Step]]:
    """Return a journey for each customer: nine products, then a sign-in, which is not part of the latencies."""
    slugs = [slug for slug, *_ in sample.products]
    journeys = []
    for number, email in enumerate(sample.customers):
        chosen = [slugs[(number * READS_PER_SIGN_IN + index) % len(slugs)] for index in range(READS_PER_SIGN_IN)]
        journeys.append([*map(reads.detail, chosen), replace(sign_in(email, PASSWORD), is_background=True)])
    return journeys
