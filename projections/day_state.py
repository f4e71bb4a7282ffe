"""What a daily seal is made of: every view's digest and the tree of heads, at one moment.

All is read in one transaction, each view at the position where it stands. Rows that hold sealed
bytes are digested as they are; `projections.drift` says what of that can be made again later.
"""

from dataclasses import dataclass

from ledger.records.seal import DaySealed, SealedHeads, SealedView
from ledger.transparency.merkle import HASH_BYTES
from ledger.transparency.stream_heads import BUCKETS, SCHEME, HeadsTree
from projections.head_queries import all_rows, count_rows, moved_tree, tree_of_rows
from projections.seal_files import SealFiles
from projections.stream_heads import NAME as HEADS_VIEW
from projections.view_digests import digest_of
from projections.view_store import Session, ViewStore


@dataclass(frozen=True, slots=True)
class DayState:
    """The state of all views."""

    views: tuple[SealedView, ...]
    heads: SealedHeads
    tree: HeadsTree


def day_state(store: ViewStore, *, last: DaySealed | None, files: SealFiles) -> DayState:
    """Return the state of all views in force, and keep their bucket digests in ``files``.

    Args:
        store: The views.
        last: The seal before; the tree goes on from it where its file is there.
        files: Where bucket digests are kept.
    """
    views: list[SealedView] = []
    with store.database.reading() as session:
        standing = [one for one in store.generations_in(session) if one.in_force]
        for one in standing:
            view = store.views[one.view]
            digest = digest_of(view, store.rows(session, view, one.number))
            files.keep(digest.root, digest.buckets)
            views.append(SealedView(one.view, one.version, one.position, digest.rows, digest.root))
        position = next(one.position for one in standing if one.view == HEADS_VIEW)
        tree = _tree(session, last, files)
        count = count_rows(session)
    files.keep(tree.root, b"".join(tree.buckets))
    return DayState(tuple(views), SealedHeads(position, count, tree.root, SCHEME), tree)


def kept_tree(files: SealFiles, root: bytes) -> HeadsTree | None:
    """Return the tree with this root if its buckets were kept, and are what they say."""
    kept = files.find(root)
    if kept is None or len(kept) != BUCKETS * HASH_BYTES:
        return None
    tree = HeadsTree([kept[at : at + HASH_BYTES] for at in range(0, len(kept), HASH_BYTES)])
    return tree if tree.root == root else None


def _tree(session: Session, last: DaySealed | None, files: SealFiles) -> HeadsTree:
    goes_on = last is not None and last.heads.scheme == SCHEME
    before = kept_tree(files, last.heads.root) if last is not None and goes_on else None
    if last is None or before is None:
        return tree_of_rows(all_rows(session))[0]
    return moved_tree(session, before, last.heads.position)
