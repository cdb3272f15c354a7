"""The player: shows a scene over a tape of frames, and tells what the learner did.

Playing never reruns the page. The page hears of the learner through `on_event`, and of
the playhead whenever it comes to rest.
"""

import json
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

from playground import theme
from playground.i18n import _, language, speaking
from playground.player.answers import Question, answer_path, renew
from playground.player.scene import Scene
from playground.player.tape import tape_path

# One module in the browser. The text goes with every message: Streamlit serves files
# of a component only to a package that is named like its distribution.
SCRIPTS = (
    "tape.js",
    "paint.js",
    "maps.js",
    "boxes.js",
    "ink.js",
    "curve.js",
    "bar.js",
    "hand.js",
    "player.js",
)
FOLDER = Path(__file__).parent

HTML = """<div class="player" tabindex="-1">
  <div class="stage">
    <canvas class="canvas" role="img"></canvas>
    <div class="over"></div>
    <div class="tip" hidden></div>
    <form class="editor" hidden>
      <span></span><input type="number" step="any"></form>
  </div>
  <div class="bar" role="group">
    <button class="start"><span class="icon" aria-hidden="true">skip_previous</span>
    </button><button class="back"><span class="icon" aria-hidden="true">chevron_left
    </span></button><button class="play"><span class="icon" aria-hidden="true"></span>
    </button><button class="forth"><span class="icon" aria-hidden="true">chevron_right
    </span></button>
    <input class="scrub" type="range" min="0" max="1" value="0" step="any">
    <output class="clock"></output>
    <span class="note" aria-live="polite"></span>
    <select class="speed"></select>
    <button class="record"><span class="icon" aria-hidden="true"></span></button>
    <button class="picture">
      <span class="icon" aria-hidden="true">photo_camera</span></button>
  </div>
  <div class="metrics"></div>
  <p class="status" role="status"></p>
</div>"""

_player = st.components.v2.component(
    "player",
    html=HTML,
    css=(FOLDER / "player.css").read_text("utf-8"),
    js="\n".join((FOLDER / name).read_text("utf-8") for name in SCRIPTS),
)


@dataclass(frozen=True)
class Words:
    """Everything the player says, in the reader's language."""

    canvas: str
    controls: str
    start: str
    back: str
    play: str
    pause: str
    forth: str
    position: str
    speed: str
    record: str
    stop: str
    picture: str
    edit: str
    paint: str
    erase: str
    move: str
    forwarding: str
    offline: str
    gone: str
    unserved: str


@dataclass(frozen=True)
class Live:
    """Frames that the browser asks for while they are played.

    token: of the tape on the shelf. generation: a new one means other frames; those up
    to the time `keep` stay as they were (None: none does) and the playhead goes back to
    its end, to the start if there is none; unless it `stays`: the same times are only
    painted in another way. goto: time at which a new token starts, paused.
    """

    token: str
    generation: int
    keep: float | None = None
    goto: float | None = None
    stays: bool = False


@dataclass(frozen=True)
class Still:
    """Frames that are all known: bytes as the scene's tracks say, at rising times.

    The playhead begins at `goto`, the first frame if None, and moves to another `goto`;
    otherwise it stays where it is when the frames change, at the end if it was there.
    """

    frames: Sequence[bytes]
    times: Sequence[float]
    goto: float | None = None


@dataclass(frozen=True)
class Position:
    """Where the playhead came to rest: time, the frames' generation, still playing.

    `count` rises with every rest, so that the same place is told again.
    """

    time: float
    generation: int
    playing: bool
    count: int = 0


def translated_words() -> Words:
    """Return the player's words in the reader's language."""
    return Words(
        canvas=_("Animation. The numbers are told below it."),
        controls=_("Playback"),
        start=_("To the start (Home)"),
        back=_("Step back (←)"),
        play=_("Play (space)"),
        pause=_("Pause (space)"),
        forth=_("Step forward (→)"),
        position=_("Position"),
        speed=_("Speed"),
        record=_("Record a video"),
        stop=_("Stop recording"),
        picture=_("Save as PNG"),
        edit=_("New value"),
        paint=_("Add points"),
        erase=_("Erase points"),
        move=_("Move a point"),
        forwarding=_("Computing up to here:"),
        offline=_("No connection. Trying again…"),
        gone=_("This animation has ended on the server. Reload the page to go on."),
        unserved=_("Start the server with the command `playground` to play this."),
    )


def player(
    scene: Scene,
    *,
    key: str,
    source: Live | Still,
    words: Words | None = None,
    on_event: Callable[[dict[str, object]], None] | None = None,
    answer: Callable[[Question], tuple[Scene, Still]] | None = None,
) -> Position | None:
    """Show the scene with its controls.

    Args:
        scene: what to paint.
        key: unique on the page; also the name of saved files.
        source: where the frames are.
        words: translated_words() if not given.
        on_event: called before the page runs again with what the learner did; every
            event has "kind", "time" and "generation", and
            "edit": "id", "value"; "button": "action", "value"; "points": "points";
            "place": "action", "x", "y"; "box", "ink": see `shapes`.
        answer: what the page will show after a click on a picture, {"x": 1, "y": 2}, or
            while a dial, {key: 1}, or a box is dragged, or a pen lifted, see `shapes`;
            ValueError or KeyError if nothing. Painted at once; in a worker thread.

    Returns:
        The last place where the playhead came to rest; None before it ever moved.

    Raises:
        ValueError: a still frame does not have the scene's length.
    """
    heard = f"_heard.{key}"

    def hear() -> None:
        event = dict(st.session_state[key].get("event") or {})
        sent = event.pop("sent", 0)  # told again until the browser knows it was heard
        if event and on_event and sent != st.session_state.get(heard):
            on_event(event)
        st.session_state[heard] = sent

    about = {"name": key, "words": asdict(words or translated_words())}
    if answer:
        base = st.get_option("server.baseUrlPath")
        token = renew(key, _speaking(language(), about, answer))
        about["answers"] = f"{answer_path(base)}/{token}"
    shown = _player(
        key=key,
        data=struct.pack("<d", st.session_state.get(heard, 0))
        + _message(about, scene, source),
        on_event_change=hear,
        on_at_change=lambda: None,
    )
    at = shown.get("at")
    return Position(**at) if at else None


def rested(key: str) -> float | None:
    """Return where the playhead of a player came to rest, once for each rest.

    For a page that keeps the place in its state: call it before the player is shown.

    Args:
        key: of the player.
    """
    shown = st.session_state.get(key)
    at = shown.get("at") if shown else None
    known = f"_rested.{key}"  # a reset of the page does not forget it
    fresh = at is not None and at != st.session_state.get(known)
    st.session_state[known] = at
    return at["time"] if fresh else None


def _speaking(
    code: str,
    about: Mapping[str, object],
    answer: Callable[[Question], tuple[Scene, Still]],
) -> Callable[[Question], bytes]:
    """Return what answers in the reader's language, which a thread does not know."""

    def message(question: Question) -> bytes:
        with speaking(code):
            return _message(about, *answer(question))

    return message


def _message(about: Mapping[str, object], scene: Scene, source: Live | Still) -> bytes:
    """Return a u32 with the length of the JSON, the JSON, and the still frames."""
    frames = b""
    if isinstance(source, Still):
        _check(scene, source)
        frames = b"".join(source.frames)
        where = {"token": zlib.crc32(frames), "generation": 0, "keep": None}
        where |= {"times": list(source.times), "goto": source.goto}
    else:
        base = st.get_option("server.baseUrlPath")
        where = asdict(source) | {"url": f"{tape_path(base)}/{source.token}"}
    header = {
        **about,
        "colours": _colours(),
        "scene": scene.to_json(),
        "source": where,
    }
    text = json.dumps(header, allow_nan=False, separators=(",", ":")).encode()
    return b"".join([struct.pack("<I", len(text)), text, frames])


def _check(scene: Scene, source: Still) -> None:
    sizes = {len(frame) for frame in source.frames}
    if sizes != {scene.frame_bytes} or len(source.times) != len(source.frames):
        raise ValueError(
            f"there must be one time per frame, and frames of {scene.frame_bytes} "
            f"bytes, got {len(source.times)} times, {len(source.frames)} frames of "
            f"{sorted(sizes)} bytes"
        )


def _colours() -> dict[str, object]:
    return {
        "negative": theme.NEGATIVE,
        "positive": theme.POSITIVE,
        "paper": theme.PAPER,
        "outline": theme.OUTLINE,
        "classes": theme.LABELS,
        "sequential": theme.SEQUENTIAL,
    }
