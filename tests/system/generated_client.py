"""A kiosk's client as a stranger makes it: models generated from the OpenAPI document, one call an operation."""

import importlib.util
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
from pydantic import TypeAdapter


def generated_models(document: dict[str, Any], folder: Path) -> ModuleType:
    """The models of a document, made by datamodel-code-generator and imported."""
    source, target = folder / "openapi.json", folder / "kiosk_models.py"
    source.write_text(json.dumps(document))
    command = [sys.executable, "-m", "datamodel_code_generator", "--input", str(source), "--output", str(target)]
    options = ["--input-file-type", "openapi", "--output-model-type", "pydantic_v2.BaseModel"]
    subprocess.run([*command, *options, "--formatters", "builtin"], check=True, timeout=60)
    spec = importlib.util.spec_from_file_location("kiosk_models", target)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["kiosk_models"] = module
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Answered:
    """A status, its headers, and the body as the model that the document promises for it."""

    status: int
    headers: httpx.Headers
    body: Any


@dataclass(frozen=True)
class GeneratedClient:
    """Knows of intake what stands in its document, and nothing else."""

    http: httpx.AsyncClient
    document: dict[str, Any]
    models: ModuleType

    async def call(self, operation: str, number: str = "", body: Any = None, **headers: str) -> Answered:
        """Calls an operation by its id. A status or body that the document does not have is an error."""
        path, method, described = next(
            (path, method, described)
            for path, methods in self.document["paths"].items()
            for method, described in methods.items()
            if described["operationId"] == operation
        )
        content = None
        if body is not None:
            schema = described["requestBody"]["content"]["application/json"]["schema"]
            content = self._model(schema).validate_python(body).model_dump_json(exclude_none=True)
            headers["Content-Type"] = "application/json"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        reply = await self.http.request(method, path.replace("{number}", number), content=content, headers=named)
        promised = described["responses"][str(reply.status_code)].get("content")
        if promised is None:
            return Answered(reply.status_code, reply.headers, None)
        read = self._model(promised[reply.headers["content-type"]]["schema"]).validate_json(reply.content)
        return Answered(reply.status_code, reply.headers, read)

    def _model(self, schema: dict[str, Any]) -> TypeAdapter[Any]:
        if schema.get("type") == "array":
            return TypeAdapter(list[self._class(schema["items"])])  # type: ignore[misc]
        return TypeAdapter(self._class(schema))

    def _class(self, schema: dict[str, Any]) -> Any:
        return getattr(self.models, schema["$ref"].rsplit("/", 1)[1])
