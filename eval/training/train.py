"""Train the packaged embedding model on pairs of a question and the text that answers it.

InfoNCE over the batch (van den Oord et al., 2018, arXiv:1807.03748) with negatives that the model to begin with ranks
high (Xiong et al., 2021, arXiv:2007.00808). The word vectors stay as they are, so that words that training never saw
keep their meaning.

    python -m eval.training.train --base build/base --public DIR --out build/first
"""

from __future__ import annotations

import argparse
import random
import shutil
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertModel

from eval.training.export import MeanPooled
from eval.training.pairs import Pair, care_pairs, faq_pairs, public_pairs
from eval.wording import with_typos

TEMPERATURE = 0.03
LONGEST = 128  # tokens of a text while training
WRONG = 2  # wrong texts a question while training
HARD = 60  # the best ranked wrong texts that negatives are drawn from
MISTYPED = 0.1  # share of the questions that are asked with typing errors


# Where the processor multiplies in 16 bits itself, half the time; where it does not, fifty times as long.
HALF = any(torch.cpu.get_capabilities().get(name) for name in ("avx512_bf16", "amx_bf16"))


def open_encoder(folder: Path, *, frozen: int = 0) -> BertModel:
    """The encoder of a model, to be trained on; its word vectors and first `frozen` layers stay as they are."""
    encoder = BertModel.from_pretrained(
        folder,
        add_pooling_layer=False,
        attn_implementation="eager",  # several times as fast in 16 bits
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    if frozen:
        encoder.embeddings.requires_grad_(False)
        encoder.encoder.layer[:frozen].requires_grad_(False)
    return encoder


def in_runs(model: torch.nn.Module, rows: list[list[int]], run: int = 24) -> torch.Tensor:
    """What a model says of rows of token ids, in their order; runs of like length leave little padding."""
    order = sorted(range(len(rows)), key=lambda place: len(rows[place]))
    parts = []
    for start in range(0, len(order), run):
        own = [rows[place] for place in order[start : start + run]]
        width = -(-max(map(len, own)) // 16) * 16  # few shapes, so that memory is used again
        ids = torch.ones((len(own), width), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for place, row in enumerate(own):
            ids[place, : len(row)] = torch.tensor(row)
            mask[place, : len(row)] = 1
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=HALF):
            parts.append(model(ids, mask).float())
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(parts)[back]


def encode(model: MeanPooled, tokenizer: Tokenizer, texts: list[str]) -> torch.Tensor:
    """Vectors of length 1, shape (texts, width)."""
    return in_runs(model, [encoding.ids for encoding in tokenizer.encode_batch(texts)])


def with_hard_negatives(pairs: list[Pair], model: MeanPooled, tokenizer: Tokenizer) -> list[Pair]:
    """The pairs, each with the `HARD` wrong texts of its pool that the model puts nearest the question."""
    texts = sorted({text for pair in pairs for text in pair.negatives}, key=len)
    places = {text: place for place, text in enumerate(texts)}
    with torch.no_grad():
        vectors = encode(model, tokenizer, [f"passage: {text}" for text in texts])
        asked = encode(model, tokenizer, [f"query: {pair.question}" for pair in pairs])
    result = []
    for pair, vector in zip(pairs, asked, strict=True):
        pool = [text for text in pair.negatives if text not in pair.positives]
        scores = vectors[[places[text] for text in pool]] @ vector
        best = scores.topk(min(HARD, len(pool))).indices.tolist()
        result.append(Pair(pair.question, pair.positives, tuple(pool[place] for place in best)))
    return result


def as_written(question: str, shuffle: random.Random) -> str:
    """The question, now and then with typing errors."""
    return with_typos(question, seed=str(shuffle.random())) if shuffle.random() < MISTYPED else question


def batches(pairs: list[Pair], size: int, shuffle: random.Random) -> list[list[Pair]]:
    """Shuffled batches of pairs of like text length, so that little is padding."""
    pairs = sorted(pairs, key=lambda pair: len(pair.positives[0]) + shuffle.random() * 120)
    result = [pairs[start : start + size] for start in range(0, len(pairs), size)]
    shuffle.shuffle(result)
    return [batch for batch in result if len(batch) > 2]


def main() -> None:
    """Train and write the model; a checkpoint after every epoch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--public", type=Path, help="the folder of the public question sets")
    parser.add_argument("--names", default="", help="municipalities under questions/, by comma; all where not given")
    parser.add_argument("--again", default="", help="municipalities that the base has learnt from, by comma")
    parser.add_argument("--share", type=float, default=0.35, help="share of the questions of `--again` that is asked")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=700, help="questions of each public set")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--rate", type=float, default=2.5e-5)
    parser.add_argument("--frozen", type=int, default=0, help="the first layers of twelve that stay as they are")
    parser.add_argument("--seed", type=int, default=13)
    arguments = parser.parse_args()
    shuffle = random.Random(arguments.seed)
    torch.manual_seed(arguments.seed)
    pairs = list(care_pairs([name for name in arguments.names.split(",") if name]))
    if arguments.again:
        known = list(care_pairs(arguments.again.split(",")))
        pairs += shuffle.sample(known, round(arguments.share * len(known)))
    print(f"{len(pairs)} care pairs", flush=True)
    if arguments.public:
        pairs += public_pairs(arguments.public, "swequad_mc", shuffle, limit=arguments.limit)
        pairs += public_pairs(arguments.public, "squad_v2_sv_dev", shuffle, limit=arguments.limit)
        for queries in ("queries.jsonl", "queries_en.jsonl"):
            pairs += faq_pairs(arguments.public, queries)
    print(f"{len(pairs)} pairs in all", flush=True)

    encoder = open_encoder(arguments.base, frozen=arguments.frozen)
    model = MeanPooled(encoder).train()
    tokenizer = Tokenizer.from_file(str(arguments.base / "tokenizer.json"))
    tokenizer.enable_truncation(LONGEST)
    pairs = with_hard_negatives(pairs, model, tokenizer)
    print("negatives ranked", flush=True)
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=arguments.rate, weight_decay=0.01)
    steps = arguments.epochs * (len(pairs) // arguments.batch + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, arguments.rate, total_steps=steps + 5, pct_start=0.1)
    started = time.monotonic()
    for epoch in range(arguments.epochs):
        total = count = 0.0
        for number, batch in enumerate(batches(pairs, arguments.batch, shuffle)):
            questions = [f"query: {as_written(pair.question, shuffle)}" for pair in batch]
            positives = [f"passage: {shuffle.choice(pair.positives)}" for pair in batch]
            negatives = [
                f"passage: {text}"
                for pair in batch
                for text in shuffle.sample(pair.negatives, min(WRONG, len(pair.negatives)))
            ]
            vectors = encode(model, tokenizer, positives + negatives)
            scores = encode(model, tokenizer, questions) @ vectors.T / TEMPERATURE
            # One text may be right for several questions of the batch: those places do not count as wrong.
            same = torch.tensor([[a == b for b in positives + negatives] for a in positives])
            scores = scores.masked_fill(same & ~torch.eye(len(batch), scores.shape[1], dtype=torch.bool), -1e4)
            loss = torch.nn.functional.cross_entropy(scores, torch.arange(len(batch)))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            schedule.step()
            total, count = total + float(loss.detach()), count + 1
            if number % 20 == 0:
                print(
                    f"epoch {epoch} batch {number} loss {total / count:.3f} {time.monotonic() - started:.0f} s",
                    flush=True,
                )
        arguments.out.mkdir(parents=True, exist_ok=True)
        encoder.save_pretrained(arguments.out)
        shutil.copy(arguments.base / "tokenizer.json", arguments.out / "tokenizer.json")


if __name__ == "__main__":
    main()
