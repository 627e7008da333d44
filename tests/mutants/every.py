"""Every small change of a module, made by machine: `python -m tests.mutants.every PATH KILLER …` lists who survives.

A comparison is turned, `and` is `or`, a `not` is dropped, a constant is another one, a value that is given back is
none. Killers are named as in the lists beside this file.
"""

import ast
import copy
import json
import os
import sys
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


def main(path: str, *names: str) -> int:
    """One line of JSON a survivor, and how many there were."""
    mutants = list(every(path, tuple(map(killer, names))))
    ran = list(run(Job(str(it), it.killers, it) for it in mutants))
    survivors = [it.name for it in ran if it.code == 0]
    for name in sorted(survivors):
        print(json.dumps(name, ensure_ascii=False))
    print(f"{path}: {sum(it.code == RED for it in ran)} killed, {len(survivors)} survived, of {len(ran)}")
    return 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(*sys.argv[1:]))
