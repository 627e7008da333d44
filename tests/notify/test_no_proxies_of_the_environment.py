"""Whoever starts us may have proxies in the environment; what we send holds people's data and goes straight."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = ("chassis", "contracts", "lianshen", "services", "examples")
CLIENTS = frozenset({"AsyncClient", "Client", "AsyncHTTPTransport", "HTTPTransport", "create_ssl_context"})
ONE_CALL = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "stream"})
READ_THE_ENVIRONMENT = frozenset({"requests", "aiohttp", "urllib.request", "urllib3"})


def faults_of(source: str) -> list[str]:
    """Every call of httpx that would read the environment, and every import of a client that does."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called, of = node.func.attr, node.func.value
            if isinstance(of, ast.Name) and of.id == "httpx" and called in CLIENTS | ONE_CALL:
                said = {each.arg: getattr(each.value, "value", None) for each in node.keywords}
                if said.get("trust_env") is not False and "transport" not in said:
                    found.append(f"line {node.lineno}: httpx.{called} without trust_env=False")
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        found += [f"imports {name}" for name in names if name in READ_THE_ENVIRONMENT]
        if isinstance(node, ast.ImportFrom) and node.module == "httpx":
            found += [f"httpx.{each.name} under another name" for each in node.names if each.name in CLIENTS]
    return found


def test_nobody_here_asks_the_environment_for_a_proxy() -> None:
    files = [path for folder in SHIPPED for path in (ROOT / folder).rglob("*.py")]
    assert len(files) > 100
    found = {str(path.relative_to(ROOT)): faults_of(path.read_text(encoding="utf-8")) for path in files}
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import httpx\nhttpx.AsyncClient(timeout=4)",
        "import httpx\nhttpx.AsyncClient(trust_env=True)",
        "import httpx\nasync def f():\n    async with httpx.AsyncClient(verify=x) as client: pass",
        "import httpx\nhttpx.post('http://127.0.0.1/')",
        "from httpx import AsyncClient",
        "import requests",
        "from urllib.request import urlopen",
    ],
)
def test_the_look_sees_a_client_that_does(source: str) -> None:
    assert len(faults_of(source)) == 1
