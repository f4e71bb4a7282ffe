"""The transparency log, pure: its tree, tiles, heads and proofs, in the C2SP family of formats.

merkle       RFC 6962 tree: roots, proofs, and their checking
tiles        the tree at rest, in files of up to 256 hashes
note         signed text, and the keys that sign it
checkpoint   a head of the log: origin, size, root
cosignature  what a log and its witnesses sign of a head, and when
policy       which logs and witnesses count, and how many of them are enough
proof        one entry's place in a cosigned log, in one file
landmarks    hashes that a verifier keeps, and then needs no signature
landmark_proof  one entry's place under a landmark
landmark_log how a log makes both
receipt      one entry's place for who speaks COSE
witness_request  what a log asks a witness, and what comes back
witnessing   what a witness decides
"""
