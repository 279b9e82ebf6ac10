"""What a PDF/X-4 says of itself: output intent, XMP and document information, agreeing.

ISO 15930-7:2010, 6.2 (output intents) and 6.3 to 6.5 (identification, XMP, trapping).
"""

from __future__ import annotations

import datetime
import re
import uuid
import zlib
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from banxin.diagnostics import Diagnostic, note
from banxin.edition import Edition
from banxin.press.profiles import Profile

CREATOR: Final = "banxin"
_PACKET: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/">
{version}
<pdf:Producer>{producer}</pdf:Producer>
<pdf:Trapped>False</pdf:Trapped>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{date}</xmp:CreateDate>
<xmp:ModifyDate>{date}</xmp:ModifyDate>
<xmp:MetadataDate>{date}</xmp:MetadataDate>
<xmpMM:DocumentID>uuid:{identity}</xmpMM:DocumentID>
<xmpMM:RenditionClass>default</xmpMM:RenditionClass>
<xmpMM:VersionID>{revision}</xmpMM:VersionID>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subtitle}</rdf:li></rdf:Alt></dc:description>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


_READERS_PACKET: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
{ua}
<pdf:Producer>{producer}</pdf:Producer>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{date}</xmp:CreateDate>
<xmp:ModifyDate>{date}</xmp:ModifyDate>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subtitle}</rdf:li></rdf:Alt></dc:description>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


# Controls, halves of pairs, and what is no character; white space is left to `split`.
_NO_XML: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
_X4: Final = "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>"


def in_a_line(text: str) -> str:
    """*text* as a title in metadata, the same in document information and XMP: a line of what
    XML 1.0 (§ 2.2) allows, with one space for any run of white space.
    """
    return " ".join(_NO_XML.sub("", text).split())


def identify(pdf: pikepdf.Pdf, edition: Edition, profile: Profile, revision: int = 0) -> None:
    """Say what *pdf* is. Its identity comes from the edition's digest, never from a clock.

    PDF/X-1a says so in its document information (ISO 15930-4, 6.3), PDF/X-4 in its XMP.
    """
    _set_intent(pdf, profile)
    info = pdf.docinfo
    info["/Trapped"] = Name("/False")
    if profile.version == "PDF/X-1a":
        info["/GTS_PDFXVersion"] = String("PDF/X-1a:2003")
    packet = _PACKET.format(
        producer=escape(str(info.get("/Producer", ""))),
        creator=CREATOR,
        date=_iso(edition.date),
        version=_X4 if profile.version == "PDF/X-4" else "",
        revision=revision or 1,
        identity=uuid.UUID(edition.digest[:32], version=5),
        title=escape(in_a_line(edition.title)),
        subtitle=escape(in_a_line(edition.subtitle)),
    )
    pdf.Root.Metadata = pdf.make_stream(packet.encode(), Type=Name.Metadata, Subtype=Name.XML)
    spots = dict.fromkeys(ink.spot for ink in edition.layout.inks if ink.spot)
    families = dict.fromkeys(face.family for face in edition.faces)
    order = Dictionary(
        Finish=String("press"),
        Press=String(profile.name),
        Binding=String(edition.binding),
        Spots=Array([String(name) for name in spots]),
        Families=Array([String(family) for family in families]),
    )
    _say_what_was_ordered(pdf, edition, order)


def _say_what_was_ordered(pdf: pikepdf.Pdf, edition: Edition, order: Dictionary) -> None:
    """So that the file can be judged by it wherever it is found.

    A page-piece dictionary (ISO 32000-1, 14.5): data of the program that made the file, which
    others pass over; PDF/X-4 and PDF/A allow it, and XMP of our own would need a schema in PDF/A.
    """
    order.Title = String(edition.folder.name)
    order.Layout = String(edition.layout.name)
    order.Edition = String(edition.digest)
    stamp = String(f"D:{edition.date:%Y%m%d}000000+00'00'")
    piece = Dictionary(LastModified=stamp, Private=order)
    pdf.Root.PieceInfo = Dictionary({f"/{CREATOR}": piece})


def identify_for_readers(pdf: pikepdf.Pdf, edition: Edition) -> tuple[Diagnostic, ...]:
    """XMP of a screen file: PDF/UA-1 (ISO 14289-1) where every picture says what it shows.

    The engine tags the text; pictures without caption or `alt` are what it cannot do.
    """
    silent = sum(
        isinstance(item, Dictionary)
        and item.get("/S") == Name.Figure
        and not str(item.get("/Alt", ""))
        for item in pdf.objects
    )
    packet = _READERS_PACKET.format(
        producer=escape(str(pdf.docinfo.get("/Producer", ""))),
        creator=CREATOR,
        date=_iso(edition.date),
        title=escape(in_a_line(edition.title)),
        subtitle=escape(in_a_line(edition.subtitle)),
        ua="" if silent else "<pdfuaid:part>1</pdfuaid:part>",
    )
    pdf.Root.Metadata = pdf.make_stream(packet.encode(), Type=Name.Metadata, Subtype=Name.XML)
    _say_what_was_ordered(pdf, edition, Dictionary(Finish=String("screen")))
    return (note("screen/pictures-without-words", count=silent),) if silent else ()


def _set_intent(pdf: pikepdf.Pdf, profile: Profile) -> None:
    icc = pikepdf.Stream(pdf, _packed(profile.icc), N=4, Filter=Name.FlateDecode)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=String(profile.condition),
        OutputCondition=String(profile.described),
        Info=String(profile.described),
        DestOutputProfile=icc,
    )
    if profile.registry:
        intent.RegistryName = String(profile.registry)
    pdf.Root.OutputIntents = Array([intent])


@lru_cache(maxsize=4)
def _packed(icc: bytes) -> bytes:
    """As it is in each copy of a series: to compress it takes a quarter of a page's press file."""
    return zlib.compress(icc)


def _iso(date: datetime.date) -> str:
    return f"{date:%Y-%m-%d}T00:00:00+00:00"
