import json
from dataclasses import replace

import pytest

from benchmarks.figures import Figures, as_json, figures, percentile, ratios, spread
from benchmarks.peers import ours
from benchmarks.stage import Failed, part_of
from benchmarks.table import caption, costs, rows, text


def at(rate: float) -> Figures:
    return Figures(100, rate, p50_ms=10, p99_ms=20, cpu_ms_per_case=3, peak_pss_mb=200)


ROUNDS = [{"lianshen": at(400), "dbos": at(80)}, {"lianshen": at(300), "dbos": at(100)}, {"lianshen": at(500)}]
"""In the third round the peer failed."""


def test_a_ratio_is_taken_within_a_round_and_only_where_both_were_measured() -> None:
    assert ratios(ROUNDS, "lianshen", "dbos") == [5.0, 3.0]
    assert ratios(ROUNDS, "lianshen", "restate") == []


def test_a_spread_is_the_least_the_middle_and_the_most() -> None:
    assert spread([5.0, 3.0, 4.5]) == (3.0, 4.5, 5.0)
    assert spread([5.0, 3.0]) == (3.0, 4.0, 5.0)


def test_a_percentile_is_one_of_the_values() -> None:
    hundred = [float(n) for n in range(100, 0, -1)]
    assert percentile(hundred, 0.50) == 50
    assert percentile(hundred, 0.99) == 99
    assert percentile([7.0], 0.99) == 7


def test_figures_are_per_case_and_per_second() -> None:
    found = figures([10.0, 20.0, 30.0, 40.0], 2.0, {"server": 0.08, "load": 0.02}, 12.34, {"disk_flushes": 50})
    by_part, counts = {"server": 20.0, "load": 5.0}, {"disk_flushes": 12.5}
    assert found == Figures(4, 2.0, 20.0, 40.0, 25.0, 12.3, cpu_ms_by_part=by_part, counts=counts)
    with pytest.raises(ValueError, match="no case"):
        figures([], 1, {}, 1)


def test_json_has_every_round_and_no_ratio_to_ourselves() -> None:
    found = json.loads(json.dumps(as_json(ROUNDS, "lianshen", ["lianshen", "dbos", "restate"])))
    assert [sorted(each) for each in found["rounds"]] == [["dbos", "lianshen"], ["dbos", "lianshen"], ["lianshen"]]
    assert found["ratios"] == {"dbos": {"low": 3.0, "middle": 4.0, "high": 5.0, "each": [5.0, 3.0]}}


def test_the_table_shows_the_middle_the_spread_and_why_a_system_is_missing() -> None:
    questions = {"lianshen": "signed", "dbos": "a function call", "restate": "a function call"}
    table = rows(ROUNDS, "lianshen", questions, {"restate": "npm is missing"})
    assert table[0][:4] == ("lianshen", "signed", "400.0", "(300.0-500.0)")
    assert table[0][-2:] == ("", "")
    assert table[1][1:4] == ("a function call", "90.0", "(80.0-100.0)")
    assert table[1][-2:] == ("4.00 x", "(3.00-5.00)")
    assert table[2] == ("restate", "not measured: npm is missing")
    lines = text(table).splitlines()
    assert lines[2].endswith("4.00 x  (3.00-5.00)")
    assert lines[3] == "restate   not measured: npm is missing"


def test_beside_the_table_stands_whose_cpu_it_was_and_what_was_counted() -> None:
    one, other = (replace(at(400), cpu_ms_by_part={"server": ms}, counts={"disk_flushes": 1.5}) for ms in (2.0, 4.0))
    assert costs([{"lianshen": one}, {"lianshen": other}, {"dbos": at(80)}], ["lianshen", "dbos"]).splitlines() == [
        "lianshen, CPU ms/case: server 3.0",
        "lianshen, counted/case: disk flushes 1.5",
    ]


def test_a_process_is_named_without_its_number_and_departments_are_together() -> None:
    assert [part_of(name) for name in ("front-41234", "load-0", "nats-server", "tax", "housing")] == [
        *("front", "load", "nats-server", "departments", "departments")
    ]


def test_a_table_says_when_where_and_how_it_was_measured() -> None:
    machine = {"date": "2026-11-28T10:00:00+00:00", "cores": 2, "cpu": "AMD EPYC", "memory_gb": 25.3}
    said = caption(machine | {"kernel": "6.18", "load_before": 0.1}, "python -m benchmarks --rounds 3")
    assert said == (
        "2026-11-28, 2 cores of AMD EPYC, 25.3 GB, Linux 6.18, load before 0.1: python -m benchmarks --rounds 3"
    )


def test_our_cpu_has_the_load_generator_in_it_as_the_peers_have() -> None:
    said = {"cases": 100, "cases_per_second": 350, "p50_ms": 80, "p99_ms": 120, "cpu_ms_per_case": 4.5}
    more = {"cpu_ms_per_case_generator": 0.25, "peak_pss_mb": 300}
    assert ours.read(json.dumps(said | more), 100).cpu_ms_per_case == 4.75
    of_it = {"cpu_ms_per_case_asking": 1.5, "disk_flushes_per_case": None, "server_in_per_case": 60}
    found = ours.read(json.dumps(said | more | of_it), 100)
    assert found.cpu_ms_by_part == {"asking": 1.5, "generator": 0.25}
    assert found.counts == {"server_in": 60}
    with pytest.raises(Failed, match="peak_pss_mb"):
        ours.read(json.dumps(said), 100)
