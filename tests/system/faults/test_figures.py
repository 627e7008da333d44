"""The figures of a drill, reckoned by hand."""

from tests.system.faults.figures import Bars, Fault, Figures, Stall, stalls, table, waits

KILLED = Fault("kill -9 of n1", 100.0, serves_at=101.0)
STOPPED = Fault("SIGSTOP of n2", 130.0)


def test_a_stall_lasts_from_the_fault_to_the_end_of_the_longest_silence_that_it_met_or_brought() -> None:
    # From 111.0 to 129.0 the machine was busy with something else.
    receipts = [99.0, 99.9, 100.1, 108.0, 109.0, 110.5, 111.0, 129.0, 131.0, 134.5, 134.6]
    first, second = stalls([KILLED, STOPPED], receipts)
    assert (round(first.seconds, 1), first.after_it_serves) == (7.9, 7.0)
    # The longest after 130.0 is that from 131.0 to 134.5: what went before does not count twice.
    assert (second.since, second.seconds, second.after_it_serves) == (131.0, 3.5, 3.5)
    assert stalls([STOPPED], [99.0, 120.0]) == ()


def test_a_case_waits_for_what_no_stall_explains() -> None:
    met = [Stall(KILLED, 100.0, 108.0), Stall(Fault("again", 107.0), 107.0, 110.0)]
    received = {"before": 90.0, "in it": 99.0, "open": 99.0}
    determined = {"before": 95.0, "in it": 112.0}
    assert waits(received, determined, met) == {"before": 5.0, "in it": 3.0}


def figures(**changes: object) -> Figures:
    given = {
        "cases": 2,
        "lost": 0,
        "not_once": 0,
        "stalls": (),
        "waits": {"a": 0.2, "b": 0.4},
        "ended": 0,
        "audit": (),
    }
    return Figures(**{**given, **changes})  # type: ignore[arg-type]


def test_each_thing_that_does_not_hold_is_named() -> None:
    bars = Bars(silent=10)
    assert figures().broken(bars) == []
    late = Stall(KILLED, 100.0, 110.5)
    assert figures(stalls=(late,)).broken(bars) == [
        "kill -9 of n1: intake was silent for 10.5 s, more than 10",
    ]
    assert figures(stalls=(late,)).broken(Bars(silent=10, after_it_serves=True)) == []
    for change in (
        {"lost": 1},
        {"not_once": 1},
        {"ended": 1},
        {"audit": ("I3",)},
        {"slowest": 10.1},
        {"waits": {"a": 15.1}},
    ):
        assert len(figures(**change).broken(bars)) == 1


def test_the_table_has_a_line_a_fault() -> None:
    text = table("leader-kill", figures(stalls=(Stall(KILLED, 100.0, 108.0),)), began=90.0)
    assert "| 10 s | kill -9 of n1 | 8.0 s | 7.0 s |" in text
    assert "audit clean" in text
