"""Descriptions of products: most are a few sentences, some are as long as the contract allows, nearly."""

from functools import cache
from math import gcd

from harness.dataset.identity import numbers
from harness.dataset.vocabulary import MATERIALS, SENTENCES

_VARIANTS = 40
_LONGEST = 72
# Without a common divisor with the number of templates: no template comes twice before all others came once.
_STRIDES = tuple(stride for stride in range(1, 100) if gcd(stride, len(SENTENCES)) == 1)


def describe(name: str, index: int, first: int, second: int) -> str:
    """A description, escaped for COPY; the two numbers decide its length and its sentences."""
    pool = _pool()
    start, stride = second % len(pool), _STRIDES[second // len(pool) % len(_STRIDES)]
    chosen = [pool[(start + place * stride) % len(pool)] for place in range(_sentences(first))]
    article = f" Article {first % 9000 + 1000}-{index}." if first % 3 == 0 else ""
    # Paragraphs of six sentences.
    text = "\\n\\n".join(" ".join(chosen[place : place + 6]) for place in range(0, len(chosen), 6))
    return f"{name}. {text}{article}" if text else f"{name}.{article}"


def _sentences(draw: int) -> int:
    share = draw // 3 % 100
    if share < 10:
        return 0
    if share < 75:
        return 1 + share % 4
    if share < 98:
        return 5 + share % 4
    return 12 + draw // 300 % (_LONGEST - 12)


@cache
def _pool() -> tuple[str, ...]:
    return tuple(_sentence(place) for place in range(len(SENTENCES) * _VARIANTS))


def _sentence(place: int) -> str:
    draws = numbers(0, "sentence", place)
    text = SENTENCES[place % len(SENTENCES)].format(
        material=MATERIALS[draws[0] % len(MATERIALS)],
        number=draws[1] % 40 + 2,
        other=draws[2] % 60 + 3,
        weight=draws[3] % 1900 + 50,
    )
    return text.replace("\\", r"\\").replace("\n", r"\n").replace("\t", r"\t")
