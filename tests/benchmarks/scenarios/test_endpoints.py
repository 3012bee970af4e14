"""The scenarios that only single parts measure."""

import yaml

from benchmarks.scenarios import EVERY, OFFERED, SCENARIOS
from benchmarks.scenarios.endpoints import FILE_BYTES, LARGE_PAGE, READS_PER_SIGN_IN, reads_with_sign_ins, upload
from benchmarks.scenarios.sample import Sample
from harness.paths import ROOT

CONTRACT = yaml.safe_load((ROOT / "shared_contract" / "settings.yaml").read_text(encoding="utf-8"))
SAMPLE = Sample(
    products=[(f"cup-{number}", "Cup", "A cup.") for number in range(12)],
    stocked=[],
    categories=[],
    prices=("1", "2"),
    customers=["one@example.com", "two@example.com"],
    product_pages={},
    category_pages={},
)


def test_single_parts_add_scenarios_to_those_of_the_main_part() -> None:
    added = ["product_page_first", "product_page_500", "product_page_100", "reads_with_sign_ins"]
    assert list(OFFERED) == [*SCENARIOS, *added]
    assert list(EVERY) == [*OFFERED, "upstream", "large_json", "upload", "cached_detail"]


def test_the_upload_is_not_larger_than_the_contract_allows_for_a_body() -> None:
    ((step,),) = upload(SAMPLE)
    assert FILE_BYTES < len((step.request.body or "").encode()) < CONTRACT["bodies"]["max_bytes"]


def test_the_large_page_is_the_largest_of_the_contract() -> None:
    assert CONTRACT["pages"]["max_limit"] == LARGE_PAGE


def test_one_request_in_ten_is_a_sign_in_and_only_its_latency_is_not_recorded() -> None:
    journeys = reads_with_sign_ins(SAMPLE)
    assert len(journeys) == len(SAMPLE.customers)
    for journey in journeys:
        assert [step.is_background for step in journey] == [False] * READS_PER_SIGN_IN + [True]
        assert [step.request.path == "/api/auth/login" for step in journey] == [step.is_background for step in journey]
        assert len({step.request.path for step in journey}) == READS_PER_SIGN_IN + 1
