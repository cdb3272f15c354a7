"""Bytes as letters that a link carries unchanged."""

import base64
import binascii


def to_letters(data: bytes) -> str:
    """Return bytes as letters, digits, "-" and "_": four letters for three bytes."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_letters(text: str, most: int, *, what: str) -> bytes:
    """Return the bytes that `to_letters` wrote.

    Args:
        text: the letters.
        most: letters at most; a longer text is refused unread.
        what: what the bytes are, for errors: "a drawing".

    Raises:
        ValueError: the text is too long, or `to_letters` never writes such.
    """
    if len(text) > most:
        raise ValueError(f"{what} has at most {most} letters: {len(text)}")
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"not {what}: {error}") from error
    if to_letters(data) != text:
        raise ValueError(f"not {what}: these letters are never written")
    return data
