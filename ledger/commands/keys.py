"""Commands of those who look after keys: make, activate, rotate, retire, give up, publish.

A key's private half is made and kept by the signer first, its fact follows; what a crash leaves
between is a key that nobody trusts. A new version of the trust list is checked as a verifier would
check it before it becomes a fact.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID, uuid5

from keys.algorithms import ESP256, ML_DSA_44, Algorithm, PublicKey
from keys.envelope import EnvelopeSigner
from keys.errors import SigningRefusedError
from keys.signer import Keyring, Signer
from keys.trust_document import digest_of, read, read_unpinned, write
from keys.trust_list import Officer, Root, TrustedKey, TrustList
from keys.trust_update import accept
from ledger.errors import RefusedError
from ledger.facts import Act, FactStore, History
from ledger.records import signing_key, trust_list

SYSTEM_STREAMS: Final = UUID("4f9c1a52-6f0e-5d0b-9a57-3f1f0b8a2c11")
"""Namespace of the streams that the ledger itself has one of."""
TRUST_LIST_STREAM: Final = uuid5(SYSTEM_STREAMS, "trust-list")
LIST_LIFETIME: Final = timedelta(days=3)
"""From one version to its next update; a key's notice is at least twice as long."""
OVERLAP: Final = timedelta(days=7)
"""How long a key and its successor may both sign."""
REGISTERED: Final = "trust_list.key_registered/1"
PUBLISHED: Final = "trust_list.published/1"
_BATCH: Final = 8
"""Versions that are read at once: one may be of several megabytes."""


@dataclass(frozen=True, slots=True)
class PublishedList:
    """The newest trust list and the document that verifiers get."""

    trust: TrustList
    document: bytes


def key_stream(kid: bytes) -> UUID:
    """Return the stream of the key named by the 32-byte ``kid``."""
    return uuid5(SYSTEM_STREAMS, f"signing-key/{kid.hex()}")


def create(
    *,
    facts: FactStore,
    keyring: Keyring,
    act: Act,
    algorithm: Algorithm,
    issuer: str,
    names: tuple[str, str],
    uses: frozenset[int | str],
    sign_from: datetime,
    sign_until: datetime,
    verify_until: datetime,
    status_prefixes: tuple[str, ...] = (),
) -> PublicKey:
    """Make a key and enter it, pending; it is trusted once it is published and activated.

    Raises:
        RefusedError: Its windows, issuer, uses or prefixes could not stand in a trust list.
    """
    public = keyring.generate(algorithm)
    stream = facts.history(key_stream(public.kid))
    created = signing_key.create(
        signing_key.fold(stream.facts),
        public=public,
        issuer=issuer,
        names=names,
        uses=uses,
        sign_from=sign_from,
        sign_until=sign_until,
        verify_until=verify_until,
        status_prefixes=status_prefixes,
    )
    register, state = _register(facts)
    registered = trust_list.register(state, kid=public.kid)
    facts.append(act, stream.then(created), register.then(registered))
    return public


def activate(
    *, facts: FactStore, act: Act, kid: bytes, immediately_because: str | None = None
) -> None:
    """Let the key sign, after it has been published for seven days and two list lifetimes.

    Raises:
        RefusedError: It was not, and no reason is given; or the key is not pending.
    """
    activate_all(facts=facts, act=act, kids=(kid,), immediately_because=immediately_because)


def activate_all(
    *, facts: FactStore, act: Act, kids: Iterable[bytes], immediately_because: str | None = None
) -> None:
    """Let several keys sign, all of them or none; the published list is read once.

    Raises:
        RefusedError: As `activate`, of any of them.
    """
    published_since = _published_since(facts)
    notice = _notice(current_trust_list(facts=facts))
    changes = []
    for kid in kids:
        stream = facts.history(key_stream(kid))
        activated = signing_key.activate(
            signing_key.fold(stream.facts),
            at=act.at,
            published_since=published_since.get(kid),
            notice=notice,
            immediately_because=immediately_because,
        )
        changes.append(stream.then(activated))
    facts.append(act, *changes)


def rotate(
    *,
    facts: FactStore,
    keyring: Keyring,
    act: Act,
    kid: bytes,
    sign_from: datetime,
    sign_until: datetime,
    verify_until: datetime,
    overlap: timedelta = OVERLAP,
) -> PublicKey:
    """Make a successor of the same algorithm, issuer and uses; the old key signs on meanwhile.

    Publish, activate the successor after its notice, then retire the old key.

    Raises:
        RefusedError: The old key is not active, or would end before the successor has taken over.
    """
    old = signing_key.fold(facts.history(key_stream(kid)).facts)
    signing_key.check_successor(old, sign_from=sign_from, overlap=overlap)
    key = signing_key.require(old)
    return create(
        facts=facts,
        keyring=keyring,
        act=act,
        algorithm=key.public.algorithm,
        issuer=key.issuer,
        names=key.names,
        uses=key.uses,
        sign_from=sign_from,
        sign_until=sign_until,
        verify_until=verify_until,
        status_prefixes=key.status_prefixes,
    )


def retire(*, facts: FactStore, act: Act, kid: bytes) -> None:
    """Let the key sign no more; what it signed stays good.

    Raises:
        RefusedError: The key does not sign now.
    """
    stream = facts.history(key_stream(kid))
    facts.append(act, stream.then(signing_key.retire(signing_key.fold(stream.facts), at=act.at)))


def declare_compromise(
    *, facts: FactStore, act: Act, kid: bytes, since: datetime, reason: str
) -> None:
    """Give the key up: of what it signed, only what the log saw before ``since`` counts.

    Publish a trust list at once afterwards.

    Raises:
        RefusedError: ``since`` is in the future, or not before what is already known.
    """
    stream = facts.history(key_stream(kid))
    declared = signing_key.declare_compromise(
        signing_key.fold(stream.facts), since=since, at=act.at, reason=reason
    )
    facts.append(act, stream.then(declared))


def new_officer(*, keyring: Keyring, person: str) -> Officer:
    """Make the two keys of an officer who will approve trust lists."""
    return Officer(person, keyring.generate(ESP256), keyring.generate(ML_DSA_44))


def publish_trust_list(
    *,
    facts: FactStore,
    signer: Signer,
    act: Act,
    list_id: str,
    root: Root | None = None,
    lifetime: timedelta = LIST_LIFETIME,
) -> PublishedList:
    """Sign and enter the next version: all keys as they stand now.

    Args:
        facts: The ledger.
        signer: Signs for every officer whose keys it holds, old ones and new ones.
        act: Who publishes, when.
        list_id: Name of the list, the same in every version.
        root: The officers from this version on; needed for the first, else the same as before.
        lifetime: Until the next update is due.

    Raises:
        RefusedError: ``root_missing``, ``no_officer_key``.
        TrustListError: A verifier would refuse it: too few officers, or a rule broken.
    """
    register, state = _register(facts)
    held = None if state.document is None else read_unpinned(state.document)
    officers = root or (held.root if held else None)
    if officers is None:
        raise RefusedError("root_missing", "the first version needs its officers and threshold")
    issued = act.at.replace(microsecond=0)
    trust = TrustList(
        version=state.version + 1,
        list_id=list_id,
        issued=issued,
        next_update=issued + lifetime,
        previous=digest_of(held) if held else None,
        keys=tuple(_key(facts, kid) for kid in state.kids),
        officers=officers.officers,
        threshold=officers.threshold,
    )
    approving = dict.fromkeys((*officers.officers, *(held.officers if held else ())))
    signers = _signers(approving, signer)
    if not signers:
        raise RefusedError("no_officer_key", "the signer holds no key of any officer")
    document = write(trust, signers)
    if held is None:
        read(document, officers, at=act.at)
    else:
        accept(held, document, at=act.at)
    published = trust_list.publish(state, trust=trust, document=document, at=issued)
    facts.append(act, register.then(published))
    return PublishedList(trust, document)


def current_trust_list(*, facts: FactStore) -> PublishedList | None:
    """Return the newest published version, None before the first."""
    last = facts.latest(TRUST_LIST_STREAM, (PUBLISHED,))
    if last is None:
        return None
    assert isinstance(last, trust_list.TrustListPublished)
    return PublishedList(read_unpinned(last.document), last.document)


def list_keys(*, facts: FactStore) -> tuple[TrustedKey, ...]:
    """Return every key as it stands now, in the order in which they were made."""
    return tuple(_key(facts, kid) for kid in _registered(facts))


def key_history(*, facts: FactStore, kid: bytes) -> History:
    """Return the life of one key."""
    return facts.history(key_stream(kid))


def _key(facts: FactStore, kid: bytes) -> TrustedKey:
    return signing_key.require(signing_key.fold(facts.history(key_stream(kid)).facts))


def _register(facts: FactStore) -> tuple[History, trust_list.Publications]:
    """Return where the list's stream ends, and what is decided on; no version but the last is read.

    Whoever appends behind that end is refused if anything came since.
    """
    end = facts.tip(TRUST_LIST_STREAM)
    state = trust_list.Publications(kids=_registered(facts))
    last = facts.latest(TRUST_LIST_STREAM, (PUBLISHED,))
    if last is not None:
        assert isinstance(last, trust_list.TrustListPublished)
        state = replace(state, version=last.version, document=last.document)
    return end, state


def _registered(facts: FactStore) -> tuple[bytes, ...]:
    """Return the kids of the keys that belong to the list, in the order in which they were made."""
    return trust_list.fold(facts.excerpt(TRUST_LIST_STREAM, (REGISTERED,)).facts).kids


def _published_since(facts: FactStore) -> dict[bytes, datetime]:
    """Return when each key was first published, by its kid."""
    since: dict[bytes, datetime] = {}
    after, more = 0, True
    while more:
        batch = facts.read(after=after, limit=_BATCH, topics=(PUBLISHED,))
        for recorded in batch:
            published = recorded.fact
            assert isinstance(published, trust_list.TrustListPublished)
            since = dict.fromkeys(published.kids, published.published_at) | since
            after = recorded.position
        more = len(batch) == _BATCH
    return since


def _notice(held: PublishedList | None) -> timedelta:
    """A key needs seven days, and two lifetimes of the list that announces it."""
    if held is None:
        return signing_key.NOTICE
    return max(signing_key.NOTICE, 2 * (held.trust.next_update - held.trust.issued))


def _signers(officers: Iterable[Officer], signer: Signer) -> list[EnvelopeSigner]:
    keys = [key for officer in officers for key in (officer.classical, officer.lasting)]
    return [
        EnvelopeSigner(key, partial(signer.sign, key.kid)) for key in keys if _holds(signer, key)
    ]


def _holds(signer: Signer, key: PublicKey) -> bool:
    try:
        return signer.public(key.kid) == key
    except SigningRefusedError:
        return False
