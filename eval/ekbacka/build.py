"""Build the documents of Ekbacka kommun from their sources: `python -m eval.ekbacka.build [--out documents]`."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from eval.ekbacka.copied import copied
from eval.ekbacka.pdf import pdf
from eval.ekbacka.scan import scan
from eval.ekbacka.sheet import sheet
from eval.ekbacka.source import Source, SourceError, read
from eval.ekbacka.web import web
from eval.ekbacka.word import word

SOURCES = Path(__file__).parent / "sources"
WRITERS: dict[str, Callable[[Source], bytes]] = {
    "pdf": pdf, "docx": word, "xlsx": sheet, "md": web, "txt": copied, "scan": scan
}  # fmt: skip


def build(sources: Path, out: Path) -> tuple[list[Path], list[SourceError]]:
    """Write the file of every source under `sources` into `out`.

    Returns the files, in order, and the sources that could not be built. A file that is already right is not touched.
    """
    built: list[Path] = []
    errors: list[SourceError] = []
    for path in sorted(sources.rglob("*.md")):
        name = path.relative_to(sources).as_posix()
        try:
            source = read(path, sources)
            target = out / source.target
            _write(target, _made(source, name))
            built.append(target)
        except SourceError as error:
            errors.append(error)
    return built, errors


def _made(source: Source, name: str) -> bytes:
    try:
        return WRITERS[source.front.format](source)
    except SourceError:
        raise
    except Exception as error:  # a library refused something; say in which source
        reason = str(error).splitlines()[0][:300] if str(error) else type(error).__name__
        raise SourceError(f"{name} cannot be made into {source.front.format}: {reason}") from error


def _write(target: Path, data: bytes) -> None:
    if target.exists() and target.read_bytes() == data:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def main() -> int:
    """Build, and print what went wrong. 0 when all is well."""
    parser = argparse.ArgumentParser(description="Build the documents of Ekbacka kommun from their sources.")
    parser.add_argument("--sources", type=Path, default=SOURCES, help="folder with the sources")
    parser.add_argument("--out", type=Path, default=Path("documents"), help="folder to write into (default: documents)")
    arguments = parser.parse_args()
    files, errors = build(arguments.sources, arguments.out)
    for error in errors:
        print(f"Error: {error}", file=sys.stderr)
    for stray in [] if errors else sorted(set(arguments.out.rglob("*.*")) - set(files)):
        if stray.is_file():
            print(f"Note: {stray} has no source.", file=sys.stderr)
    print(f"{len(files)} documents in {arguments.out}, {len(errors)} sources not built.")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
