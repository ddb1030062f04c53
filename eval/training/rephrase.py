"""Questions as people really type them, with what was found for the clean ones: `rephrased.jsonl` into candidates.

After `candidates`:

    python -m eval.training.rephrase --candidates build/all.jsonl --out build/rephrased.jsonl
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from eval.training.pairs import HERE, read_lines

REPHRASED = HERE / "rephrased.jsonl"


def main() -> None:
    """Write a group for every rephrasing of a question that the candidates hold; it counts as hard."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=Path, required=True, action="append")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    found = {(group["name"], group["question"]): group for path in arguments.candidates for group in read_lines(path)}
    missing = 0
    with arguments.out.open("w", encoding="utf-8") as stream:
        for line in read_lines(REPHRASED):
            group = found.get((line["name"], line["question"]))
            if group is None:
                missing += 1
                continue
            for text in line["rephrased"]:
                stream.write(json.dumps({**group, "question": text, "sure": 0.0}, ensure_ascii=False) + "\n")
    print(f"{missing} questions are in no file of candidates")


if __name__ == "__main__":
    main()
