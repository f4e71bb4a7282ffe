"""The description that a PDF/A document carries about itself, with no time but the given one."""

from datetime import datetime
from html import escape

PRODUCER = "records-ledger"


def describe(title: str, at: datetime) -> str:
    """Return the XMP packet of a PDF/A-3U document ``title`` made ``at`` (aware).

    Source: ISO 19005-3, section 6.6.
    """
    moment = at.isoformat(timespec="seconds")
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/"'
        ' xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">'
        f'<rdf:Description rdf:about="" xmp:CreateDate="{moment}" xmp:ModifyDate="{moment}"'
        f' xmp:MetadataDate="{moment}" pdf:Producer="{PRODUCER}">'
        "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>"
        '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">'
        f"{escape(title)}</rdf:li></rdf:Alt></dc:title>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
