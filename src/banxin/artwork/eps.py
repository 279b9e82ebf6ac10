"""EPS, which only a PostScript interpreter can read: Ghostscript, beside us and never linked."""

from __future__ import annotations

import shutil
import subprocess
from typing import Final

from banxin import scratch
from banxin.artwork.reading import LARGEST, UnusableError

PROGRAM: Final = "gs"
SECONDS: Final = 60
# The program's memory is bounded: 1 GiB, where the system can.
_BOUNDED: Final = ("sh", "-c", 'ulimit -v 1000000 2>/dev/null; exec "$@"', "sh")
_AS_IT_IS: Final = (
    "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", "-dEPSCrop",
    "-dCompatibilityLevel=1.6", "-dAutoRotatePages=/None",
    "-sColorConversionStrategy=LeaveColorUnchanged",
    "-dPreserveOverprintSettings=true", "-dDownsampleColorImages=false",
    "-dDownsampleGrayImages=false", "-dDownsampleMonoImages=false",
    "-dAutoFilterColorImages=false", "-dAutoFilterGrayImages=false",
    "-dColorImageFilter=/FlateEncode", "-dGrayImageFilter=/FlateEncode",
    "-dEmbedAllFonts=true",
)  # fmt: skip


def as_pdf(data: bytes) -> bytes:
    """The page of an EPS, as wide and high as its bounding box, its colours as they are.

    Raises:
        UnusableError: `artwork/no-ghostscript`, or the program makes nothing of it.
    """
    if shutil.which(PROGRAM) is None:
        raise UnusableError("artwork/no-ghostscript")
    if len(data) > LARGEST:
        raise UnusableError("artwork/too-large", what=f"{len(data) // 1_000_000} MB")
    with scratch.temporary() as here:
        (here / "in.eps").write_bytes(data)
        out = here / "out.pdf"
        try:
            done = subprocess.run(  # noqa: S603  # no word of it is a user's
                (*_BOUNDED, PROGRAM, *_AS_IT_IS, f"-sOutputFile={out}", str(here / "in.eps")),
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as problem:
            raise UnusableError("artwork/too-large", what=f"{SECONDS} s") from problem
        made = out.read_bytes() if out.exists() else b""
    if done.returncode or not made:
        said = done.stdout.decode("latin-1").strip().splitlines() or [
            f"{PROGRAM} {done.returncode}"
        ]
        raise UnusableError("artwork/damaged", why=said[0][:120])
    return made
