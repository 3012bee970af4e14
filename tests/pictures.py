"""Make the image files that cases send, and compare the images that they get."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any

from PIL import Image, PngImagePlugin

ORIENTATION = 0x0112
COMMENT, PROFILE = "taken at home", b"profile"
METADATA = {"exif", "icc_profile", "comment", "xmp", "photoshop", "adobe", "transparency"}
# 64 MiB of text, which PNG compresses to 64 KiB.
BOMB = " " * 2**26


@lru_cache(maxsize=16)
def _made(description: str) -> bytes:
    return _make(**json.loads(description))


def picture(description: Mapping[str, Any]) -> bytes:
    """Return a file with the properties of `picture` in shared_contract/cases/schema.json."""
    return _made(json.dumps(description, sort_keys=True))


def _make(
    *,
    format: str = "PNG",  # noqa: A002 - the name in the cases
    size: tuple[int, int] = (4, 3),
    mode: str = "RGB",
    color: int = 1,
    frames: int = 1,
    orientation: int | None = None,
    metadata: bool = False,
    text_bomb: bool = False,
    cut: int = 0,
    append: str = "",
    pad: int = 0,
) -> bytes:
    colors = [color, 120, 200]
    images = [Image.new(mode, (size[0], size[1]), _color(mode, color)) for color in colors[:frames]]
    options: dict[str, Any] = {"save_all": True, "append_images": images[1:]} if frames > 1 else {}
    if format == "WEBP":
        options["lossless"] = True
    if orientation or metadata:
        exif = Image.Exif()
        exif[ORIENTATION] = orientation or 1
        options["exif"] = exif
    if metadata:
        options |= {"icc_profile": PROFILE, "xmp": b"<x:xmpmeta/>", "comment": COMMENT}
    if format == "PNG" and (metadata or text_bomb):
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", BOMB if text_bomb else COMMENT, zip=text_bomb)
        options["pnginfo"] = info
    file = BytesIO()
    images[0].save(file, format, **options)
    content = file.getvalue()
    content = content[: len(content) - cut] + append.encode()
    return content + b"\0" * max(0, pad - len(content))


def _color(mode: str, value: int) -> Any:
    bands = len(Image.new(mode, (1, 1)).getbands())
    return value if bands == 1 else (value,) * bands


def picture_differences(expected: Mapping[str, Any], content: bytes) -> Iterator[str]:
    """Yield the differences between a file and the expected format, size and mode. It may not have metadata."""
    if expected.get("lacks", "\0" * 99).encode() in content:
        yield f"the image contains {expected['lacks']}"
    try:
        with Image.open(BytesIO(content)) as image:
            image.load()
            found: dict[str, Any] = {"format": image.format, "size": [*image.size], "mode": image.mode}
            found["color"] = image.getpixel((0, 0))
            metadata = sorted(METADATA & image.info.keys()) + sorted(getattr(image, "text", {}))
    except OSError as error:
        yield f"the body is not an image: {error}"
        return
    yield from (
        f"the image has the {name} {found[name]}, expected {expected[name]}"
        for name in expected.keys() & found.keys()
        if found[name] != expected[name]
    )
    if metadata:
        yield f"the image has metadata: {', '.join(metadata)}"
