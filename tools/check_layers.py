#!/usr/bin/env python3
"""Check that modules include one another in one direction only, and that each third party stays in its place.

Usage: check_layers.py [ROOT]. Prints each fault as path:line: message and exits 1 if there is one.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

# What a module may include, besides itself. "module/header.hpp" allows that one header only.
ALLOWED: dict[str, set[str]] = {
    "core": set(),
    "random": {"core"},
    "stats": {"core"},
    "network": {"core"},
    "ledger": {"core"},
    "population": {"core", "random"},
    "health": {"core", "random", "population"},
    "contracts": {"core", "stats", "population", "network", "ledger"},
    "expectation": {"core", "random", "stats", "contracts/gain.hpp", "contracts/term_curves.hpp"},
    "behaviour": {"core", "random", "population", "health", "network", "contracts/marginal.hpp"},
    "engine": {
        "core",
        "random",
        "stats",
        "network",
        "ledger",
        "population",
        "health",
        "contracts",
        "behaviour",
        "expectation",
    },
    "analysis": {"core", "random", "stats", "ledger", "contracts", "engine/agreement.hpp", "engine/results.hpp"},
}
# Reads what a person wrote and makes the engine's model of it (compile.hpp), so it may see everything.
ALLOWED["scenario"] = set(ALLOWED)

# Third parties: header prefix, and the only place (path prefix) that may name it.
THIRD_PARTIES = {
    "oneapi/tbb": "src/core/parallel.hpp",
    "tbb/": "src/core/parallel.hpp",
    "boost/multiprecision/": "src/contracts/",
    "boost/": "src/network/",
    "yaml-cpp/": "src/scenario/",
    "pybind11/": "python/src/",
    "sleef.h": "src/",
    "Random123/": "tests/",
    "Eigen/": "",
}
STANDARD = re.compile(r"[a-z0-9_]+$")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')


def module_of(path: str) -> str | None:
    """Name the module that a file under include/ or src/ belongs to; None for the umbrella and for other places."""
    parts = path.split("/")
    if parts[0] == "src":
        parts = parts[1:]
    elif parts[:2] == ["include", "waterbed"]:
        parts = parts[2:]
    else:
        return None
    return parts[0] if len(parts) > 1 else None


def faults_of_include(path: str, header: str) -> Iterator[str]:
    """Say what is wrong with one include of one file."""
    module = module_of(path)
    name = header.removeprefix("waterbed/")
    target = name.split("/")[0]
    if target in ALLOWED and "/" in name:
        if header == name and path.startswith("include/"):
            yield f"public header includes the private {header}"
        if module is None or target == module:
            return
        if target not in ALLOWED[module] and name not in ALLOWED[module]:
            yield f"{module} must not include {header}"
        return
    if name == "waterbed.hpp" and header != name:
        if module is not None:
            yield "the umbrella header is for users of the library"
        return
    for prefix, place in THIRD_PARTIES.items():
        if header.startswith(prefix):
            if path.startswith("tests/") or path.startswith("benchmarks/"):
                return
            if not path.startswith(place):
                yield f"{header} is for {place} only"
            return
    if ".." in header.split("/"):
        yield f"{header}: name headers from include/ or src/"
    elif path.startswith("include/") and not STANDARD.match(header):
        yield f"public header includes {header}: only the standard library, Eigen and waterbed/ are promised"


def faults(root: Path) -> Iterator[str]:
    """List all faults below a root, in order of path and line."""
    files = sorted(
        path
        for folder in ("include", "src", "python/src", "tests", "examples", "benchmarks")
        for path in (root / folder).rglob("*")
        if path.suffix in {".hpp", ".cpp"}
    )
    for file in files:
        path = file.relative_to(root).as_posix()
        module = module_of(path)
        if module is not None and module not in ALLOWED:
            yield f"{path}:1: unknown module {module}"
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            match = INCLUDE.match(line)
            if match:
                for fault in faults_of_include(path, match[2]):
                    yield f"{path}:{number}: {fault}"


def main() -> int:
    """Run the check on ROOT, by default the repository that holds this file."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    found = list(faults(root))
    for fault in found:
        print(fault)
    print(f"layers: {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
