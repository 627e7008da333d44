"""Every small change of a module, made by machine: `python -m tests.mutants.every PATH KILLER …` lists who survives.

A comparison is turned, `and` is `or`, a `not` is dropped, a constant is another one, a value that is given back is
none. Killers are named as in the lists beside this file. With `--most N` so many of them, drawn by `--seed`.
"""

import argparse
import ast
import copy
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator

from tests.mutants.mutant import ROOT, Mutant, killer
from tests.mutants.run import RED, Job, run

TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


def changed(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    other = copy.deepcopy(node)
    if isinstance(other, ast.Compare):
        for n, operator in enumerate(other.ops):
            turned = copy.deepcopy(other)
            turned.ops[n] = TURNED[type(operator)]()
            yield turned
    elif isinstance(other, ast.BoolOp):
        other.op = ast.Or() if isinstance(other.op, ast.And) else ast.And()
        yield other
    elif isinstance(other, ast.UnaryOp) and isinstance(other.op, ast.Not):
        yield other.operand
    elif isinstance(other, ast.Constant) and isinstance(other.value, bool | int):
        yield ast.Constant(not other.value if isinstance(other.value, bool) else other.value + 1)
    elif isinstance(other, ast.Return) and other.value is not None and not _is_none(other.value):
        yield ast.Return(ast.Constant(None))


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def every(path: str, killers: tuple[str, ...]) -> Iterator[Mutant]:
    """One mutant a change; of a text that stands there twice its line tells which."""
    source = (ROOT / path).read_text(encoding="utf-8")
    lines = source.splitlines(keepends=True)
    starts = [sum(len(line) for line in lines[:n]) for n in range(len(lines) + 1)]

    def at(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    tree = ast.parse(source)
    # Until Python 3.12 nobody can tell where within an f-string a part of it stands.
    worded = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in (node for node in ast.walk(tree) if id(node) not in worded):
        if isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Constant | ast.Return):
            begin, end = at(node.lineno, node.col_offset), at(node.end_lineno or 0, node.end_col_offset or 0)
            for other in changed(node):
                text = ast.unparse(other)
                new = text if isinstance(other, ast.Return) else f"({text})"
                why = f"{node.lineno}: {source[begin:end]!r:.60} is {new!r:.60}"
                yield Mutant(path, source, source[:begin] + new + source[end:], why, killers)


def main(path: str, names: list[str], most: int | None, seed: int) -> int:
    """One line of JSON a survivor as soon as it is known, and how many there were. Ends with 2 if it says nothing."""
    killers = tuple(map(killer, names))
    mutants = list(every(path, killers))
    if most is not None and most < len(mutants):
        mutants = random.Random(seed).sample(mutants, most)
    ended: Counter[str] = Counter()
    for ran in run([Job("unchanged", killers), *(Job(str(it), killers, it) for it in mutants)]):
        if ran.name == "unchanged":
            if ran.code != 0:
                print(f"{path}: without any change {' '.join(killers)} ends with {ran.code}, not green", flush=True)
                return 2
            continue
        ended["survived" if ran.code == 0 else "killed" if ran.code == RED else "stopped"] += 1
        if ran.code == 0:
            print(json.dumps(ran.name, ensure_ascii=False), flush=True)
    counts = f"{ended['killed']} killed, {ended['stopped']} not collected or without end, {ended['survived']} survived"
    print(f"{path}: {counts}, of {len(mutants)}", flush=True)
    return 0


if __name__ == "__main__":
    os.chdir(ROOT)
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("killers", nargs="+")
    parser.add_argument("--most", type=int)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    sys.exit(main(told.path, told.killers, told.most, told.seed))
