"""All mutants apply to the source, one is killed, and the verdicts are computed correctly."""

import ast
from collections import Counter
from pathlib import Path
from threading import Event

import pytest

from harness.paths import ROOT
from tests.contract.observed import IMPLEMENTATIONS
from tests.mutants.catalogue import DoesNotApply, Mutant, read_mutants
from tests.mutants.copies import copy_repository, mutated
from tests.mutants.suite import Outcome, read_report
from tests.mutants.trials import Trial, Verdict, has_passed, kill_rate, killing_tests, run_trial, with_doubtful

MUTANTS = read_mutants()
MIN_MUTANTS = 30

TRIED_MUTANT = "framed-by-anybody/fastapi"
REPORT = """<testsuites><testsuite>
<testcase classname="tests.contract.test_a" name="test_a[django-x]"><failure message="{why}">1</failure></testcase>
<testcase classname="tests.contract.test_a" name="test_a[django-y]"><error message="no">2</error></testcase>
<testcase classname="tests.contract.test_a" name="test_b[django]"/>
</testsuite></testsuites>"""


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.id)
def test_mutant_applies_to_its_file(mutant: Mutant) -> None:
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    changed = mutant.applied_to(text)

    assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(text))
    assert (ROOT / mutant.first[0]).is_file()


def test_mutants_have_unique_ids_and_cover_both_implementations() -> None:
    assert set(Counter(mutant.id for mutant in MUTANTS).values()) == {1}
    assert (
        min(Counter(mutant.implementation for mutant in MUTANTS)[implementation] for implementation in IMPLEMENTATIONS)
        >= MIN_MUTANTS
    )


def test_mutant_is_killed(tmp_path: Path) -> None:
    mutant = next(mutant for mutant in MUTANTS if mutant.id == TRIED_MUTANT)
    trial = run_trial(mutant, copy_repository(ROOT, tmp_path / "copy"), Event())

    assert (trial.verdict, trial.by) == (
        Verdict.KILLED,
        ("tests/contract/test_health_and_documents.py::test_healthy_server_returns_200",),
    ), trial.why


def fault(implementation: str = "django", *, find: str = "one", survives: str | None = None) -> Mutant:
    """Return a mutant of `some.py` that replaces `find` with `two`."""
    return Mutant("fault", implementation, "Something.", "some.py", find, "two", ("tests", ""), survives)


def test_mutated_restores_the_file(tmp_path: Path) -> None:
    file = tmp_path / "some.py"
    file.write_text("one", encoding="utf-8")

    with mutated(tmp_path, fault()):
        assert file.read_text(encoding="utf-8") == "two"
    assert file.read_text(encoding="utf-8") == "one"


@pytest.mark.parametrize("text", ["", "one one"])
def test_text_that_does_not_occur_exactly_once_is_rejected(text: str) -> None:
    with pytest.raises(DoesNotApply, match="fault/django"):
        fault().applied_to(text)


def test_report_lists_failed_tests_by_function(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT.format(why="1 == 2"), encoding="utf-8")

    assert read_report(report) == Outcome(failed=("tests/contract/test_a.py::test_a",))


def test_server_that_does_not_start_is_an_error_and_not_a_failure(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT.format(why="harness.servers.server.ServerFailed: django stopped"), encoding="utf-8")

    assert not read_report(report).failed
    assert "does not start" in read_report(report).error


def test_test_that_fails_without_the_mutant_makes_the_trial_doubtful() -> None:
    trials = [Trial(fault(), Verdict.KILLED, ("a::b",)), Trial(fault("fastapi"), Verdict.KILLED, ("a::b",))]

    assert killing_tests(trials, "django") == ["a::b"]
    assert [trial.verdict for trial in with_doubtful(trials, "django", Outcome(failed=("a::b",)))] == [
        "doubtful",
        "killed",
    ]
    assert [trial.verdict for trial in with_doubtful(trials, "django", Outcome(error="no"))] == ["doubtful", "killed"]
    assert with_doubtful(trials, "django", Outcome()) == trials


def test_kill_rate_of_95_percent_passes_if_survivors_are_explained() -> None:
    killed = [Trial(fault(), Verdict.KILLED)] * 95
    explained, unexplained = Trial(fault(survives="It is slow."), Verdict.SURVIVED), Trial(fault(), Verdict.SURVIVED)
    untried = Trial(fault(survives="It is slow."), Verdict.UNTRIED)

    assert kill_rate([*killed, *[explained] * 5]) == 0.95
    assert has_passed([*killed, *[explained] * 5])
    assert not has_passed([*killed, *[explained] * 6])
    assert not has_passed([*killed, unexplained])
    assert not has_passed([*killed, untried])
