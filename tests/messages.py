"""What the catalogs of translations must hold; as a command, what they lack.

`uv run python -m tests.messages` prints, for each language, the missing messages in
the form of a .po file, ready to be pasted and translated, and the unused ones.
"""

import sys
from functools import cache
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from playground.i18n import LANGUAGES, catalog_path

ROOT = Path(__file__).parents[1]
FOLDERS = ("playground", "pages")
KEYWORDS = {"_": None, "mark": None}
TRANSLATED = tuple(code for code in LANGUAGES if code != "en")


@cache
def wanted() -> dict[str, list[str]]:
    """Return every message in the source -> the places where it stands."""
    found = {}
    for folder in FOLDERS:
        for file, line, message, *_rest in extract_from_dir(
            ROOT / folder, [("**.py", "python")], keywords=KEYWORDS
        ):
            found.setdefault(message, []).append(f"{folder}/{file}:{line}")
    return found


@cache
def catalog(code: str) -> Catalog:
    """Return the catalog of the language `code`, empty if there is none yet."""
    path = catalog_path(code)
    if not path.exists():
        return Catalog(code)
    with path.open("rb") as source:
        return read_po(source, locale=code)


def translated(message: str, code: str) -> str:
    """Return the message as the app shows it in the language `code`."""
    found = None if code == "en" else catalog(code).get(message)
    return found.string if found and found.string else message


def present(code: str) -> set[str]:
    return {message.id for message in catalog(code) if message.id}


def missing(code: str) -> list[str]:
    return [message for message in wanted() if message not in present(code)]


def unused(code: str) -> list[str]:
    return sorted(present(code) - set(wanted())) + sorted(catalog(code).obsolete)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def report(code: str) -> str:
    """Return what the catalog of `code` lacks, in the form of a .po file."""
    lines = [f"# {code}: {len(missing(code))} missing, {len(unused(code))} unused"]
    for message in missing(code):
        places = " ".join(wanted()[message])
        lines += ["", f"#: {places}", f"msgid {_quoted(message)}", 'msgstr ""']
    lines += [f"# unused: {_quoted(message)}" for message in unused(code)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write("\n".join(map(report, TRANSLATED)))
