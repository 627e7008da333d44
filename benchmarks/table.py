"""The table that the command prints: the middle of the rounds for each system, and how far apart they were."""

from collections.abc import Mapping, Sequence

from benchmarks.figures import Rounds, ratios, spread

HEAD = (
    *("system", "a question is", "cases/s", "(low-high)", "p50 ms", "p99 ms", "CPU ms/case", "peak MB"),
    *("Lianshen is", "(low-high)"),
)
TEXTS = 2
"""How many columns are words: to the left, the figures to the right."""


def rows(rounds: Rounds, ours: str, questions: Mapping[str, str], why_not: Mapping[str, str]) -> list[tuple[str, ...]]:
    """One row a system, in the order of `questions`; where a system has no figures, its row says why not."""
    found: list[tuple[str, ...]] = []
    for name, question in questions.items():
        mine = [each[name] for each in rounds if name in each]
        if not mine:
            found.append((name, f"not measured: {why_not.get(name, 'the run was stopped before')}"))
            continue
        rate = spread([one.cases_per_second for one in mine])
        middles = (
            f"{spread([getattr(one, field) for one in mine]).middle:,.1f}"
            for field in ("p50_ms", "p99_ms", "cpu_ms_per_case", "peak_pss_mb")
        )
        times = ratios(rounds, ours, name) if name != ours else []
        ratio = spread(times) if times else None
        found.append(
            (
                *(name, question, f"{rate.middle:,.1f}", f"({rate.low:,.1f}-{rate.high:,.1f})", *middles),
                *((f"{ratio.middle:.2f} x", f"({ratio.low:.2f}-{ratio.high:.2f})") if ratio else ("", "")),
            )
        )
    return found


def costs(rounds: Rounds, names: Sequence[str]) -> str:
    """Two lines a system: whose CPU a case is, and what was counted of one; the middle of the rounds."""
    lines = []
    for name in names:
        mine = [each[name] for each in rounds if name in each]
        for what, found in (
            ("CPU ms/case", [one.cpu_ms_by_part for one in mine]),
            ("counted/case", [one.counts for one in mine]),
        ):
            if said := " · ".join(f"{part} {n:,.1f}" for part, n in _middles(found)):
                lines.append(f"{name}, {what}: {said}")
    return "\n".join(lines)


def _middles(found: Sequence[Mapping[str, float]]) -> list[tuple[str, float]]:
    names = list(dict.fromkeys(name for one in found for name in one))
    return [(name.replace("_", " "), spread([one[name] for one in found if name in one]).middle) for name in names]


def text(table: Sequence[tuple[str, ...]]) -> str:
    """Aligned; a row of two cells is a name and a sentence."""
    whole = [HEAD, *(row for row in table if len(row) == len(HEAD))]
    widths = [max(len(row[column]) for row in whole) for column in range(len(HEAD))]
    widths[0] = max(len(row[0]) for row in (HEAD, *table))
    lines = []
    for row in (HEAD, *table):
        if len(row) == TEXTS:
            cells = [row[0].ljust(widths[0]), row[1]]
        else:
            cells = [cell.ljust(widths[n]) if n < TEXTS else cell.rjust(widths[n]) for n, cell in enumerate(row)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def caption(machine: Mapping[str, object], command: str) -> str:
    """When, where and how a table was measured, so that it can stand alone."""
    on = f"{machine['cores']} cores of {machine['cpu']}, {machine['memory_gb']} GB, Linux {machine['kernel']}"
    return f"{str(machine['date'])[:10]}, {on}, load before {machine['load_before']}: {command}"
