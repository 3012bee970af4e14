"""Images of products: checked by decoding them, encoded again without metadata, and stored as files in MEDIA_DIR."""

import asyncio
import struct
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from secrets import token_hex
from typing import IO

from anyio import Path
from PIL import Image, ImageOps

from fastapi_impl.common.database.outages import has_lost_connection
from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import IMAGES

DIRECTORY = "products"
EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
# The modes that can be made smaller without a conversion, which would need as much memory again.
KEPT_MODES = {"L", "LA", "I;16", "RGB", "RGBA", "CMYK"}
# What Pillow raises for files that are no image, end too early or are malformed. It asserts that there is a palette.
UNREADABLE = (
    *(OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, EOFError, struct.error),
    AssertionError,
)

# Pillow only warns of many pixels, for all formats alike. `_checked_format` has a limit for each format.
Image.MAX_IMAGE_PIXELS = None
# One thread, because an image takes up to 128 MB while it is decoded, and glibc does not return to other threads what a
# thread has freed.
DECODER = ThreadPoolExecutor(1)


class InvalidImage(Exception):
    """The file is not an image that can be stored; `code` is a field code of errors.yaml."""

    def __init__(self, code: str, limit: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.limit = limit


@dataclass(frozen=True)
class NormalizedImage:
    """An image as it is stored."""

    content: bytes
    extension: str


# --8<-- [start:normalize]
async def normalize_image(file: IO[bytes]) -> NormalizedImage:
    """Return the image in the same format: upright, without metadata, at most `max_side` pixels on a side.

    Raises: InvalidImage.
    """
    return await asyncio.get_running_loop().run_in_executor(DECODER, _normalize, file)


def _normalize(file: IO[bytes]) -> NormalizedImage:
    try:
        with Image.open(file, formats=tuple(EXTENSIONS)) as image:
            format_ = _checked_format(image)
            return NormalizedImage(_encode(image, format_), EXTENSIONS[format_])
    except (*UNREADABLE, MemoryError) as error:
        raise InvalidImage("invalid_image") from error


def _checked_format(image: Image.Image) -> str:
    """Return the format of an opened image, of which nothing is decoded yet. Raises InvalidImage."""
    is_mpo = image.format == "MPO"  # a JPEG with several pictures, as many phones make them; the first one is opened
    format_ = "JPEG" if is_mpo else str(image.format)
    if image.width * image.height > IMAGES["max_pixels"][format_]:
        raise InvalidImage("too_many_pixels", IMAGES["max_pixels"][format_])
    if not is_mpo and getattr(image, "n_frames", 1) > 1:
        raise InvalidImage("animated_image")
    return format_


def _encode(image: Image.Image, format_: str) -> bytes:
    if image.mode not in KEPT_MODES:
        image = image.convert(_mode(image))
    image.thumbnail((IMAGES["max_side"], IMAGES["max_side"]))
    with suppress(*UNREADABLE):  # an image is upright if its metadata cannot be read
        ImageOps.exif_transpose(image, in_place=True)
    if image.mode == "I;16":
        image = image.point(lambda value: value / 256)  # Pillow's conversion would make all values above 255 white
    if image.mode in {"CMYK", "I;16"} or "transparency" in image.info:
        image = image.convert(_mode(image))
    image.info = {}  # Pillow would write the color profile and the comments of the original
    encoded = BytesIO()
    image.save(encoded, format_, quality=IMAGES["quality"])
    return encoded.getvalue()


def _mode(image: Image.Image) -> str:
    if image.has_transparency_data:
        return "RGBA"
    return "L" if image.mode in {"1", "I;16"} else "RGB"
    # --8<-- [end:normalize]


# --8<-- [start:store]
@asynccontextmanager
async def stored(image: NormalizedImage) -> AsyncIterator[str]:
    """Store the image and yield its name. Delete the file if the block raises an error.

    If the connection to the database is lost, the file stays, because the transaction may have been committed.
    """
    name = f"{DIRECTORY}/{token_hex(16)}.{image.extension}"
    path = Path(get_settings().media_dir / name)
    await path.parent.mkdir(parents=True, exist_ok=True)
    try:
        await path.write_bytes(image.content)
        yield name
    except Exception as error:
        if not has_lost_connection(error):
            delete_image(name)
        raise


def delete_image(name: str) -> None:
    """Delete the file of an image."""
    (get_settings().media_dir / name).unlink(missing_ok=True)
    # --8<-- [end:store]
