"""Gradients inside artwork."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from pikepdf import Array, Dictionary, Stream

from banxin.artwork.copying import Transfer
from banxin.artwork.functions import Rows, function
from banxin.artwork.reading import UnusableError, bounded
from banxin.artwork.spaces import ColourSpace
from banxin.artwork.targets import ColourTarget

STEPS: Final = 1024  # of a gradient that is brought into other colours
ACROSS: Final = 64  # of one over an area, each way
_MESHES: Final = frozenset({4, 5, 6, 7})
_KEPT: Final = ("/ShadingType", "/Coords", "/Domain", "/Extend", "/Matrix", "/BBox", "/AntiAlias",
                "/BitsPerCoordinate", "/BitsPerComponent", "/BitsPerFlag", "/Decode",
                "/VerticesPerRow")  # fmt: skip


def shading(
    thing: Any, space: ColourSpace, into: Any, target: ColourTarget, carrier: Transfer
) -> Any:
    """A gradient with its colours as *target* has them.

    Args:
        into: the space that stands for *space*.

    Raises:
        UnusableError: a mesh whose colours stand between its points.
    """
    kind, held = int(thing.ShadingType), carrier.of_keys(thing, _KEPT)
    made: Any
    if kind in _MESHES:
        bounded(thing)
        made = carrier.raw(thing)
    else:
        made = carrier.pdf.make_indirect(Dictionary())
    for key, value in held.items():
        made[key] = value
    made.ColorSpace = into
    background = thing.get("/Background")
    if isinstance(background, Array):
        row = target.colours(space, np.array([[float(part) for part in background]]))[0]
        made.Background = Array([round(float(part), 5) for part in row])
    given = thing.get("/Function")
    if given is None:
        if not target.keeps(space):
            raise UnusableError("artwork/mesh")
    elif target.keeps(space):
        function(given)  # that it is one
        made.Function = carrier.carried(given)
    else:
        made.Function = _sampled(given, thing, kind, space, target, carrier)
        if kind in _MESHES:
            made.Decode = carrier.carried(thing.Decode)
    return made


def _sampled(
    given: Any, thing: Any, kind: int, space: ColourSpace, target: ColourTarget, carrier: Transfer
) -> Any:
    run = function(given)
    if kind == 1:
        domain = [float(n) for n in thing.get("/Domain", [0, 1, 0, 1])]
        xs = np.linspace(domain[0], domain[1], ACROSS)
        ys = np.linspace(domain[2], domain[3], ACROSS)
        rows: Rows = np.stack([np.tile(xs, ACROSS), np.repeat(ys, ACROSS)], axis=1)
        size = [ACROSS, ACROSS]
    else:
        # A mesh gives its parameter in its own range, the last pair of /Decode.
        own = thing.Decode[-2:] if kind in _MESHES else thing.get("/Domain", [0, 1])
        domain = [float(n) for n in own]
        rows = np.linspace(domain[0], domain[1], STEPS)[:, None]
        size = [STEPS]
    colours = target.colours(space, run(rows))
    levels = np.rint(np.clip(colours, 0, 1) * 65535).astype(">u2")
    table: Stream = carrier.pdf.make_stream(
        levels.tobytes(), FunctionType=0, Domain=Array(domain), Size=Array(size),
        BitsPerSample=16, Range=Array([0, 1] * colours.shape[1]),
    )  # fmt: skip
    return table
