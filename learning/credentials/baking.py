"""Badges baked into pictures, as Open Badges 3.0 has it: the signed credential in an `iTXt` chunk of a PNG, or in an
element of an SVG. Pure."""

import struct
import zlib

KEYWORD = b"openbadgecredential"
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_END = len(_SIGNATURE) + 25  # IHDR is always the first chunk, and as long as this


def bake_png(picture: bytes, credential: str) -> bytes:
    """The picture with the credential in it, uncompressed. Raises ValueError for what is no PNG, or is baked already."""
    if not picture.startswith(_SIGNATURE) or picture[12:16] != b"IHDR":
        raise ValueError("no PNG")
    if KEYWORD in picture:
        raise ValueError("baked already")
    # keyword, NUL, not compressed, method 0, no language NUL, no translated keyword NUL, text
    data = KEYWORD + b"\0\0\0\0\0" + credential.encode()
    chunk = b"iTXt" + data
    baked = struct.pack(">I", len(data)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return picture[:_HEADER_END] + baked + picture[_HEADER_END:]


def bake_svg(picture: str, credential: str) -> str:
    """The picture with the credential (a compact JWS: nothing in it needs escaping) directly after its first tag."""
    start = picture.index("<svg")
    end = picture.index(">", start)
    if NAMESPACE in picture:
        raise ValueError("baked already")
    element = f'<openbadges:credential verify="{credential}"></openbadges:credential>'
    return f'{picture[:end]} xmlns:openbadges="{NAMESPACE}">{element}{picture[end + 1 :]}'
