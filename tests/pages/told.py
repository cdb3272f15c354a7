"""What a page told its player."""

import json
import struct


def message(at):
    """Return words, scene and source; the frames come after them, see `told`."""
    return told(at)[0]


def told(at):
    """Return words, scene and source, and the bytes of the frames."""
    (component,) = [
        element
        for element in at.get("bidi_component")
        if element.proto.component_name == "player"
    ]
    data = component.proto.bytes[8:]  # before them: what the page heard last
    (length,) = struct.unpack_from("<I", data)
    return json.loads(data[4 : 4 + length]), data[4 + length :]
