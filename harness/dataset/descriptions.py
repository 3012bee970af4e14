"""Generate descriptions of products. Most have a few sentences, some are nearly as long as the contract allows."""

from functools import cache
from math import gcd

from harness.dataset.identity import numbers
from harness.dataset.vocabulary import MATERIALS, SENTENCES

_VARIANTS = 40
_MAX_SENTENCES = 72
# Coprime with the number of templates, so that a description contains each template once before it repeats one.
_STRIDES = tuple(stride for stride in range(1, 100) if gcd(stride, len(SENTENCES)) == 1)


def describe(name: str, index: int, first: int, second: int) -> str:
    """Return a description in the text format of COPY.

    The random number `first` determines the number of sentences, and `second` which sentences they are.
    """
    pool = _pool()
    start, stride = second % len(pool), _STRIDES[second // len(pool) % len(_STRIDES)]
    chosen = [pool[(start + position * stride) % len(pool)] for position in range(_sentence_count(first))]
    article = f" Article {first % 9000 + 1000}-{index}." if first % 3 == 0 else ""
    # A paragraph has six sentences.
    text = "\\n\\n".join(" ".join(chosen[position : position + 6]) for position in range(0, len(chosen), 6))
    return f"{name}. {text}{article}" if text else f"{name}.{article}"


def _sentence_count(draw: int) -> int:
    percentile = draw // 3 % 100
    if percentile < 10:
        return 0
    if percentile < 75:
        return 1 + percentile % 4
    if percentile < 98:
        return 5 + percentile % 4
    return 12 + draw // 300 % (_MAX_SENTENCES - 12)


@cache
def _pool() -> tuple[str, ...]:
    return tuple(_sentence(index) for index in range(len(SENTENCES) * _VARIANTS))


def _sentence(index: int) -> str:
    draws = numbers(0, "sentence", index)
    text = SENTENCES[index % len(SENTENCES)].format(
        material=MATERIALS[draws[0] % len(MATERIALS)],
        number=draws[1] % 40 + 2,
        other=draws[2] % 60 + 3,
        weight=draws[3] % 1900 + 50,
    )
    return text.replace("\\", r"\\").replace("\n", r"\n").replace("\t", r"\t")
