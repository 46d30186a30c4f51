"""The rules of the house that a test can see: who imports whom, and where."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["tickets", "sla", "integrations", "analytics", "ai", "ticketsite"]


def sources() -> list[Path]:
    files = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return [path for path in files if "migrations" not in path.parts]


@cache
def trees() -> list[tuple[Path, ast.Module]]:
    """Return what each file says, parsed once for all rules."""
    return [(path, ast.parse(path.read_text())) for path in sources()]


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def rooms_of(node: ast.AST) -> set[str]:
    return {module.partition(".")[0] for module in imported(node)} & set(ROOMS)


def test_a_room_imports_only_rooms_to_its_left() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} imports {other}"
        for path, tree in trees()
        for node in ast.walk(tree)
        for other in sorted(rooms_of(node))
        if ROOMS.index(other) > ROOMS.index(path.relative_to(ROOT).parts[0])
    ]
    assert not wrong, "\n".join(wrong)


def test_no_room_is_imported_inside_a_function() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} imports inside {function.name}"
        for path, tree in trees()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if rooms_of(node) or getattr(node, "level", 0)
    ]
    assert not wrong, "\n".join(wrong)


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def graph() -> dict[str, set[str]]:
    """Return module → modules it imports while loading, a package standing for its `__init__`."""
    modules = {module_of(path): tree for path, tree in trees()}
    edges: dict[str, set[str]] = {}
    for name, tree in modules.items():
        found = set()
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module:
                inner = {f"{node.module}.{alias.name}" for alias in node.names} & modules.keys()
                found |= inner or ({node.module} & modules.keys())
            elif isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names} & modules.keys()
        edges[name] = found - {name}
    return edges


def test_no_circles_between_modules() -> None:
    edges, done = graph(), set()

    def walk(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " → ".join([*above[above.index(name) :], name])
        if name not in done:
            for other in sorted(edges[name]):
                walk(other, (*above, name))
            done.add(name)

    for name in edges:
        walk(name, ())
