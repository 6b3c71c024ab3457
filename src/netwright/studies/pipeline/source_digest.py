"""The digest of code: of modules and everything of netwright that they import."""

import ast
import hashlib
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from netwright.machine.durable import write_durably

_Read = tuple[str, tuple[str, ...]]
"""(digest of a module's syntax tree, names of the modules that it imports)."""
_PYTHON = f"{sys.version_info[:2]} ".encode()
"""The tree of one text may differ between versions of Python."""
_PACKAGE = "netwright"
_PLACE = re.compile(r"netwright(?:\.\w+)+(?::[\w.]+)?")
"""A string that names a module, which is imported only when it is needed."""


class Sources:
    """The source files of netwright, each read once.

    Args:
        root: The folder of the package; where it is installed if not given.
        notes: A file that remembers what was read, so that the next process need not parse it again; None for none.
    """

    def __init__(self, root: Path | None = None, notes: Path | None = None) -> None:
        self._root = root or Path(__file__).parents[2]
        self._notes = notes
        self._known = _remembered(notes)
        self._fresh: dict[str, _Read] = {}
        self._read: dict[str, _Read | None] = {}

    def digest(self, modules: Iterable[str]) -> str:
        """Return the SHA-256 of what modules, and all modules of netwright that they import, say.

        It is taken of their syntax trees without docstrings: comments, layout and documentation change nothing.
        Imports inside functions count, and so do modules named in strings, as catalogs do; imports for type checkers
        do not.

        Args:
            modules: Their names, such as `netwright.data.split`.

        Returns:
            64 hexadecimal digits.
        """
        digest = hashlib.sha256()
        for name in sorted(self.imported_by(modules)):
            read = self._of(name)
            if read is not None:
                digest.update(f"{name} {read[0]}\n".encode())
        return digest.hexdigest()

    def imported_by(self, modules: Iterable[str]) -> set[str]:
        """Return modules together with all modules of netwright that they import, directly or not.

        Args:
            modules: Their names.

        Returns:
            Names.
        """
        found: set[str] = set()
        waiting = list(modules)
        while waiting:
            name = waiting.pop()
            read = self._of(name) if name not in found else None
            if read is not None:
                found.add(name)
                waiting += read[1]
        return found

    def remember(self) -> None:
        """Write down what was read for the first time; StorageError where the file cannot be written."""
        if self._notes is not None and self._fresh:
            write_durably(self._notes, json.dumps(self._known | self._fresh).encode())
            self._known, self._fresh = self._known | self._fresh, {}

    def _of(self, name: str) -> _Read | None:
        if name not in self._read:
            file = _file(name, self._root)
            self._read[name] = None if file is None else self._parsed(file.read_bytes())
        return self._read[name]

    def _parsed(self, text: bytes) -> _Read:
        key = hashlib.sha256(_PYTHON + text).hexdigest()
        if key not in self._known and key not in self._fresh:
            self._fresh[key] = _parse(text)
        return self._known.get(key) or self._fresh[key]


def _remembered(notes: Path | None) -> dict[str, _Read]:
    try:
        known = json.loads(notes.read_bytes()) if notes is not None else {}
        return {str(key): (str(digest), tuple(map(str, names))) for key, (digest, names) in known.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        # missing or damaged: it can be made again
        return {}


def _file(name: str, root: Path) -> Path | None:
    head, _, rest = name.partition(".")
    if head != _PACKAGE:
        return None
    place = root.joinpath(*rest.split(".")) if rest else root
    return next((file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()), None)


def _parse(text: bytes) -> _Read:
    tree = ast.parse(text)
    names = tuple(sorted(_imports(tree)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            _strip(node)
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest(), names


def _imports(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            waiting += node.orelse
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            # `from netwright.data import catalog` names a module too
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _PLACE.fullmatch(node.value):
            found.add(node.value.partition(":")[0])
        waiting += ast.iter_child_nodes(node)
    return {name for name in found if name.startswith(f"{_PACKAGE}.")}


def _strip(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        node.body = node.body[1:]
