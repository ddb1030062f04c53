"""Imports go eval → assistant → ingest, each library has its owner, and nothing names the machine it was written on."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("ingest", "assistant", "eval")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
OWNERS = {
    "pypdf": ["ingest/parse/pdf.py", "ingest/parse/scan.py", "tests/*"],
    "pdfplumber": ["ingest/parse/pages.py", "eval/ekbacka/*", "tests/*"],
    "chromadb": ["ingest/passages.py", "eval/bench*"],
    "bm25s": ["ingest/lexical.py"],
    "sentence_transformers": ["ingest/embed.py", "assistant/rerank.py", "eval/training/*", "eval/bench*"],
    "onnxruntime": ["ingest/embed.py", "eval/training/*"],
    "chainlit": ["assistant/chat/*", "tests/assistant/chat/*"],
    "docx": ["ingest/parse/*", "assistant/export.py", "eval/ekbacka/*", "tests/*"],
    "openpyxl": [
        "ingest/parse/*",
        "assistant/export.py",
        "eval/ekbacka/*",
        "eval/questions.py",
        "tests/*",
    ],
}
LANGCHAIN = ["assistant/model.py", "assistant/langchain_retriever.py", "eval/bench*", "tests/*"]


def name_of(path: Path) -> str:
    """Path below the repository, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path, *, on_load: bool = False) -> Iterator[str]:
    """Modules that a file imports: all of them, or only those that it does when it is loaded itself."""
    todo: list[ast.AST] = [tree(path)]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} imports relatively"
            yield from [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for_types = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        later = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if not (on_load and (for_types or later)):
            todo.extend(ast.iter_child_nodes(node))


def names(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=name_of)


@names(MODULES)
def test_imports_point_against_the_flow(path):
    package = name_of(path).split("/")[0]
    allowed = PACKAGES[: PACKAGES.index(package) + 1]
    ours = {module.split(".")[0] for module in imports(path)} & set(PACKAGES)
    assert ours <= set(allowed)


@names([*MODULES, *TESTS])
def test_each_library_has_its_owner(path):
    used = {module.split(".")[0] for module in imports(path)}
    for library in used:
        owners = LANGCHAIN if library.startswith("langchain") else OWNERS.get(library, ["*"])
        assert any(fnmatch(name_of(path), owner) for owner in owners), f"{library} belongs to {', '.join(owners)}"


def test_no_module_needs_itself_to_load():
    known = {name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in MODULES}
    needs = {module: set(imports(path, on_load=True)) & set(known) for module, path in known.items()}

    def visit(module, above):
        assert module not in above, " → ".join([*above[above.index(module) :], module])
        if module not in done:
            for other in sorted(needs[module] - {module}):
                visit(other, [*above, module])
            done.add(module)

    done = set()
    for module in sorted(needs):
        visit(module, [])


@names([path for path in MODULES if path.name != "__init__.py"])
def test_module_says_what_it_is(path):
    told = ast.get_docstring(tree(path))
    assert told
    assert told.split("\n")[0].rstrip().endswith((".", ":"))


def test_nothing_names_the_machine_it_was_written_on():
    here = re.compile(r"(?<![\w./:-])/(?:work|tmp|home|root|Users|mnt|opt)/|[A-Z]:\\\\")
    texts = [*MODULES, *TESTS, ROOT / "pyproject.toml", ROOT / "Makefile", *(ROOT / "prompts").rglob("*.md")]
    endings = {".md", ".yaml", ".toml"}
    texts += [path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.suffix in endings]
    found = [
        f"{name_of(path)}:{number}"
        for path in texts
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if here.search(line)
    ]
    assert found == []


def test_no_package_files_among_the_tests():
    assert [name_of(path) for path in TESTS if path.name == "__init__.py"] == []


def test_what_is_imported_is_declared():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    listed = {re.split(r"[\[<>=~! ;]", one)[0].replace("-", "_").casefold() for one in declared}
    other = {
        "yaml": "pyyaml",
        "docx": "python_docx",
        "markdown_it": "markdown_it_py",
        "pptx": "python_pptx",
        "PIL": "pillow",
    }
    ours = [path for path in MODULES if not name_of(path).startswith("eval/")]
    used = {module.split(".")[0] for path in ours for module in imports(path)} - set(PACKAGES) - {"starlette", "msvcrt"}
    missing = {name for name in used if name not in sys.stdlib_module_names and other.get(name, name) not in listed}
    assert missing == set()
