"""One idea a file, and folders that can be seen at a glance: how large a module, a function and a folder may be."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
PRODUCT = ("contracts", "procedures", "chassis", "inquiry", "evidence", "services", "lianshen")
EVERYTHING = (*PRODUCT, "benchmarks", "examples", "tests")


def modules(folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*.py") if path.name != "__init__.py")


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_a_module_has_at_most_four_hundred_lines_and_half_of_them_at_most_110() -> None:
    sizes = {str(path.relative_to(ROOT)): lines(path) for path in modules(PRODUCT)}
    assert len(sizes) > 100, "the modules were not found"
    assert {name: size for name, size in sizes.items() if size > 400} == {}
    assert median(sizes.values()) <= 110


def test_no_function_has_more_than_sixty_lines() -> None:
    long = {}
    for path in modules(EVERYTHING):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or 0) - node.lineno + 1
                if size > 60:
                    long[f"{path.relative_to(ROOT)}: {node.name}"] = size
    assert long == {}


def test_no_folder_has_more_than_twenty_modules() -> None:
    folders = Counter(str(path.parent.relative_to(ROOT)) for path in modules(EVERYTHING))
    assert {folder: count for folder, count in folders.items() if count > 20} == {}


def test_the_readme_is_read_in_five_minutes() -> None:
    assert len((ROOT / "README.md").read_bytes()) <= 6 * 1024
