"""Train the reranker: which of the units found answers the question, or none of them.

A cross-encoder (Nogueira & Cho, 2019, arXiv:1901.04085) begun from the trained embedding model. The loss is softmax
over a question's candidates and one more place, "none of these", whose score is 0: so a score is also the log-odds
that the unit answers at all. The word vectors stay as they are.

    python -m eval.training.train_reranker --base build/first --candidates build/candidates.jsonl --out build/reranker
"""

from __future__ import annotations

import argparse
import random
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import torch
from tokenizers import Tokenizer

from assistant.rerank import joined
from eval.training.candidates import Group
from eval.training.export import HEAD, PairScorer
from eval.training.pairs import read_lines
from eval.training.train import in_runs, open_encoder

WRONG = 4  # wrong units a question while training
NONE_RIGHT = 3  # units of a question without an answer
EASY = 0.8  # `Group.sure` from which a question has little to teach


def drawn(groups: list[Group], shuffle: random.Random) -> Iterator[tuple[Group, list[tuple[str, str]], bool]]:
    """Every question once, with a right unit first where it has one, and wrong ones: mostly the best found."""
    order = list(groups)
    shuffle.shuffle(order)
    for group in order:
        wrong = [text for place, text in enumerate(group.texts) if place not in group.right]
        count = WRONG if group.right else NONE_RIGHT
        near = wrong[: count // 2 + 1]
        rest = wrong[count // 2 + 1 :]
        chosen = near + shuffle.sample(rest, min(len(rest), count - len(near)))
        first = [group.texts[shuffle.choice(group.right)]] if group.right else []
        if first or chosen:
            yield group, first + chosen[:count], bool(first)


def taught(groups: Iterable[Group], *, share: float, seed: int) -> list[Group]:
    """Those that have something to teach, and a share of the easy ones."""
    draw = random.Random(seed)
    return [group for group in groups if group.sure < EASY or draw.random() < share]


def main() -> None:
    """Train and write `model.safetensors`, `head.pt` and the tokenizer; a checkpoint after every epoch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="an embedding model, or a reranker to train on")
    parser.add_argument("--candidates", type=Path, required=True)
    parser.add_argument("--easy", type=float, default=1.0, help="share that is kept of the questions that are easy")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--batch", type=int, default=8, help="questions a step")
    parser.add_argument("--rate", type=float, default=5e-5)
    parser.add_argument("--frozen", type=int, default=0, help="layers, from the first, that stay as they are")
    parser.add_argument("--seed", type=int, default=13)
    arguments = parser.parse_args()
    shuffle = random.Random(arguments.seed)
    torch.manual_seed(arguments.seed)
    read = (
        Group(
            line["name"],
            line["question"],
            tuple(map(tuple, line["texts"])),
            tuple(line["right"]),
            line.get("sure", 0.0),
        )
        for line in read_lines(arguments.candidates)
    )
    groups = taught(read, share=arguments.easy, seed=arguments.seed)
    print(f"{len(groups)} questions, {sum(1 for group in groups if not group.right)} without an answer", flush=True)
    tokenizer = Tokenizer.from_file(str(arguments.base / "tokenizer.json"))
    encoder = open_encoder(arguments.base, frozen=arguments.frozen)
    model = PairScorer(encoder).train()
    if (arguments.base / HEAD).exists():  # a reranker, to be trained on
        model.load_state_dict(torch.load(arguments.base / HEAD, weights_only=True), strict=False)
    head = [*model.dense.parameters(), *model.out.parameters()]
    body = [weight for weight in encoder.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": arguments.rate}, {"params": head, "lr": arguments.rate * 10}], weight_decay=0.01
    )
    steps = arguments.epochs * (len(groups) // arguments.batch + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [arguments.rate, arguments.rate * 10], total_steps=steps + 5, pct_start=0.1
    )
    started = time.monotonic()
    average = hits = 0.0
    step = 0
    for _ in range(arguments.epochs):
        batch: list[tuple[Group, list[tuple[str, str]], bool]] = []
        for entry in [*drawn(groups, shuffle), None]:
            if entry is not None:
                batch.append(entry)
                if len(batch) < arguments.batch:
                    continue
            if not batch:
                break
            rows = [row for group, texts, _ in batch for row in joined(tokenizer, group.question, texts)]
            scores = in_runs(model, rows, run=8)
            losses = []
            start = 0
            for _, texts, right in batch:
                own = torch.cat([scores[start : start + len(texts)], torch.zeros(1)])
                target = 0 if right else len(texts)
                losses.append(torch.nn.functional.cross_entropy(own[None], torch.tensor([target])))
                hits = hits * 0.998 + 0.002 * float(int(own.argmax()) == target)
                start += len(texts)
            loss = torch.stack(losses).mean()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*body, *head], 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            average = average * 0.98 + float(loss.detach()) * 0.02
            if step % 50 == 0:
                shown = 1 - 0.98**step
                print(
                    f"step {step}/{steps} loss {average / shown:.3f} right {hits / (1 - 0.998 ** (step * 8)):.3f} "
                    f"{time.monotonic() - started:.0f} s",
                    flush=True,
                )
            batch = []
        arguments.out.mkdir(parents=True, exist_ok=True)
        encoder.save_pretrained(arguments.out)
        head_weights = {name: weight for name, weight in model.state_dict().items() if not name.startswith("encoder.")}
        torch.save(head_weights, arguments.out / HEAD)
        shutil.copy(arguments.base / "tokenizer.json", arguments.out / "tokenizer.json")


if __name__ == "__main__":
    main()
