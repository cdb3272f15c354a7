"""What suppression is given, wherever it is from."""

from dataclasses import dataclass

from engine.box_scenes import BoxScene


@dataclass(frozen=True)
class Given:
    """Boxes in a picture.

    Attributes:
        source: tells scenes apart, for what is computed once.
        scene: the boxes, best first, and the objects if they are known.
        names: of the classes, translated.
        frame: left, top, width and height of the picture, pixels.
        picture: data address of the picture; "" if there is none.
    """

    source: str
    scene: BoxScene
    names: tuple[str, ...]
    frame: tuple[float, float, float, float]
    picture: str = ""
