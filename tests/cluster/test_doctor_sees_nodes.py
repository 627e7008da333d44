"""The doctor names a node that is away, one that is behind, and a stream that stands on one node alone."""

from datetime import UTC, datetime

from chassis.log.append_health import GAVE_UP
from chassis.log.replicas import Copy, Replicas, replicas_in
from lianshen.doctor.copies import about_copies

NOW = datetime(2026, 11, 29, 4, tzinfo=UTC)
FINE = Copy("n2", current=True, offline=False, lag=0, silent=0.4)


def cases(*copies: Copy, wanted: int = 3, leader: str | None = "n1") -> dict[str, Replicas | None]:
    return {"CASES": Replicas("CASES", wanted, leader, copies)}


def sentences(streams: dict[str, Replicas | None]) -> list[str]:
    return [finding.sentence() for finding in about_copies(streams, NOW) if not finding.well]


def test_a_server_that_is_alone_has_no_nodes_to_speak_of() -> None:
    assert about_copies(cases(wanted=1, leader=None), NOW) == []


def test_a_server_that_is_alone_and_calls_itself_the_leader_is_one() -> None:
    alone = replicas_in({"config": {"name": "CASES", "num_replicas": 1}, "cluster": {"leader": "lianshen"}})
    assert about_copies({"CASES": alone}, NOW) == []


def test_three_that_are_current_are_well() -> None:
    found = about_copies(cases(FINE, Copy("n3", True, False, 0, 0.1)), NOW)
    assert [(one.what, one.well) for one in found] == [("node n1", True), ("node n2", True), ("node n3", True)]


def test_a_node_without_a_word_is_away_since_then() -> None:
    # A server that is killed or frozen is not called offline by the others: it is silent.
    (said,) = sentences(cases(FINE, Copy("n3", current=False, offline=False, lag=7, silent=60.0)))
    assert "node n3: is away or hangs; it has no current copy of CASES; since 2026-11-29 11:59:00" in said
    assert "lianshen cluster remove NAME" in said


def test_a_node_that_catches_up_is_said_to_be_behind() -> None:
    (said,) = sentences(cases(FINE, Copy("n3", current=False, offline=False, lag=7, silent=0.2)))
    assert "node n3: is 7 operations behind with CASES" in said


def test_a_node_whose_disk_was_full_is_named_with_the_reason() -> None:
    full = cases(FINE, Copy("n3", current=False, offline=False, lag=7, silent=0.2))
    findings = about_copies(full, NOW, gave_up={"n3"})
    assert [(one.what, one.well) for one in findings] == [("node n1", True), ("node n2", True), ("node n3", False)]
    assert GAVE_UP in findings[2].sentence()
    assert "make room on its disk" in findings[2].sentence()


def test_a_stream_on_one_node_of_a_cluster_is_no_cluster() -> None:
    (said,) = sentences(cases(wanted=1))
    assert "too few of CASES; mend it: `lianshen provision --replicas 3`" in said


def test_a_stream_that_nobody_leads_is_named() -> None:
    (said,) = sentences({**cases(FINE, Copy("n3", True, False, 0, 0.1)), "TIMERS": None})
    assert "nobody leads TIMERS" in said
