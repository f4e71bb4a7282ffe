"""Files beside the visits of a health book as JSON: what is said of them, and where each is."""

from typing import Any

from ledger.commands.book_files import BookFile
from ledger.personal import readable


def file_json(file: BookFile) -> dict[str, Any]:
    """Return one file, without what is in it; its title is null once it was erased."""
    address = file.named.address.hex()
    return {
        "visit": str(file.visit),
        "facility": file.facility or None,
        "title": readable(file.named.title, "") or None,
        "media_type": file.named.media_type,
        "size": file.named.size,
        "attached_at": file.at.isoformat(),
        "address": address,
        "href": f"/v1/visits/{file.visit}/attachments/{address}",
    }
