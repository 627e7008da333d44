"""deploy/systemd/wheelhouse.py as a module: it is a script beside what it packs."""

import importlib.util
from types import ModuleType

from tests.deploy.units import UNITS


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("wheelhouse", UNITS / "wheelhouse.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


packed = _loaded()
