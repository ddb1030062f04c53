"""Write what `assistant/examples.py` looks up: the questions made for training, with what answers each.

With the embedding model that they are found by: to be run again whenever that is exported anew.

    python -m eval.training.examples
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from assistant.examples import FILE, write_examples
from eval.training.pairs import HERE, evidence_of, read_lines
from ingest.embed import MODEL_FOLDER, PackagedEmbedder


def answered() -> Iterator[tuple[str, str, str]]:
    """Question, what answers it, and the municipality of both."""
    for path in sorted((HERE / "questions").glob("*.jsonl")):
        for line in read_lines(path):
            if line["answerable"]:
                yield line["question"], evidence_of(line)[0], path.stem


def main() -> None:
    """Embed them all and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model-folder", type=Path, default=MODEL_FOLDER, help="an exported embedding model")
    parser.add_argument("--out", type=Path, default=FILE)
    arguments = parser.parse_args()
    examples = list(answered())
    write_examples(examples, PackagedEmbedder(arguments.model_folder), arguments.out)
    print(f"{len(examples)} questions")


if __name__ == "__main__":
    main()
