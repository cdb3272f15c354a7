"""One training on screen: what the reader does to it while it learns."""

from dataclasses import dataclass, replace

import streamlit as st

from engine.spec import Change, Spec
from playground import state
from playground.live import LiveTraining
from playground.panels.boundary_data import paint

STEERED = ("learning_rate", "l1", "l2", "dropout", "clip", "momentum")
MOST_CHANGES = 60  # remembered in the link


@dataclass(frozen=True)
class Last:
    """What the run of the page before this one trained."""

    fixed: Spec  # without rates and changes
    rates: tuple[float, ...]
    changes: str


@st.cache_resource(scope="session", max_entries=4, show_spinner=False)
def live(name: str) -> LiveTraining:
    """Return this reader's trainings of one kind: "network", "compare"."""
    return LiveTraining()


def steered(spec: Spec, training: LiveTraining) -> Spec:
    """Return the spec with what was changed by hand while the network learned.

    A rate moved after the first epoch counts from the moment on screen; everything
    else begins anew, and so does a training that has diverged.
    """
    text = state.recall("changes", "", checked)
    rates = tuple(getattr(spec, name) for name in STEERED)
    fixed = replace(spec, **{name: getattr(Spec(), name) for name in STEERED})
    last: Last | None = st.session_state.get("boundaries.last")
    if last is None:
        training.restart()
    elif text == last.changes and fixed != last.fixed:
        text = ""
    elif text == last.changes and rates != last.rates:
        epoch = 0 if training.lost else training.playhead  # from there none goes on
        text = to_text(_moved(from_text(text), last.rates, rates, epoch))
    st.session_state["boundaries.last"] = Last(fixed, rates, text)
    state.remember("changes", text, "")
    return begun_with(spec, from_text(text))


def begun_with(spec: Spec, changes: tuple[Change, ...]) -> Spec:
    """Return the spec with changes; rates changed at epoch 0 are rates it begins with.

    So a training that is steered later is still the same training up to there.
    """
    first = {c.name: c.value for c in changes if c.epoch == 0 and c.name in STEERED}
    later = tuple(c for c in changes if c.epoch > 0 or c.name not in STEERED)
    return replace(spec, **first, changes=later)


def forget_changes() -> None:
    """Train again from the start without what was changed by hand; for callbacks."""
    state.settings(changes="", last=None, epoch="0")


def happened(event: dict) -> None:
    """Do what the reader did on the player; before the page runs again."""
    kind, action = event.get("kind"), str(event.get("action", ""))
    if kind == "points":
        paint(event["points"])
    elif kind == "edit":
        _set(str(event["id"]), float(event["value"]), int(event["time"]))
    elif action == "units":
        index, size = map(int, event["value"].split("."))
        _resize(lambda sizes: [*sizes[:index], size, *sizes[index + 1 :]])
    elif action == "layers":
        _resize(lambda s: [*s, s[-1] if s else 4] if event["value"] == "1" else s[:-1])
    elif action.startswith("act."):
        _activate(int(action.removeprefix("act.")), str(event["value"]))


def to_text(changes: tuple[Change, ...]) -> str:
    """Return changes as text for the link: 0:learning_rate=0.03~120:w.0.1.2=0.5."""
    return "~".join(
        f"{c.epoch}:{c.name}={str(c.value).removesuffix('.0')}" for c in changes
    )


def from_text(text: str) -> tuple[Change, ...]:
    """Return the changes that `to_text` wrote.

    Raises:
        ValueError: the text was not written by `to_text`.
    """
    changes = []
    for part in text.split("~") if text else ():
        epoch, _colon, rest = part.partition(":")
        name, _equals, value = rest.partition("=")
        changes.append(Change(int(epoch), name, float(value)))
    if len(changes) > MOST_CHANGES:
        raise ValueError(f"at most {MOST_CHANGES} changes, got {len(changes)}")
    return tuple(changes)


def checked(text: str) -> str:
    """Return the text if it is a list of changes; ValueError if not."""
    from_text(text)
    return text


def _moved(
    changes: tuple[Change, ...],
    before: tuple[float, ...],
    now: tuple[float, ...],
    epoch: int,
) -> tuple[Change, ...]:
    """Return the changes up to an epoch, and there the rates that are others now.

    A rate whose later change is gone, because the reader went back, is one of them.
    """
    if epoch <= 0:
        return ()
    kept = [change for change in changes if change.epoch <= epoch]
    for name, old, new in zip(STEERED, before, now, strict=True):
        made = [change.value for change in kept if change.name == name]
        if new == (made[-1] if made else old):
            continue
        if not made:
            kept.insert(0, Change(0, name, old))
        kept = [c for c in kept if (c.epoch, c.name) != (epoch, name)]
        kept.append(Change(epoch, name, new))
    return _few(kept)


def _set(name: str, value: float, epoch: int) -> None:
    """Set a weight or a bias at an epoch; what was trained after it is gone.

    The rates that the controls show count from there on.
    """
    changes = from_text(st.session_state.get("boundaries.changes", ""))
    last: Last | None = st.session_state.get("boundaries.last")
    if epoch > 0 and last:
        changes = _moved(changes, last.rates, last.rates, epoch)
    gone = {(epoch, name), *((0, rate) for rate in STEERED if epoch == 0)}
    kept = [c for c in changes if c.epoch <= epoch and (c.epoch, c.name) not in gone]
    try:
        kept.append(Change(epoch, name, min(max(value, -100.0), 100.0)))
    except ValueError:
        return  # no parameter has this name: not sent by our player
    state.settings(changes=to_text(_few(kept)), epoch=str(epoch))


def _few(changes: list[Change]) -> tuple[Change, ...]:
    """Return as many changes as the link holds: the first ones, and the newest.

    The oldest must stay: without them, all that was trained would be different.
    """
    return (*changes[: MOST_CHANGES - 1], *changes[MOST_CHANGES - 1 :][-1:])


def _resize(change: object) -> None:
    sizes = [int(part) for part in _layers().split(",") if part]
    kept = [min(max(size, 0), 32) for size in change(sizes)][:8]
    state.settings(layers=", ".join(str(size) for size in kept if size))


def _layers() -> str:
    """Return the layers on screen; the field itself may hold what cannot be used."""
    return st.session_state.get("boundaries.layers.kept", "8,8")


def _activate(layer: int, name: str) -> None:
    """Give one layer an activation of its own."""
    base = st.session_state.get("boundaries.activation", "relu")
    size = len([part for part in _layers().split(",") if part])
    chosen = st.session_state.get("boundaries.acts", "").split(".")
    if len(chosen) != size + 1 or chosen[0] != base:
        chosen = [base] * (size + 1)
    if layer < size:
        chosen[layer + 1] = name
        state.settings(acts=".".join(chosen))
