"""Plates of a press file as Ghostscript makes them, and how light they print."""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pikepdf
from pikepdf import Name
from PIL import Image, ImageCms

from banxin.assets.colour import built_in
from banxin.diagnostics import Box

SHEET_EDGE: Final = 14.0  # mm, from the paper's edge to the trim: slug and bleed
PROCESS: Final = ("Cyan", "Magenta", "Yellow", "Black")
Ink = Any  # rows of shares of full ink, 0 to 1


def plates(pdf: Path, page: int, ppi: int = 72) -> Mapping[str, Ink]:
    """Each plate that the page makes, by name."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=tiffsep", f"-r{ppi}",
            f"-dFirstPage={page}", f"-dLastPage={page}", f"-sOutputFile={folder}/p.tif", str(pdf),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
        return {
            re.findall(r"\((.*)\)", file.name)[0]: 1 - np.asarray(Image.open(file)) / 255
            for file in Path(folder).glob("p(*")
        }


def cut(ink: Ink, box: Box, ppi: int = 72, edge: float = SHEET_EDGE) -> Ink:
    """The part of a plate in *box*, mm from the trim's upper left corner."""
    left, top, right, bottom = (round((side + edge) / 25.4 * ppi) for side in box)
    return ink[top:bottom, left:right]


def steps(ink: Ink, count: int = 12) -> list[float]:
    """The middle of each of *count* patches side by side."""
    high, wide = ink.shape
    at = [(2 * i + 1) * wide // (2 * count) for i in range(count)]
    return [float(np.median(ink[high // 3 : -high // 3, x - 1 : x + 2])) for x in at]


def lightness(cmyk: Any, icc: bytes | None = None) -> list[float]:
    """L* of rows of inks, 0 to 1 each, by littlecms, black-point compensated."""
    press = ImageCms.ImageCmsProfile(io.BytesIO(icc or built_in()))
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    levels = np.rint(np.asarray(cmyk) * 255).astype(np.uint8)
    image = Image.frombytes("CMYK", (len(levels), 1), levels.tobytes())
    moved = ImageCms.profileToProfile(
        image, press, lab, ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="LAB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )  # fmt: skip
    assert moved is not None
    return [level / 2.55 for level in moved.getchannel(0).tobytes()]


def lightness_of_grey(values: Any) -> list[float]:
    """L* of sRGB's greys, 0 to 255."""
    part = np.asarray(values, float) / 255
    light = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return list(np.where(light > 216 / 24389, 116 * np.cbrt(light) - 16, light * 24389 / 27))


def shadow(file: Path, folder: Path) -> Path:
    """The same objects as PDF/A-2b, which validators know (output intent and name changed)."""
    with pikepdf.open(file) as pdf:
        for intent in pdf.Root.OutputIntents:
            intent.S = Name.GTS_PDFA1
        packet = pdf.Root.Metadata.read_bytes().decode()
        packet = packet.replace("<pdf:Trapped>False</pdf:Trapped>", "")
        packet = packet.replace(
            'xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/"',
            'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"',
        )
        packet = re.sub(
            "<pdfxid:.*?</pdfxid:GTS_PDFXVersion>",
            "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>",
            packet,
        )
        pdf.Root.Metadata = pdf.make_stream(packet.encode(), Type=Name.Metadata, Subtype=Name.XML)
        pdf.save(folder / "shadow.pdf")
    return folder / "shadow.pdf"
