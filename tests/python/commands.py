"""What users start from a shell: the command `waterbed` and the tools of the source tree."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType


def waterbed(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder and wait for it."""
    command = [sys.executable, "-m", "waterbed", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def tool_named(root: Path, name: str) -> ModuleType:
    """Load a tool, whose file has no ending, as a module."""
    loader = importlib.machinery.SourceFileLoader(f"{name}_tool", str(root / "tools" / name))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module
