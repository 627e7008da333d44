"""What became of each line of a bank's file, in the reader's language and as a table to keep."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from chassis.http.pages.language import language_of
from console.formulas import safe
from console.offers.refusals import in_the_list
from console.visit import Visit

FATES: Mapping[str, str] = {
    "paid": "fate.paid",
    "known before": "fate.known",
    "kept: another amount": "kept.another_amount",
    "kept: nothing was asked": "kept.nothing_was_asked",
    "kept: paid before": "kept.paid_before",
}
FIELDS = {"application", "amount", "reference", "paid_on", "pool", "group", "interest"}
COLUMNS = ("line", "application", "reference", "fate", "why")


@dataclass(frozen=True)
class Fate:
    """Of one line: taken, known, kept aside, or refused; a person has to look at the latter two."""

    line: int
    application: str
    reference: str
    fate: str
    """`taken`, `known`, `kept` or `refused`: the text `fate.<it>`."""
    why: str


def fates_of(visit: Visit, lines: Iterable[Mapping[str, Any]]) -> tuple[Fate, ...]:
    return tuple(_fate(visit, line) for line in lines)


def _fate(visit: Visit, line: Mapping[str, Any]) -> Fate:
    said = str(line["fate"])
    kind = "taken" if said == "paid" else "known" if said == "known before" else said.partition(":")[0]
    why = visit.say(FATES[said]) if said in FATES else _refused(visit, said.removeprefix("refused: "))
    number, reference = str(line.get("application") or ""), str(line.get("reference") or "")
    return Fate(int(line["line"]), number, reference, kind, why)


def _refused(visit: Visit, said: str) -> str:
    """A refusal of the service, or the column that is not as it should be."""
    if foreseen := in_the_list(visit, said):
        return foreseen[1]
    column = said.partition(":")[0].partition("/")[0]
    if column in FIELDS:
        return visit.say("fate.column", column=f"{visit.say('asks.' + column)}（{column}）")
    return visit.say("fate.unforeseen") if language_of(visit.request) == "zh" else said


def as_text(fates: Iterable[Fate]) -> str:
    return json.dumps([asdict(one) for one in fates], ensure_ascii=False)


def as_csv(visit: Visit, text: str) -> str:
    """With the mark by which spreadsheets know UTF-8, and nothing that one would run."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for one in json.loads(text):
        said = {**one, "fate": visit.say("fate." + one["fate"])}
        rows.writerow([safe(str(said[name])) for name in COLUMNS])
    return "\ufeff" + out.getvalue()
