"""What a file is that was sent as a picture and cannot be placed as one."""

from __future__ import annotations

import re
from typing import Final

RAW: Final = frozenset((
    ".arw", ".cr2", ".cr3", ".crw", ".dng", ".erf", ".iiq", ".kdc", ".mef", ".mrw", ".nef", ".nrw",
    ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f",
))  # fmt: skip
PICTURES: Final = RAW | frozenset((
    ".ai", ".avif", ".bmp", ".emf", ".eps", ".gif", ".heic", ".heif", ".j2k", ".jfif", ".jp2",
    ".jpeg", ".jpg", ".jxl", ".pdf", ".png", ".psb", ".psd", ".svg", ".svgz", ".tga", ".tif",
    ".tiff", ".webp", ".wmf",
))  # fmt: skip
_HEADS: Final = (  # head of the file, after so many bytes; the code to tell; its name
    (0, rb"8BPS", "photo/format", "PSD"),
    (4, rb"ftyp(hei[cxms]|hev[cxms]|mif1|msf1)", "photo/format", "HEIC"),
    (0, rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51", "photo/format", "JPEG 2000"),
    (0, rb"\x00\x00\x00\x0cJXL |\xff\x0a", "photo/format", "JPEG XL"),
    (0, rb"\x00\x00\x01\x00", "photo/format", "ICO"),
    (0, rb"\x01\x00\x00\x00.{36} EMF|\xd7\xcd\xc6\x9a", "photo/vector", "EMF/WMF"),
    (0, rb"%!PS|\xc5\xd0\xd3\xc6", "photo/vector", "EPS"),
    (0, rb"\s*%PDF", "photo/vector", "PDF"),
    (0, rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.{0,400}?-->\s*)?(<!DOCTYPE svg.*?>\s*)?<svg",
     "photo/vector", "SVG"),
    (0, rb"FUJIFILMCCD-RAW|.{8}CR\x02\x00|\x00MRM|FOVb|IIRO|IIRS|MMOR|IIU\x00", "photo/raw", "RAW"),
    (4, rb"ftypcrx ", "photo/raw", "RAW"),
    (0, rb"(\xef\xbb\xbf)?\s*(<!--.{0,400}?-->\s*)?<(!doctype\s+html|html|head|body)\b",
     "photo/not-picture", "HTML"),
    (0, rb"PK\x03\x04", "photo/not-picture", "ZIP · DOCX"),
    (0, rb"\xd0\xcf\x11\xe0", "photo/not-picture", "DOC · XLS"),
    (0, rb"Rar!|7z\xbc\xaf", "photo/not-picture", "RAR · 7z"),
    (4, rb"ftyp(isom|mp4\d|M4V |qt  |3gp)|moov|mdat", "photo/not-picture", "MP4 · MOV"),
)  # fmt: skip


def foreign(data: bytes, suffix: str) -> tuple[str, str] | None:
    """The code to tell and the kind's name; None of what may be a picture.

    Raw files of cameras are TIFFs with a thumbnail, mostly: their suffix tells.
    """
    for after, head, code, name in _HEADS:
        if re.match(head, data[after : after + 1200], re.DOTALL | re.IGNORECASE):
            return code, name
    return ("photo/raw", f"RAW · {suffix[1:].upper()}") if suffix.lower() in RAW else None
