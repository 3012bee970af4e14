"""Send the whole corpus to a server that a TOML file adds, and print which cases it passes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.progress import Progress

from harness.postgres.server import Server
from harness.servers.added import AddedServer
from harness.servers.server import serve
from tests.parity.cases import Case
from tests.parity.report.corpus import seeded_database
from tests.parity.runner import run_case
from tests.parity.seed_data import ENVIRONMENT
from tests.parity.verdicts import Verdict, judge

MAX_LENGTH = 200


@dataclass(frozen=True)
class Finding:
    """The verdict on a case, and the first difference from the expected responses, empty if there is none."""

    verdict: Verdict
    difference: str


def judge_added(server: Server, added: AddedServer, cases: Sequence[Case], progress: Progress) -> list[Finding]:
    """Start the added server on a database of its own, send it the cases, and return the findings.

    Raises ServerFailed.
    """
    task = progress.add_task(f"corpus: {added.name}", total=len(cases))
    findings = []
    with seeded_database(server) as (url, seeded), serve(added, url, environment=ENVIRONMENT) as running:
        for case in cases:
            result = run_case(case, running.port, seeded)
            findings.append(Finding(judge(case, result), next(iter(result.differences), "")))
            progress.advance(task)
    return findings


def print_findings(console: Console, added: AddedServer, findings: list[Finding]) -> bool:
    """Print each case that does not pass, and the counts. Return whether all pass."""
    for line in lines(added.name, findings):
        console.print(line, soft_wrap=True, markup=False, highlight=False, emoji=False)
    return all(finding.verdict.same for finding in findings)


def lines(name: str, findings: list[Finding]) -> Iterator[str]:
    """Yield a line for each case that does not pass, for each group, and for all cases."""
    for finding in findings:
        if not finding.verdict.same:
            difference = " ".join(finding.difference.split())
            yield f"{name} {finding.verdict.case}: {difference[:MAX_LENGTH]}"
    totals = Counter(finding.verdict.group for finding in findings)
    passed = Counter(finding.verdict.group for finding in findings if finding.verdict.same)
    for group, total in totals.items():
        yield f"{name}, {group}: {passed[group]} of {total} cases pass"
    statuses = sum(finding.verdict.same_status for finding in findings)
    bodies = sum(finding.verdict.same_body for finding in findings)
    yield f"{name}: right status {statuses}, right body {bodies}, right headers {passed.total()}"
    yield f"{name}: {passed.total()} of {len(findings)} cases pass"
