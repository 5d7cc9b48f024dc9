"""Almagest from Python: typed questions, and proof that bytes are right.

Written by `npm run generate`, never edited: from the graph, from the documents
in gateway/operations/, and from client/python/base.py. It needs Python 3.9 and
nothing else: copy this one file beside your own.

    import almagest
    centre = almagest.Client("http://127.0.0.1:4000")
    orion = almagest.ExecutedObsUnitFilter(text="orion")
    for seen in centre.iter_find_observations(filter=orion):
        print(seen.started_at, seen.obs_unit.name)

What is refused is raised as Refused, or as the kind of it that its code names;
what is Unreachable may be tried again. Moments are aware, in UTC. In what you
give, None leaves out; in what you get, it is the null of the graph.
"""
from __future__ import annotations

import array
import datetime
import enum
import hashlib
import http.client
import json
import math
import os
import struct
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass, fields, is_dataclass
from typing import (
    Any,
    BinaryIO,
    Callable,
    Dict,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

_T = TypeVar("_T")


class AlmagestError(Exception):
    """What every error of this module is."""


class Refused(AlmagestError):
    """The data centre says no; asked again it says so again.

    code: Which kind of no, as the data centre spells it.
    message: What is so, and which rule it meets.
    path: What of the answer it is about; empty: all of it.
    """

    def __init__(
        self, code: str, message: str, path: Sequence[Union[str, int]] = ()
    ) -> None:
        super().__init__(code, message, tuple(path))
        self.code = code
        self.message = message
        self.path = tuple(path)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Unreachable(AlmagestError):
    """Nobody answered, or what the answer needs is away: try again later."""


class Failed(AlmagestError):
    """The data centre, or this module, made a mistake."""


class _Null:
    def __repr__(self) -> str:
        return "NULL"


#: Says null where None would leave out: in updates, what is to be emptied.
NULL: Any = _Null()


class _Word(str, enum.Enum):
    """One of a few words; prints as it is spelt."""

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def _of(cls, text: str) -> Any:
        """The word of that spelling; one that this module is too old for
        stays a text."""
        try:
            return cls(text)
        except ValueError:
            return text


class _Input:
    """What is given to the data centre; None leaves out."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class _Centre:
    """Asks one data centre.

    url: Where its gateway is, for instance http://127.0.0.1:4000
    token: Sent as `Authorization: Bearer …`; None: nothing is sent.
    timeout_s: How long it may be silent until it is Unreachable.
    """

    def __init__(
        self, url: str, token: Optional[str] = None, timeout_s: float = 60.0
    ) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"url: must be http(s)://host: {url!r}")
        base = url.rstrip("/")
        self.url = base if base.endswith("/graphql") else f"{base}/graphql"
        self.timeout_s = timeout_s
        self._headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "almagest-python",
        }
        if token is not None:
            if not token.isascii() or not token.isprintable():
                raise ValueError("token: must be printable ASCII")
            self._headers["Authorization"] = f"Bearer {token}"
        self._opener = urllib.request.build_opener(_NoRedirect)

    def ask(
        self, document: str, variables: Optional[Mapping[str, Any]] = None
    ) -> Dict[str, Any]:
        """Asks a document of your own; its data, as the graph writes them.

        Raises Refused, Unreachable or Failed if any of it is not answered.
        """
        given = {
            name: _encode(value, name)
            for name, value in (variables or {}).items()
            if value is not None
        }
        body = json.dumps({"query": document, "variables": given})
        status, text = self._post(body.encode())
        try:
            answer = json.loads(text)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise _no_answer(self.url, status)
        errors = answer.get("errors")
        if errors:
            raise _error(errors[0], status)
        if not isinstance(answer.get("data"), dict):
            raise _no_answer(self.url, status)
        return answer["data"]

    def _post(self, body: bytes) -> Tuple[int, bytes]:
        request = urllib.request.Request(self.url, body, self._headers)
        try:
            try:
                opened = self._opener.open(request, timeout=self.timeout_s)
            except urllib.error.HTTPError as answered:
                opened = answered
            with opened as response:
                return response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            why = getattr(error, "reason", None) or error or type(error)
            raise Unreachable(f"{self.url}: {why}") from error

    def _get(
        self,
        document: str,
        key: Optional[str],
        hint: Any,
        variables: Mapping[str, Any],
    ) -> Any:
        data = self.ask(document, variables)
        try:
            return _reader(hint)(data if key is None else data[key])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Failed(
                "the answer is not what the graph says that it is: is this "
                f"module as old as the data centre? ({error!r})"
            ) from error


def _no_answer(url: str, status: int) -> AlmagestError:
    if status == 401:
        return Refused("UNAUTHENTICATED", f"{url} wants a token that is valid")
    if status == 403:
        return Refused("FORBIDDEN", f"{url} does not let this token in")
    if status in (429, 502, 503, 504):
        return Unreachable(f"{url} is busy or away (HTTP {status})")
    return Failed(f"{url} is no data centre: HTTP {status} without an answer")


def _error(error: Any, status: int) -> AlmagestError:
    message = str(error.get("message", "no reason given"))
    extensions = error.get("extensions") or {}
    code = str(extensions.get("code", "INTERNAL"))
    path = error.get("path") or ()
    if code in ("UNAVAILABLE", "SUBGRAPH_UNAVAILABLE"):
        return Unreachable(message)
    if code == "INTERNAL" or status >= 500:
        return Failed(f"{message} (requestId {extensions.get('requestId')})")
    return _REFUSALS.get(code, Refused)(code, message, path)


def _camel(name: str) -> str:
    first, *others = name.rstrip("_").split("_")
    return first + "".join(other[:1].upper() + other[1:] for other in others)


def _encode(value: Any, name: str) -> Any:
    """A value as JSON has it; `name` is what an error calls it."""
    if isinstance(value, _Null):
        return None
    if isinstance(value, _Input):
        given = {}
        for field in fields(value):  # type: ignore[arg-type]
            inner = getattr(value, field.name)
            if inner is not None:
                key = _camel(field.name)
                given[key] = _encode(inner, f"{name}.{key}")
        return given
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise ValueError(f"{name}: must say its time zone")
        utc = value.astimezone(datetime.timezone.utc)
        return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{name}: must be a finite number")
    if isinstance(value, Mapping):
        return {k: _encode(v, f"{name}.{k}") for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encode(v, f"{name}.{n}") for n, v in enumerate(value)]
    return value


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


_READERS: Dict[Any, Callable[[Any], Any]] = {}


def _reader(hint: Any) -> Callable[[Any], Any]:
    """What makes a value of that type out of what JSON has."""
    if hint not in _READERS:
        _READERS[hint] = _make_reader(hint)
    return _READERS[hint]


def _make_reader(hint: Any) -> Callable[[Any], Any]:
    if get_origin(hint) is Union:
        given = _reader(get_args(hint)[0])
        return lambda value: None if value is None else given(value)
    if get_origin(hint) is list:
        each = _reader(get_args(hint)[0])
        return lambda values: [each(value) for value in values]
    if is_dataclass(hint):
        return _object_reader(hint)
    if hint is datetime.datetime:
        return _moment
    if hint is float:
        return float
    if isinstance(hint, type) and issubclass(hint, _Word):
        return hint._of
    kind = get_origin(hint) or hint

    def same(value: Any) -> Any:
        if not isinstance(value, kind):
            raise TypeError(f"{value!r} is no {kind.__name__}")
        return value

    return same


def _object_reader(made: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(made)
    readers = [(_key(name), _reader(hint)) for name, hint in hints.items()]
    return lambda data: made(*(read(data.get(key)) for key, read in readers))


def _key(name: str) -> str:
    return "__typename" if name == "typename" else _camel(name)


def _along(value: Any, *way: str) -> Any:
    for name in way:
        value = None if value is None else getattr(value, name)
    return value


def _nodes(page_after: Callable[[Optional[str]], Any]) -> Iterator[Any]:
    after: Optional[str] = None
    while True:
        page = page_after(after)
        if page is None:
            return
        yield from page.nodes
        if not page.page_info.has_next_page:
            return
        after = page.page_info.end_cursor


def new_key() -> str:
    """A key for what must happen once: keep it over your retries."""
    return str(uuid.uuid4())


def wait(
    look: Callable[[], _T],
    done: Callable[[_T], bool],
    timeout_s: float = 3600.0,
    every_s: float = 2.0,
) -> _T:
    """Looks again and again until `done` of what it saw; returns that.

    Goes on while the data centre is Unreachable. After `timeout_s` it
    raises TimeoutError.
    """
    end = time.monotonic() + timeout_s
    while True:
        seen: Any = None
        try:
            seen = look()
            if done(seen):
                return seen
        except Unreachable as error:
            seen = error
        if time.monotonic() + every_s > end:
            raise TimeoutError(f"not done after {timeout_s:g} s: {seen!r}")
        time.sleep(every_s)


def digest_of(path: Union[str, os.PathLike], kind: str = "blake3") -> str:
    """The digest of a file, as the data centre writes it.

    kind: blake3, as `b3sum` prints it, at some 20 MB/s; or sha256.
    """
    with open(path, "rb") as stream:
        if kind == "blake3":
            return f"blake3:{_blake3(stream)}"
        if kind != "sha256":
            raise ValueError(f"kind: must be blake3 or sha256: {kind!r}")
        running = hashlib.sha256()
        for data in iter(lambda: stream.read(1 << 20), b""):
            running.update(data)
        return f"sha256:{running.hexdigest()}"


def matches(path: Union[str, os.PathLike], digest: str) -> bool:
    """Whether a file has that digest; every byte of it is read."""
    return digest_of(path, digest.partition(":")[0]) == digest


# BLAKE3 (https://github.com/BLAKE3-team/BLAKE3-specs), for many blocks at
# once: a number holds the same word of each block, in lanes of 64 bits.

_IV = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
    0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
)
_CHUNK_START, _CHUNK_END, _PARENT, _ROOT = 1, 2, 4, 8
_CHUNK = 1024
_SEGMENT = 1024 * _CHUNK
_SHUFFLE = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
_MIXED = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)


def _pack(words: Any) -> int:
    return int.from_bytes(array.array("Q", words).tobytes(), sys.byteorder)


def _unpack(number: int, lanes: int) -> Any:
    return array.array("Q", number.to_bytes(8 * lanes, sys.byteorder))


def _compress(
    value: Sequence[int],
    block: Sequence[int],
    lanes: int,
    length: int = 64,
    flags: int = 0,
    counter: int = 0,
) -> List[int]:
    ones = _pack([1] * lanes)
    mask = 0xFFFFFFFF * ones
    v = [*value, *(word * ones for word in _IV[:4])]
    v += [counter & mask, counter >> 32 & mask, length * ones, flags * ones]
    for _ in range(7):
        for n, (a, b, c, d) in enumerate(_MIXED):
            va, vb, vc = v[a], v[b], v[c]
            va = va + vb + block[2 * n] & mask
            vd = v[d] ^ va
            vd = (vd >> 16 | vd << 16) & mask
            vc = vc + vd & mask
            vb ^= vc
            vb = (vb >> 12 | vb << 20) & mask
            va = va + vb + block[2 * n + 1] & mask
            vd ^= va
            vd = (vd >> 8 | vd << 24) & mask
            vc = vc + vd & mask
            vb ^= vc
            v[a], v[b], v[c], v[d] = va, (vb >> 7 | vb << 25) & mask, vc, vd
        block = [block[place] for place in _SHUFFLE]
    return [low ^ high for low, high in zip(v[:8], v[8:])]


def _chunks(data: bytes, first: int, root: int) -> List[Any]:
    """The chaining values of chunks: `[word][chunk]`."""
    whole = len(data) // _CHUNK
    found = [array.array("Q") for _ in _IV]
    if whole > 0:
        words = array.array("I", data[: whole * _CHUNK])
        if sys.byteorder == "big":
            words.byteswap()
        counter = _pack(range(first, first + whole))
        value = [word * _pack([1] * whole) for word in _IV]
        for n in range(0, 256, 16):
            flags = _CHUNK_START if n == 0 else 0
            flags |= _CHUNK_END | root if n == 240 else 0
            block = [_pack(words[n + word::256]) for word in range(16)]
            value = _compress(value, block, whole, 64, flags, counter)
        found = [_unpack(number, whole) for number in value]
    rest = data[whole * _CHUNK:]
    if rest or not data:
        value = list(_IV)
        for at in range(0, max(1, len(rest)), 64):
            part = rest[at:at + 64]
            flags = _CHUNK_START if at == 0 else 0
            flags |= _CHUNK_END | root if at + 64 >= len(rest) else 0
            block = struct.unpack("<16I", part.ljust(64, b"\0"))
            value = _compress(value, block, 1, len(part), flags, first + whole)
        for column, word in zip(found, value):
            column.append(word)
    return found


def _merge(nodes: List[Any], root: int) -> List[Any]:
    """The top of the tree: neighbours become one until one is left."""
    while len(nodes[0]) > 1:
        pairs = len(nodes[0]) // 2
        odd = [column[2 * pairs:] for column in nodes]
        flags = _PARENT | (root if len(nodes[0]) == 2 else 0)
        left = [_pack(column[0:2 * pairs:2]) for column in nodes]
        right = [_pack(column[1:2 * pairs:2]) for column in nodes]
        value = [word * _pack([1] * pairs) for word in _IV]
        merged = _compress(value, left + right, pairs, 64, flags)
        nodes = [_unpack(n, pairs) + end for n, end in zip(merged, odd)]
    return nodes


def _blake3(stream: BinaryIO) -> str:
    tops = [array.array("Q") for _ in _IV]
    first, data = 0, stream.read(_SEGMENT)
    while True:
        more = stream.read(_SEGMENT)
        alone = _ROOT if first == 0 and not more else 0
        chunks = _chunks(data, first, alone if len(data) <= _CHUNK else 0)
        for column, word in zip(tops, _merge(chunks, alone)):
            column.extend(word)
        if not more:
            break
        first, data = first + _SEGMENT // _CHUNK, more
    return struct.pack("<8I", *(n[0] for n in _merge(tops, _ROOT))).hex()


class BadInput(Refused):
    """Refused with the code BAD_INPUT."""


class BadPath(Refused):
    """Refused with the code BAD_PATH."""


class Conflict(Refused):
    """Refused with the code CONFLICT."""


class InvalidTransition(Refused):
    """Refused with the code INVALID_TRANSITION."""


class NotARegularFile(Refused):
    """Refused with the code NOT_A_REGULAR_FILE."""


class NotFound(Refused):
    """Refused with the code NOT_FOUND."""


class NotSafe(Refused):
    """Refused with the code NOT_SAFE."""


class BlockerActor(_Word):
    """Who can act.

    SYSTEM: Almagest does it by itself.
    OPERATOR: An operator of the data centre.
    INSTRUMENT: The instrument, or the team that runs it.
    """

    SYSTEM = "SYSTEM"
    OPERATOR = "OPERATOR"
    INSTRUMENT = "INSTRUMENT"


class BlockerCode(_Word):
    """Why something waits.

    NOT_YET_DERIVED: The files have not settled yet, or no operation was
        derived yet.
    QUEUED: It waits for a worker to take it.
    RUNNING: A worker is doing it.
    RETRYING: The last attempt failed; another will follow.
    FAILED: All attempts failed.
    CANCELLED: Somebody cancelled the work.
    LOCATION_INACTIVE: The location or its site is paused or retired.
    LOCATION_CLOSED: What the work does, reading or writing, is switched off at
        the location, or it is draining.
    LOCATION_PARKED: A circuit breaker parks the work of the location.
    KIND_PARKED: A circuit breaker parks this kind of work at the location.
    ROUTE_PARKED: A circuit breaker parks the transfers over the route.
    LOCATION_UNIDENTIFIED: No worker of its site has given the location its
        identity.
    NO_ROUTE: No route that is in use leads there.
    NO_BUFFER: The site has no BUFFER in use.
    NO_SOURCE: Nothing at the site has the package.
    EARLIER_LEG: An earlier leg of the route is not through.
    ARCHIVE_LOST: It was archived, and no archive holds it intact any more.
    WRITING: The copy is being written.
    DELETING: The copy is to be deleted.
    HELD: Somebody holds the package: nothing of it is deleted until the hold
        is released or its time is over.
    DELETION_PAUSED: As much was deleted at the location within an hour as is
        allowed: the rest waits.
    DAMAGED: The copy's bytes are not what they should be.
    LOST: The copy's bytes are not there.
    """

    NOT_YET_DERIVED = "NOT_YET_DERIVED"
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    RETRYING = "RETRYING"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    LOCATION_INACTIVE = "LOCATION_INACTIVE"
    LOCATION_CLOSED = "LOCATION_CLOSED"
    LOCATION_PARKED = "LOCATION_PARKED"
    KIND_PARKED = "KIND_PARKED"
    ROUTE_PARKED = "ROUTE_PARKED"
    LOCATION_UNIDENTIFIED = "LOCATION_UNIDENTIFIED"
    NO_ROUTE = "NO_ROUTE"
    NO_BUFFER = "NO_BUFFER"
    NO_SOURCE = "NO_SOURCE"
    EARLIER_LEG = "EARLIER_LEG"
    ARCHIVE_LOST = "ARCHIVE_LOST"
    WRITING = "WRITING"
    DELETING = "DELETING"
    HELD = "HELD"
    DELETION_PAUSED = "DELETION_PAUSED"
    DAMAGED = "DAMAGED"
    LOST = "LOST"


class BreakerState(_Word):
    """Whether the work of a location goes on.

    CLOSED: Work goes on.
    OPEN: Work is parked.
    HALF_OPEN: One piece of work is tried.
    """

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    HALF_OPEN = "HALF_OPEN"


class Direction(_Word):
    """Which way a list goes.

    ASC: The smallest, the first or the oldest at the beginning.
    DESC: The largest, the last or the newest at the beginning.
    """

    ASC = "ASC"
    DESC = "DESC"


class ExecutedObsUnitOrderField(_Word):
    """By what executions are ordered; those that are equal in it are ordered
    by their ids.

    ID: By their ids: as they were registered.
    STARTED_AT: By when they began.
    FILED_AT: By when files of them were last filed.
    """

    ID = "ID"
    STARTED_AT = "STARTED_AT"
    FILED_AT = "FILED_AT"


class FindingKind(_Word):
    """What a scan can find at a SOURCE, and at a BUFFER or LONG_TERM_ARCHIVE.

    UNFILED: There is a file that nobody filed.
    MISSING: A filed file, or the copy of a package, is not there.
    CHANGED: A file differs from what was filed, or the copy of a package has
        another size.
    REFUSED: There is something that could never be filed: a link, a bad name.
    DARK: There is something at a BUFFER or LONG_TERM_ARCHIVE that no row
        knows. It counts from its second sighting, and stays where it is until
        `setAsideFindings`.
    """

    UNFILED = "UNFILED"
    MISSING = "MISSING"
    CHANGED = "CHANGED"
    REFUSED = "REFUSED"
    DARK = "DARK"


class LocationType(_Word):
    """What a location is for.

    SOURCE: Where an instrument writes.
    BUFFER: Where packages wait for what comes next.
    LONG_TERM_ARCHIVE: Where packages stay.
    PROCESSING: Where scientists compute.
    """

    SOURCE = "SOURCE"
    BUFFER = "BUFFER"
    LONG_TERM_ARCHIVE = "LONG_TERM_ARCHIVE"
    PROCESSING = "PROCESSING"


class OperationKind(_Word):
    """What a piece of work does.

    scan: Compares the files at a SOURCE with what was filed, and what lies at
        a BUFFER or LONG_TERM_ARCHIVE with the copies of packages.
    packaging: Reads the files of a package at SOURCE and writes them as one
        tar to a BUFFER of the site.
    checksum: Reads every byte of a copy again and compares it with its digest.
    transfer: Sends the packages of a transfer package over one leg of a route.
    unpack: Verifies, package by package, what arrived at the end of a leg.
    archive: Copies a package to a LONG_TERM_ARCHIVE, with a sidecar, and reads
        it again there.
    staging: Unpacks a package, or files of it, at a PROCESSING location.
    cleanup: Marks and deletes the copies of a package at one location that are
        safe elsewhere and past retention.
    """

    scan = "scan"
    packaging = "packaging"
    checksum = "checksum"
    transfer = "transfer"
    unpack = "unpack"
    archive = "archive"
    staging = "staging"
    cleanup = "cleanup"


class OperationState(_Word):
    """How a piece of work stands as a row.

    READY: It waits for a worker.
    RUNNING: A worker is doing it.
    WAITING: It waits for its next attempt, or for something that `reason`
        names.
    DONE: It is done.
    FAILED: It was tried as often as allowed; a person has to look.
    CANCELLED: Somebody cancelled it; it is not done until somebody retries it.
        Only a scan comes again, `scanIntervalS` later.
    """

    READY = "READY"
    RUNNING = "RUNNING"
    WAITING = "WAITING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class PackageState(_Word):
    """Where a package is on its way to the archive; beside its Status, which
    tells how the work of making it stands.

    WAITING: It waits to be sent.
    TRANSFERRING: It is on its way to another site.
    ARCHIVED: A long-term archive has it, verified.
    FAILED: Nothing brings it on by itself: work on it FAILED or was cancelled.
        `whyBlocked` tells what, and what tries it again; then it is no longer
        FAILED.
    """

    WAITING = "WAITING"
    TRANSFERRING = "TRANSFERRING"
    ARCHIVED = "ARCHIVED"
    FAILED = "FAILED"


class PhysicalCopyStatus(_Word):
    """How a copy stands.

    WRITING: Its bytes are being written; nobody reads it yet.
    PRESENT: Its bytes are there.
    STAGED: Unpacked at a PROCESSING location.
    DELETION_POSSIBLE: It is no longer needed here; retention decides.
    DELETION_SCHEDULED: It is marked, and will be deleted when its time of
        grace is over.
    DELETION_IN_PROGRESS: Its bytes are being deleted, or lie in the trash of
        their location.
    DELETED: Its bytes were deleted, with a proof. The row is kept for ever.
    DELETION_FAILED: Deleting its bytes failed; it is tried again.
    QUARANTINED: Its bytes are not what they should be; kept as evidence,
        counted by nothing.
    MISSING: Its bytes are not where they should be.
    """

    WRITING = "WRITING"
    PRESENT = "PRESENT"
    STAGED = "STAGED"
    DELETION_POSSIBLE = "DELETION_POSSIBLE"
    DELETION_SCHEDULED = "DELETION_SCHEDULED"
    DELETION_IN_PROGRESS = "DELETION_IN_PROGRESS"
    DELETED = "DELETED"
    DELETION_FAILED = "DELETION_FAILED"
    QUARANTINED = "QUARANTINED"
    MISSING = "MISSING"


class Quality(_Word):
    """How good the data are, as far as anybody has judged.

    UNKNOWN: Nobody has judged yet.
    GOOD: Fit for science.
    QUESTIONABLE: Something is wrong, and may matter.
    BAD: Not fit for science. The data are kept all the same.
    """

    UNKNOWN = "UNKNOWN"
    GOOD = "GOOD"
    QUESTIONABLE = "QUESTIONABLE"
    BAD = "BAD"


class RawDataFileOrderField(_Word):
    """By what files are ordered.

    EXECUTION: By the ids of their executions, then by their own: as they were
        registered.
    STARTED_AT: By when their executions began, then by the ids of these and by
        their own.
    PATH: By their paths, whatever their case, byte by byte. Only with `path`,
        `pathPrefix`, `execution` or `package`, or without any condition. With
        `path` or `pathPrefix` alone it is the only order.
    """

    EXECUTION = "EXECUTION"
    STARTED_AT = "STARTED_AT"
    PATH = "PATH"


class RawDataPackageOrderField(_Word):
    """By what packages are ordered; those that are equal in it are ordered by
    their ids.

    ID: By their ids: as they were planned.
    NAME: By their names.
    STARTED_AT: By when their executions began.
    PRIORITY: By their priority: lower runs first.
    BYTES: By the sum of the sizes of their files.
    """

    ID = "ID"
    NAME = "NAME"
    STARTED_AT = "STARTED_AT"
    PRIORITY = "PRIORITY"
    BYTES = "BYTES"


class RouteType(_Word):
    """Between what a route leads.

    DIRECT: From site to site, from buffer to buffer.
    RELAY: Through a third site.
    CUSTOM: From one location to one location.
    """

    DIRECT = "DIRECT"
    RELAY = "RELAY"
    CUSTOM = "CUSTOM"


class StagingStatus(_Word):
    """How far a staging request is.

    PENDING: It is known; nothing of it is being unpacked yet.
    IN_PROGRESS: Packages of it are being unpacked, or are there already.
    COMPLETED: Everything is there, until the lease ends.
    FAILED: A package of it was tried as often as allowed; a person has to
        look, and `retryStaging` tries again.
    EXPIRED: Its lease ended, or it was released.
    """

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"


class Status(_Word):
    """How a piece of work stands.

    PENDING: It is known that it has to be done.
    SCHEDULED: It waits for a worker.
    IN_PROGRESS: A worker is doing it.
    COMPLETED: It is done.
    FAILED: It was tried as often as allowed; a person has to look.
    """

    PENDING = "PENDING"
    SCHEDULED = "SCHEDULED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


class StorageType(_Word):
    """What a location keeps its bytes on.

    DISK: A folder on a file system.
    S3: A bucket of an S3 service.
    TAPE: A volume group of a tape library.
    """

    DISK = "DISK"
    S3 = "S3"
    TAPE = "TAPE"


class TransferMethod(_Word):
    """By what bytes are sent.

    COPY: Both locations are mounted where the worker runs.
    HTTP: The worker at the destination reads from the data server of the
        origin, over several streams.
    RSYNC: rsync, over ssh where the route has an `sshHost`.
    BBCP: bbcp, over several streams, over ssh where the route has an
        `sshHost`.
    """

    COPY = "COPY"
    HTTP = "HTTP"
    RSYNC = "RSYNC"
    BBCP = "BBCP"


@dataclass(frozen=True)
class Cone(_Input):
    """A circle on the sky (ICRS). What does not lie at a fixed place is in
    none.

    ra_deg: Right ascension of the centre in degrees: 0 <= ra < 360.
    dec_deg: Declination of the centre in degrees: -90 to 90.
    radius_deg: Radius in degrees along a great circle: 0 < radius <= 180. The
        edge belongs to the cone.
    """

    ra_deg: float
    dec_deg: float
    radius_deg: float


@dataclass(frozen=True)
class CreateDataTransferRouteInput(_Input):
    """A new route between two sites.

    name: Lower-case letters, digits and hyphens; unique.
    from_site_id: The id of the site where it begins.
    to_site_id: The id of the site where it ends: another one.
    type: Between what it leads. Left out: DIRECT.
    method: By what the bytes are sent. Left out: COPY.
    via_site_id: RELAY.
    from_location_id: CUSTOM.
    to_location_id: CUSTOM.
    priority: Lower is used first. Left out: 100.
    bundle_bytes: A transfer package is closed when its packages sum up to this
        many bytes, at least 1; null: 10 TB.
    bundle_age_s: Or when its oldest package has waited for this many seconds,
        0 or more. Left out: 60.
    streams: 1 to 64. Left out: 8.
    rate_bytes_s: Bytes per second, 1 or more; null: as fast as it goes.
    ssh_host: RSYNC, BBCP: `host` or `user@host`; null where the origin's files
        are mounted at the destination.
    """

    name: str
    from_site_id: str
    to_site_id: str
    type: Optional[RouteType] = None
    method: Optional[TransferMethod] = None
    via_site_id: Optional[str] = None
    from_location_id: Optional[str] = None
    to_location_id: Optional[str] = None
    priority: Optional[int] = None
    bundle_bytes: Optional[int] = None
    bundle_age_s: Optional[int] = None
    streams: Optional[int] = None
    rate_bytes_s: Optional[int] = None
    ssh_host: Optional[str] = None


@dataclass(frozen=True)
class CreateDiskLocationInput(_Input):
    """A new location: a folder on a file system.

    site_id: The id of the site that it is at.
    name: Lower-case letters, digits and hyphens; unique.
    type: What it is for.
    root: An absolute path, as the workers of the site see it.
    priority: 0 or more; lower is used first among the locations of one type at
        one site. Left out: 100.
    failure_domain: Null: its own, which is its name.
    capacity_bytes: How much it can hold, in bytes, at least 1; null: not
        known.
    instrument_id: SOURCE: the instrument that writes there.
    settle_s: Only for a SOURCE: files are packaged when none was filed for
        this many seconds, 0 or more; 60 where it is left out.
    scan_interval_s: How often it is scanned, in seconds, 1 or more; where it
        is left out 3600 for a SOURCE, 86400 for others. Not for PROCESSING.
    scrub_interval_s: Within how many seconds every copy there is read again in
        full, 1 or more; 7776000 (90 days) where it is left out; null: only
        when something calls for it. Only for a BUFFER or LONG_TERM_ARCHIVE.
    dark_after_s: After how many seconds what no row knows is a finding, 0 or
        more; 172800 (two days) where it is left out. Only for a BUFFER or
        LONG_TERM_ARCHIVE.
    sha256: Whether to find the SHA-256 of packages there too, beside their
        BLAKE3, whenever they are read again in full. Left out: false.
    """

    site_id: str
    name: str
    type: LocationType
    root: str
    priority: Optional[int] = None
    failure_domain: Optional[str] = None
    capacity_bytes: Optional[int] = None
    instrument_id: Optional[str] = None
    settle_s: Optional[int] = None
    scan_interval_s: Optional[int] = None
    scrub_interval_s: Optional[int] = None
    dark_after_s: Optional[int] = None
    sha256: Optional[bool] = None


@dataclass(frozen=True)
class CreateSiteInput(_Input):
    """A new site.

    name: Lower-case letters, digits and hyphens.
    title: Its name as people write it: 1 to 200 characters.
    """

    name: str
    title: str


@dataclass(frozen=True)
class DefineRetentionPolicyInput(_Input):
    """A new version of the policy of a location. Its age and its grace
    together must be less than the age of a verification that counts.

    location_id: The id of the location.
    minimum_age_s: Seconds, 0 or more. Left out: 86400.
    grace_s: Seconds, 0 or more. Left out: 86400.
    min_verified_copies: At least 1. Left out: 2.
    min_archive_copies: At least 1. Left out: 1.
    min_verification_level: 2 or 3. Left out: 2.
    max_verification_age_s: Seconds, more than 0. Left out: 604800.
    high_water: The share of the location's capacity from which on it is freed,
        more than 0, at most 1; with `lowWater`, and only where the capacity is
        known.
    low_water: The share down to which it is freed then, 0 or more, less than
        `highWater`.
    max_share_hour: More than 0, at most 1: the share of its capacity, or of
        what lies there, that may go in an hour; 1: no limit. Left out: 0.05.
    trash_s: Seconds, 0 or more, in which what was deleted at a DISK location
        that is a SOURCE or a BUFFER can be brought back by `keepCopies`; it
        takes its space until then. Left out: 86400.
    """

    location_id: str
    minimum_age_s: Optional[int] = None
    grace_s: Optional[int] = None
    min_verified_copies: Optional[int] = None
    min_archive_copies: Optional[int] = None
    min_verification_level: Optional[int] = None
    max_verification_age_s: Optional[int] = None
    high_water: Optional[float] = None
    low_water: Optional[float] = None
    max_share_hour: Optional[float] = None
    trash_s: Optional[int] = None


@dataclass(frozen=True)
class ExecutedObsUnitFilter(_Input):
    """Conditions on executions; all that are given have to hold. A name that
    nothing has is no error: nothing is found.

    program: The code of the program.
    instrument: The name of the instrument.
    module: The name of a module that wrote files of the execution.
    source: The name of the source.
    quality: One of these, each given once.
    started_from: Begun at this moment or later (UTC).
    started_before: Begun before this moment (UTC), which is after
        `startedFrom`.
    cone: Only of fixed sources in this circle.
    text: Words, one to ten: each of them has to occur, whatever its case, in
        the code or title of the program or in the name of the planned
        observation, the source, the instrument or one of its modules. All
        planned observations that the other conditions leave are looked at.
    """

    program: Optional[str] = None
    instrument: Optional[str] = None
    module: Optional[str] = None
    source: Optional[str] = None
    quality: Optional[Sequence[Quality]] = None
    started_from: Optional[datetime.datetime] = None
    started_before: Optional[datetime.datetime] = None
    cone: Optional[Cone] = None
    text: Optional[str] = None


@dataclass(frozen=True)
class ExecutedObsUnitOrder(_Input):
    """How executions are ordered.

    field: By what.
    direction: Which way. Left out: ASC.
    """

    field: ExecutedObsUnitOrderField
    direction: Optional[Direction] = None


@dataclass(frozen=True)
class FileInput(_Input):
    """One file at the SOURCE location.

    module: The short name of the module that wrote it.
    path: Relative to the location, with forward slashes, normalised, at most
        1,024 bytes of UTF-8. A byte of a name that is no UTF-8 is written as
        `\\xff` is.
    bytes: Its exact size.
    digest: What the instrument found; null if it did not look. Packaging
        refuses a file that differs.
    """

    module: str
    path: str
    bytes: int
    digest: Optional[str] = None


@dataclass(frozen=True)
class FileObservationInput(_Input):
    """An execution and the files that it left.

    key: Made by the client, kept over its retries: filing again with the same
        key gives the same execution, and adds the files that are new.
    obs_unit_id: The id of the planned observation that was executed.
    instrument: The short name of the instrument; it has to be the one of the
        planned observation.
    started_at: When the observation began (UTC).
    ended_at: Not before `startedAt`.
    files: At least one file, at most 100,000.
    id: A UUIDv7 made by the client, kept over its retries like the key; null:
        one is made, or the one that the key has is kept.
    quality: How good its data are, as far as anybody has judged; that of the
        first call with this key, later `updateExecutedObsUnit` changes it.
        Left out: UNKNOWN.
    conditions: Weather and other conditions, in the observatory's own words;
        null: an empty object. Of the first call with this key; later
        `updateExecutedObsUnit` changes them.
    location: The name of the SOURCE location where the files lie; null: the
        only active one of the instrument.
    """

    key: str
    obs_unit_id: str
    instrument: str
    started_at: datetime.datetime
    ended_at: datetime.datetime
    files: Sequence[FileInput]
    id: Optional[str] = None
    quality: Optional[Quality] = None
    conditions: Optional[Dict[str, Any]] = None
    location: Optional[str] = None


@dataclass(frozen=True)
class FileRangeInput(_Input):
    """So many bytes of a file, from a byte on.

    file_id: The id of the file.
    start: The first byte that is wanted, counted from 0 at the beginning of
        the file.
    bytes: How many bytes are wanted: at least 1, and no more than the file has
        from there on.
    """

    file_id: str
    start: int
    bytes: int


@dataclass(frozen=True)
class HoldPackagesInput(_Input):
    """What is held, by whom, why and until when.

    package_ids: The ids of 1 to 10,000 packages.
    held_by: Who holds them: 1 to 200 characters.
    reason: 1 to 1,000 characters.
    location_id: Only at this location; null: everywhere.
    until: It ends by itself then: a moment in the future; null: when somebody
        releases it.
    """

    package_ids: Sequence[str]
    held_by: str
    reason: str
    location_id: Optional[str] = None
    until: Optional[datetime.datetime] = None


@dataclass(frozen=True)
class LocateFilesInput(_Input):
    """Which files to locate, and for whom. At most 10,000 files, by ids, by
    paths, or both; one that is named twice is refused.

    ids: The ids of files.
    paths: The paths of files, exactly as they were filed, relative to their
        SOURCE.
    instrument: The name of an instrument: only its files are looked for by
        `paths`. Needed where several instruments have a file of the same path.
    module: The name of a module: only its files are looked for by `paths`.
        Needed where several modules have a file of the same path.
    site: The name of the site where the files are wanted: sources there come
        first.
    unusable: Whether sources that cannot be read now are given too, after all
        others, with `usable` false. Left out: false.
    sources_per_file: How many sources of each file are given at most, 1 to
        100: with 1 only the best. Left out: 100.
    """

    ids: Optional[Sequence[str]] = None
    paths: Optional[Sequence[str]] = None
    instrument: Optional[str] = None
    module: Optional[str] = None
    site: Optional[str] = None
    unusable: Optional[bool] = None
    sources_per_file: Optional[int] = None


@dataclass(frozen=True)
class ObsUnitFilter(_Input):
    """Conditions on planned observations; all that are given have to hold. A
    name that nothing has is no error: nothing is found.

    program: The code of the program.
    instrument: The name of the instrument.
    source: The name of the source.
    cone: Only of fixed sources in this circle.
    text: Words, one to ten: each of them has to occur, whatever its case, in
        the code or title of the program or in the name of the planned
        observation, the source, the instrument or one of its modules.
    """

    program: Optional[str] = None
    instrument: Optional[str] = None
    source: Optional[str] = None
    cone: Optional[Cone] = None
    text: Optional[str] = None


@dataclass(frozen=True)
class RawDataFileFilter(_Input):
    """Conditions on files; all that are given have to hold. A name that
    nothing has is no error: nothing is found.

    program: The code of the program.
    instrument: The name of the instrument.
    module: The name of the module that wrote them.
    source: The name of the source.
    quality: The quality of the execution: one of these, each given once.
    started_from: Of executions that began at this moment or later (UTC).
    started_before: Of executions that began before this moment (UTC), which is
        after `startedFrom`.
    cone: Only of fixed sources in this circle.
    text: Words, one to ten: each of them has to occur, whatever its case, in
        the code or title of the program, in the name of the planned
        observation, the source, the instrument or the module, or in the path.
        All files that the other conditions leave are looked at: a word that
        few of them have takes long.
    execution: The id of the execution.
    package: The id of the package that they went into.
    packaged: Whether they are in a package.
    path: The exact path, relative to the SOURCE location, with case. Every
        module may have a file of that path.
    path_prefix: How the path begins, exactly and with case; it may end within
        a name. An accent belongs to its letter: `e` does not begin `é`. Other
        conditions beside it look at all files whose path begins so.
    """

    program: Optional[str] = None
    instrument: Optional[str] = None
    module: Optional[str] = None
    source: Optional[str] = None
    quality: Optional[Sequence[Quality]] = None
    started_from: Optional[datetime.datetime] = None
    started_before: Optional[datetime.datetime] = None
    cone: Optional[Cone] = None
    text: Optional[str] = None
    execution: Optional[str] = None
    package: Optional[str] = None
    packaged: Optional[bool] = None
    path: Optional[str] = None
    path_prefix: Optional[str] = None


@dataclass(frozen=True)
class RawDataFileOrder(_Input):
    """How files are ordered.

    field: By what.
    direction: Which way. Left out: ASC.
    """

    field: RawDataFileOrderField
    direction: Optional[Direction] = None


@dataclass(frozen=True)
class RawDataPackageFilter(_Input):
    """Conditions on packages; all that are given have to hold. A name that
    nothing has is no error: nothing is found.

    program: The code of the program.
    instrument: The name of the instrument.
    module: The name of the module that wrote them.
    source: The name of the source.
    quality: The quality of the execution: one of these, each given once.
    started_from: Of executions that began at this moment or later (UTC).
    started_before: Of executions that began before this moment (UTC), which is
        after `startedFrom`.
    cone: Only of fixed sources in this circle.
    text: Words, one to ten: each of them has to occur, whatever its case, in
        the code or title of the program, or in the name of the planned
        observation, the source, the instrument, the module or the package. All
        packages that the other conditions leave are looked at.
    execution: The id of the execution.
    status: How the work of making them stands: one of these, each given once.
    state: Where they are on their way to the archive: one of these, each given
        once.
    """

    program: Optional[str] = None
    instrument: Optional[str] = None
    module: Optional[str] = None
    source: Optional[str] = None
    quality: Optional[Sequence[Quality]] = None
    started_from: Optional[datetime.datetime] = None
    started_before: Optional[datetime.datetime] = None
    cone: Optional[Cone] = None
    text: Optional[str] = None
    execution: Optional[str] = None
    status: Optional[Sequence[Status]] = None
    state: Optional[Sequence[PackageState]] = None


@dataclass(frozen=True)
class RawDataPackageOrder(_Input):
    """How packages are ordered.

    field: By what.
    direction: Which way. Left out: ASC.
    """

    field: RawDataPackageOrderField
    direction: Optional[Direction] = None


@dataclass(frozen=True)
class RequestStagingInput(_Input):
    """Give executions, packages, files, ranges of files, or several of these:
    everything that they name is staged.

    key: Made by the client, kept over its retries: asking again with the same
        key gives the same request.
    location: The name of a PROCESSING location.
    requested_by: Who asks, in their own words: 1 to 200 characters.
    execution_ids: At most 1,000.
    package_ids: At most 10,000.
    file_ids: At most 10,000. Of their packages only these files are read, and
        staged as `<package>.files/<path>` beside where the package would be
        unpacked; `locateFiles` tells where. A file of a package that is named
        too, or staged whole, is in the folder of that.
    ranges: At most 10,000; they may overlap. Only so much of a package is read
        as verifies them, and each is staged as a file
        `<package>.ranges/<path>/<start>+<bytes>`, of which `StagedFile.copy`
        tells. A file is named in whole or by ranges. A range of a package that
        is named too, or staged whole, is in the file in the folder of that.
    lease_s: Seconds, 60 to 31,536,000. Left out: 604800.
    priority: Lower runs first. Left out: 100.
    """

    key: str
    location: str
    requested_by: str
    execution_ids: Optional[Sequence[str]] = None
    package_ids: Optional[Sequence[str]] = None
    file_ids: Optional[Sequence[str]] = None
    ranges: Optional[Sequence[FileRangeInput]] = None
    lease_s: Optional[int] = None
    priority: Optional[int] = None


@dataclass(frozen=True)
class UpdateDataTransferRouteInput(_Input):
    """Leave out what is to stay as it is. Between which places a route leads
    stays: make another.

    id: The id of what is to change.
    priority: 0 or more; lower is used first.
    method: By what the bytes are sent.
    bundle_bytes: At least 1.
    bundle_age_s: Seconds, 0 or more.
    streams: 1 to 64.
    rate_bytes_s: Bytes per second, 1 or more; null: as fast as it goes. What
        is being sent goes on as it was begun.
    ssh_host: RSYNC, BBCP: `host` or `user@host`; null where the origin's files
        are mounted at the destination.
    """

    id: str
    priority: Optional[int] = None
    method: Optional[TransferMethod] = None
    bundle_bytes: Optional[int] = None
    bundle_age_s: Optional[int] = None
    streams: Optional[int] = None
    rate_bytes_s: Optional[int] = None
    ssh_host: Optional[str] = None


@dataclass(frozen=True)
class UpdateLocationInput(_Input):
    """Leave out what is to stay as it is.

    id: The id of what is to change.
    priority: 0 or more; lower is used first among the locations of one type at
        one site.
    failure_domain: 1 to 200 characters.
    capacity_bytes: At least 1; null: not known.
    settle_s: Seconds, 0 or more. Only for a SOURCE.
    scan_interval_s: Seconds, 1 or more. Not for PROCESSING.
    scrub_interval_s: Seconds, 1 or more; null: copies there are read again
        only when something calls for it. Only for a BUFFER or
        LONG_TERM_ARCHIVE.
    dark_after_s: Seconds, 0 or more. Only for a BUFFER or LONG_TERM_ARCHIVE.
    sha256: Whether to find the SHA-256 of packages there too, beside their
        BLAKE3, whenever they are read again in full.
    root: DISK: an absolute path; only while the location has no identity and
        nothing was ever there.
    endpoint: S3: only while the location has no identity and nothing was ever
        there.
    bucket: S3: only while the location has no identity and nothing was ever
        there.
    prefix: S3: folders, each followed by a slash; only while the location has
        no identity and nothing was ever there. Null: none.
    region: S3: the region of the service; null: what the workers take.
    credentials: S3: the name under which the workers of the site find the
        keys; null: the name of the location.
    volume_group: TAPE: only while the location has no identity and nothing was
        ever there.
    """

    id: str
    priority: Optional[int] = None
    failure_domain: Optional[str] = None
    capacity_bytes: Optional[int] = None
    settle_s: Optional[int] = None
    scan_interval_s: Optional[int] = None
    scrub_interval_s: Optional[int] = None
    dark_after_s: Optional[int] = None
    sha256: Optional[bool] = None
    root: Optional[str] = None
    endpoint: Optional[str] = None
    bucket: Optional[str] = None
    prefix: Optional[str] = None
    region: Optional[str] = None
    credentials: Optional[str] = None
    volume_group: Optional[str] = None


@dataclass(frozen=True)
class CancelOperation:
    """One piece of work as a row.

    id: Its id: a UUID.
    kind: What it does.
    state: How it stands.
    """

    id: str
    kind: OperationKind
    state: OperationState


@dataclass(frozen=True)
class DataTransferRoute:
    """How bytes go between two sites.

    id: Its id: a UUID.
    name: Its short name: lower-case letters, digits and hyphens.
    """

    id: str
    name: str


@dataclass(frozen=True)
class CreateDiskLocation:
    """A folder on a file system.

    id: Its id: a UUID.
    name: Its short name, as in the names of its queues.
    """

    id: str
    name: str


@dataclass(frozen=True)
class CreateSite:
    """A place with infrastructure.

    id: Its id: a UUID.
    name: Its short name: lower-case letters, digits and hyphens.
    """

    id: str
    name: str


@dataclass(frozen=True)
class DefineRetentionPolicy:
    """When a location may free the copies that are safe elsewhere. A change is
    a new version.

    id: Its id: a UUID.
    version: Counts up from 1 at each location; the highest is in force.
    """

    id: str
    version: int


@dataclass(frozen=True)
class DownloadFiles:
    """One file that was asked for, and where it can be read now.

    found: Whether there is such a file. If not, only the `id` or the `path`
        that was asked for is given.
    id: The id of the file.
    sources: All its good copies: those of the file itself that are PRESENT or
        STAGED, those of its package that are PRESENT (in the tar) or STAGED
        (unpacked). The best comes first. Before others come: sources that can
        be read now; those at the wanted site; PROCESSING, then BUFFER,
        LONG_TERM_ARCHIVE, SOURCE; DISK, then S3, TAPE; those at a location
        with a lower priority number; those with a higher verification level;
        and at last by the name of the location. Copies that are marked for
        deletion, damaged or missing are no source.
    """

    found: bool
    id: Optional[str]
    sources: List[DownloadFilesSource]


@dataclass(frozen=True)
class DownloadFilesSource:
    """One place where a file can be read.

    location: The name of the location.
    copy_id: The id of the copy: of the file, or of its package.
    path: Relative to the location: the file itself where `offset` is null,
        else the tar that holds it.
    download_url: Where the file can be downloaded by HTTP for an hour, whole
        or by ranges, without more: give it to nobody else. Null unless it lies
        STAGED at a PROCESSING location of a site whose data server serves
        downloads.
    """

    location: str
    copy_id: str
    path: str
    download_url: Optional[str]


@dataclass(frozen=True)
class Events:
    """One page of events.

    page_info: Where this page ends, and whether there is more.
    nodes: The rows of this page, in a stable order.
    """

    page_info: PageInfo
    nodes: List[EventsNode]


@dataclass(frozen=True)
class PageInfo:
    """Where a page of a list ends, and how to go on.

    has_next_page: Whether there is more after this page.
    end_cursor: Give it as `after` to get the next page; null for an empty
        page.
    """

    has_next_page: bool
    end_cursor: Optional[str]


@dataclass(frozen=True)
class EventsNode:
    """One transition of one thing, with its reason.

    seq: Counts up.
    at: When it happened, by the clock of the data centre.
    subject_type: The type of what it happened to, for instance RawDataPackage.
    subject_id: The id of what it happened to.
    field: What changed of it, for instance status.
    from_state: What it was before; null: it was new.
    to_state: What it became.
    reason: Why; null: nobody said.
    operation_id: The id of the work that did it; null: none did.
    """

    seq: int
    at: datetime.datetime
    subject_type: str
    subject_id: str
    field: str
    from_state: Optional[str]
    to_state: str
    reason: Optional[str]
    operation_id: Optional[str]


@dataclass(frozen=True)
class FileObservation:
    """What came of filing.

    files_added: How many files this call added; the others were known already.
    execution: The execution that has the files now.
    """

    files_added: int
    execution: FileObservationExecution


@dataclass(frozen=True)
class FileObservationExecution:
    """One execution of a planned observation.

    id: Its id: a UUID.
    started_at: When the observation began (UTC), as its client filed it.
    ended_at: When the observation ended (UTC), as its client filed it; not
        before `startedAt`.
    """

    id: str
    started_at: datetime.datetime
    ended_at: datetime.datetime


@dataclass(frozen=True)
class FilesOfObservation:
    """One execution of a planned observation.

    id: Its id: a UUID.
    files: Its files, in order of their ids.
    """

    id: str
    files: Optional[FilesOfObservationFiles]


@dataclass(frozen=True)
class FilesOfObservationFiles:
    """One page of files.

    page_info: Where this page ends, and whether there is more.
    nodes: The rows of this page, in a stable order.
    """

    page_info: PageInfo
    nodes: List[FilesOfObservationFilesNode]


@dataclass(frozen=True)
class FilesOfObservationFilesNode:
    """One file as an instrument module wrote it.

    id: Its id: a UUID.
    path: Relative to the SOURCE location.
    bytes: Its size in bytes, as it was filed.
    digest: What packaging found (BLAKE3); null until then.
    package: The package that it went into; null until then.
    copies: Its own copies, and those of ranges of it; once it is packaged, the
        copies of its package hold it too.
    """

    id: str
    path: str
    bytes: int
    digest: Optional[str]
    package: Optional[RawDataPackageIdName]
    copies: Optional[List[RawDataFileCopy]]


@dataclass(frozen=True)
class RawDataPackageIdName:
    """A tar of files of one execution and one module, at most 50 GB.

    id: Its id: a UUID.
    name: Unique, made of instrument, module, start of the execution and
        number.
    """

    id: str
    name: str


@dataclass(frozen=True)
class RawDataFileCopy:
    """The bytes of one file, or of a range of them, at one location.

    status: How it stands.
    location: Where it lies, or lay.
    """

    status: PhysicalCopyStatus
    location: DataLocationNameType


@dataclass(frozen=True)
class DataLocationNameType:
    """A storage system at a site.

    name: Its short name, as in the names of its queues.
    type: What it is for.
    """

    name: str
    type: LocationType


@dataclass(frozen=True)
class FindFiles:
    """One page of files.

    page_info: Where this page ends, and whether there is more.
    total_count: How many rows all pages have together.
    nodes: The rows of this page, in a stable order.
    """

    page_info: PageInfo
    total_count: TotalCount
    nodes: List[FindFilesNode]


@dataclass(frozen=True)
class TotalCount:
    """How many rows a list has on all its pages together.

    value: Exact up to 10,000 rows; beyond that an estimate of the database, at
        least 10,001.
    exact: Whether the value is exact.
    """

    value: int
    exact: bool


@dataclass(frozen=True)
class FindFilesNode:
    """One file as an instrument module wrote it.

    id: Its id: a UUID.
    path: Relative to the SOURCE location.
    bytes: Its size in bytes, as it was filed.
    digest: What packaging found (BLAKE3); null until then.
    package: The package that it went into; null until then.
    copies: Its own copies, and those of ranges of it; once it is packaged, the
        copies of its package hold it too.
    """

    id: str
    path: str
    bytes: int
    digest: Optional[str]
    package: Optional[RawDataPackageIdNameState]
    copies: Optional[List[RawDataFileCopy]]


@dataclass(frozen=True)
class RawDataPackageIdNameState:
    """A tar of files of one execution and one module, at most 50 GB.

    id: Its id: a UUID.
    name: Unique, made of instrument, module, start of the execution and
        number.
    state: Where it is on its way to the archive.
    """

    id: str
    name: str
    state: PackageState


@dataclass(frozen=True)
class FindObservations:
    """One page of executions.

    page_info: Where this page ends, and whether there is more.
    total_count: How many rows all pages have together.
    nodes: The rows of this page, in a stable order.
    """

    page_info: PageInfo
    total_count: TotalCount
    nodes: List[FindObservationsNode]


@dataclass(frozen=True)
class FindObservationsNode:
    """One execution of a planned observation.

    id: Its id: a UUID.
    started_at: When the observation began (UTC), as its client filed it.
    ended_at: When the observation ended (UTC), as its client filed it; not
        before `startedAt`.
    quality: How good its data are, as far as anybody has judged.
    conditions: Weather and other conditions, in the observatory's own words,
        for instance {"pwvMm": 0.6}.
    obs_unit: The planned observation that was executed.
    packages: The packages of its files, in order of their ids.
    """

    id: str
    started_at: datetime.datetime
    ended_at: datetime.datetime
    quality: Quality
    conditions: Dict[str, Any]
    obs_unit: FindObservationsNodeObsUnit
    packages: Optional[FindObservationsNodePackages]


@dataclass(frozen=True)
class FindObservationsNodeObsUnit:
    """A planned observation.

    name: Its name, unique in its program.
    program: The program that it is planned for.
    source: What is pointed at.
    instrument: The instrument that observes.
    """

    name: str
    program: ObservingProgramCodeTitle
    source: SourceNameRaDegDecDeg
    instrument: InstrumentNameTitle


@dataclass(frozen=True)
class ObservingProgramCodeTitle:
    """A science proposal that was granted time.

    code: The code that the observatory gave it, for instance 2026A-017.
    title: The title of the proposal.
    """

    code: str
    title: str


@dataclass(frozen=True)
class SourceNameRaDegDecDeg:
    """What is pointed at.

    name: Its name, unique in the data centre.
    ra_deg: Right ascension (ICRS) in degrees, 0 to 360.
    dec_deg: Declination (ICRS) in degrees, -90 to 90.
    """

    name: str
    ra_deg: Optional[float]
    dec_deg: Optional[float]


@dataclass(frozen=True)
class InstrumentNameTitle:
    """What a telescope observes with.

    name: Its short name, by which observations are filed.
    title: Its name as people write it.
    """

    name: str
    title: str


@dataclass(frozen=True)
class FindObservationsNodePackages:
    """One page of packages.

    nodes: The rows of this page, in a stable order.
    """

    nodes: List[FindObservationsNodePackagesNode]


@dataclass(frozen=True)
class FindObservationsNodePackagesNode:
    """A tar of files of one execution and one module, at most 50 GB.

    id: Its id: a UUID.
    name: Unique, made of instrument, module, start of the execution and
        number.
    state: Where it is on its way to the archive.
    file_count: How many files it has.
    file_bytes: The sum of the sizes of its files.
    """

    id: str
    name: str
    state: PackageState
    file_count: int
    file_bytes: int


@dataclass(frozen=True)
class HoldPackages:
    """That nothing of a package may be deleted: everywhere, or at one
    location. It stops also what is marked, and what waits between its proof
    and its deletion; what was deleted stays deleted.

    id: Its id: a UUID.
    until: It ends by itself then; null: when somebody releases it.
    package: The package that is held.
    """

    id: str
    until: Optional[datetime.datetime]
    package: Optional[RawDataPackageIdName]


@dataclass(frozen=True)
class Holds:
    """One page of a list of holds.

    page_info: Where this page ends, and whether there is more.
    nodes: The rows of this page, in a stable order.
    """

    page_info: PageInfo
    nodes: List[HoldsNode]


@dataclass(frozen=True)
class HoldsNode:
    """That nothing of a package may be deleted: everywhere, or at one
    location. It stops also what is marked, and what waits between its proof
    and its deletion; what was deleted stays deleted.

    id: Its id: a UUID.
    held_by: Who holds it, as they said.
    reason: Why.
    active: Whether it holds: false once it was released or its time was over.
    until: It ends by itself then; null: when somebody releases it.
    created_at: When it was made, by the clock of the data centre.
    package: The package that is held.
    location: The location where it is held; null: everywhere.
    """

    id: str
    held_by: str
    reason: str
    active: bool
    until: Optional[datetime.datetime]
    created_at: datetime.datetime
    package: Optional[RawDataPackageIdName]
    location: Optional[DataLocationName]


@dataclass(frozen=True)
class DataLocationName:
    """A storage system at a site.

    name: Its short name, as in the names of its queues.
    """

    name: str


@dataclass(frozen=True)
class Instruments:
    """One page of instruments.

    page_info: Where this page ends, and whether there is more.
    nodes: The rows of this page, in a stable order.
    """

    page_info: PageInfo
    nodes: List[InstrumentsNode]


@dataclass(frozen=True)
class InstrumentsNode:
    """What a telescope observes with.

    id: Its id: a UUID.
    name: Its short name, by which observations are filed.
    title: Its name as people write it.
    active: Whether new observations may be filed for it.
    telescope: The telescope that it is mounted on.
    modules: Its modules, in order of their ids.
    """

    id: str
    name: str
    title: str
    active: bool
    telescope: InstrumentsNodeTelescope
    modules: InstrumentsNodeModules


@dataclass(frozen=True)
class InstrumentsNodeTelescope:
    """One telescope of an observatory.

    name: Its short name: lower-case letters, digits and hyphens.
    observatory: The observatory that it belongs to.
    """

    name: str
    observatory: InstrumentsNodeTelescopeObservatory


@dataclass(frozen=True)
class InstrumentsNodeTelescopeObservatory:
    """Who observes: the owner of telescopes.

    name: Its short name: lower-case letters, digits and hyphens.
    """

    name: str


@dataclass(frozen=True)
class InstrumentsNodeModules:
    """One page of modules.

    nodes: The rows of this page, in a stable order.
    """

    nodes: List[InstrumentsNodeModulesNode]


@dataclass(frozen=True)
class InstrumentsNodeModulesNode:
    """The smallest part of an instrument that writes files: one detector
    array, one receiver band.

    id: Its id: a UUID.
    name: Its short name, unique in its instrument.
    title: Its name as people write it.
    active: Whether new files may be filed for it.
    """

    id: str
    name: str
    title: str
    active: bool


@dataclass(frozen=True)
class LocateFiles:
    """One file that was asked for, and where it can be read now.

    found: Whether there is such a file. If not, only the `id` or the `path`
        that was asked for is given.
    id: The id of the file.
    path: As it was filed, relative to its SOURCE.
    bytes: The size of the file.
    digest: What packaging found (BLAKE3); null until then.
    package_id: The id of the package that it is in; null until it is packaged.
    sources: All its good copies: those of the file itself that are PRESENT or
        STAGED, those of its package that are PRESENT (in the tar) or STAGED
        (unpacked). The best comes first. Before others come: sources that can
        be read now; those at the wanted site; PROCESSING, then BUFFER,
        LONG_TERM_ARCHIVE, SOURCE; DISK, then S3, TAPE; those at a location
        with a lower priority number; those with a higher verification level;
        and at last by the name of the location. Copies that are marked for
        deletion, damaged or missing are no source.
    """

    found: bool
    id: Optional[str]
    path: Optional[str]
    bytes: Optional[int]
    digest: Optional[str]
    package_id: Optional[str]
    sources: List[LocateFilesSource]


@dataclass(frozen=True)
class LocateFilesSource:
    """One place where a file can be read.

    copy_id: The id of the copy: of the file, or of its package.
    status: PRESENT, or STAGED where the file or its package lies unpacked.
    location: The name of the location.
    site: The name of its site.
    type: What the location is for.
    storage: What the location keeps its bytes on.
    usable: Whether the location and its site are active, it has its identity,
        its work is not parked, and no scan misses the file there or found it
        changed.
    path: Relative to the location: the file itself where `offset` is null,
        else the tar that holds it.
    offset: Where the file begins in the tar, in bytes; the next `bytes` of the
        file are its content, unchanged. Null: `path` is the file itself.
    verification_level: 0: digest while writing, 1: size, 2: re-read in full,
        3: re-read by another process.
    """

    copy_id: str
    status: PhysicalCopyStatus
    location: str
    site: str
    type: LocationType
    storage: StorageType
    usable: bool
    path: str
    offset: Optional[int]
    verification_level: int


@dataclass(frozen=True)
class Location:
    """A storage system at a site.

    id: Its id: a UUID.
    name: Its short name, as in the names of its queues.
    type: What it is for.
    active: Whether work is done there: IN_USE or DRAINING. An inactive
        location is skipped, never an error.
    priority: Lower is used first among the locations of one type at one site.
    failure_domain: Copies in the same failure domain may be lost together, and
        count once.
    deletion_enabled: Whether retention may delete there at all. Off until an
        operator turns it on.
    capacity_bytes: How much it can hold, in bytes, as an operator said; null:
        not known.
    settle_s: Files are packaged when none was filed for this many seconds
        (SOURCE).
    identified_at: When a worker gave the location its identity; nothing is
        read or written there before.
    scanned_at: When what lies there was last compared with what was filed
        (SOURCE), or with the copies of packages (BUFFER, LONG_TERM_ARCHIVE).
    site: The site that it is at.
    root: The folder, as the workers of the site see it.
    retention_policy: The policy in force, or null: nothing is deleted.
    breaker: Whether its work goes on or is parked.
    findings: What the last scans saw and the rows do not say.
    """

    id: str
    name: str
    type: LocationType
    active: bool
    priority: int
    failure_domain: str
    deletion_enabled: bool
    capacity_bytes: Optional[int]
    settle_s: int
    identified_at: Optional[datetime.datetime]
    scanned_at: Optional[datetime.datetime]
    site: Site
    root: Optional[str]
    retention_policy: Optional[LocationRetentionPolicy]
    breaker: LocationBreaker
    findings: LocationFindings


@dataclass(frozen=True)
class Site:
    """A place with infrastructure.

    name: Its short name: lower-case letters, digits and hyphens.
    """

    name: str


@dataclass(frozen=True)
class LocationRetentionPolicy:
    """When a location may free the copies that are safe elsewhere. A change is
    a new version.

    id: Its id: a UUID.
    version: Counts up from 1 at each location; the highest is in force.
    minimum_age_s: A copy stays at least this long, in seconds.
    grace_s: Between marking a copy and deleting it, in seconds.
    min_verified_copies: How many verified copies elsewhere, in distinct
        failure domains, have to exist.
    min_archive_copies: How many of them in a LONG_TERM_ARCHIVE.
    """

    id: str
    version: int
    minimum_age_s: int
    grace_s: int
    min_verified_copies: int
    min_archive_copies: int


@dataclass(frozen=True)
class LocationBreaker:
    """Parks work after repeated outages: all work of a location, one kind of
    work there, or the transfers over a route.

    state: Whether work goes on.
    failures: Outages in a row.
    opened_at: When it last opened; null: never.
    probe_at: When one piece of work will be tried again.
    reason: The last outage; null: none.
    """

    state: BreakerState
    failures: int
    opened_at: Optional[datetime.datetime]
    probe_at: Optional[datetime.datetime]
    reason: Optional[str]


@dataclass(frozen=True)
class LocationFindings:
    """One page of findings.

    page_info: Where this page ends, and whether there is more.
    nodes: The rows of this page, in a stable order.
    """

    page_info: PageInfo
    nodes: List[LocationFindingsNode]


@dataclass(frozen=True)
class LocationFindingsNode:
    """Something that a scan saw at a location and that the rows do not say.

    id: Its id: a UUID.
    kind: What is the matter.
    path: Relative to the location.
    bytes: The size in bytes that the scan saw, or of a MISSING file the size
        that was filed; null: it is no file.
    detail: What the scan saw, in words; null: the kind says it.
    sightings: How many scans saw it.
    first_seen_at: When a scan first saw it.
    last_seen_at: When a scan last saw it.
    """

    id: str
    kind: FindingKind
    path: str
    bytes: Optional[int]
    detail: Optional[str]
    sightings: int
    first_seen_at: datetime.datetime
    last_seen_at: datetime.datetime


@dataclass(frozen=True)
class Locations:
    """A place with infrastructure.

    id: Its id: a UUID.
    name: Its short name: lower-case letters, digits and hyphens.
    title: Its name as people write it.
    active: Whether work is done at its locations: IN_USE or DRAINING.
    locations: Its locations, by name.
    """

    id: str
    name: str
    title: str
    active: bool
    locations: List[LocationsLocation]


@dataclass(frozen=True)
class LocationsLocation:
    """A storage system at a site.

    id: Its id: a UUID.
    name: Its short name, as in the names of its queues.
    type: What it is for.
    active: Whether work is done there: IN_USE or DRAINING. An inactive
        location is skipped, never an error.
    priority: Lower is used first among the locations of one type at one site.
    deletion_enabled: Whether retention may delete there at all. Off until an
        operator turns it on.
    capacity_bytes: How much it can hold, in bytes, as an operator said; null:
        not known.
    identified_at: When a worker gave the location its identity; nothing is
        read or written there before.
    scanned_at: When what lies there was last compared with what was filed
        (SOURCE), or with the copies of packages (BUFFER, LONG_TERM_ARCHIVE).
    breaker: Whether its work goes on or is parked.
    """

    id: str
    name: str
    type: LocationType
    active: bool
    priority: int
    deletion_enabled: bool
    capacity_bytes: Optional[int]
    identified_at: Optional[datetime.datetime]
    scanned_at: Optional[datetime.datetime]
    breaker: LocationsLocationBreaker


@dataclass(frozen=True)
class LocationsLocationBreaker:
    """Parks work after repeated outages: all work of a location, one kind of
    work there, or the transfers over a route.

    state: Whether work goes on.
    reason: The last outage; null: none.
    probe_at: When one piece of work will be tried again.
    """

    state: BreakerState
    reason: Optional[str]
    probe_at: Optional[datetime.datetime]


@dataclass(frozen=True)
class Observation:
    """One execution of a planned observation.

    id: Its id: a UUID.
    started_at: When the observation began (UTC), as its client filed it.
    ended_at: When the observation ended (UTC), as its client filed it; not
        before `startedAt`.
    quality: How good its data are, as far as anybody has judged.
    conditions: Weather and other conditions, in the observatory's own words,
        for instance {"pwvMm": 0.6}.
    filed_at: When it, or files of it, were filed last, by the clock of the
        data centre. RawDataFile.filedAt tells of each file.
    obs_unit: The planned observation that was executed.
    packages: The packages of its files, in order of their ids.
    stagings: The requests that stage any of its packages.
    """

    id: str
    started_at: datetime.datetime
    ended_at: datetime.datetime
    quality: Quality
    conditions: Dict[str, Any]
    filed_at: datetime.datetime
    obs_unit: ObservationObsUnit
    packages: Optional[ObservationPackages]
    stagings: Optional[ObservationStagings]


@dataclass(frozen=True)
class ObservationObsUnit:
    """A planned observation.

    id: Its id: a UUID.
    name: Its name, unique in its program.
    configuration: The configuration of the instrument, in the instrument's own
        words.
    program: The program that it is planned for.
    source: What is pointed at.
    instrument: The instrument that observes.
    """

    id: str
    name: str
    configuration: Dict[str, Any]
    program: ObservingProgramCodeTitle
    source: SourceName
    instrument: InstrumentNameTitle


@dataclass(frozen=True)
class SourceName:
    """What is pointed at.

    name: Its name, unique in the data centre.
    """

    name: str


@dataclass(frozen=True)
class ObservationPackages:
    """One page of packages.

    page_info: Where this page ends, and whether there is more.
    nodes: The rows of this page, in a stable order.
    """

    page_info: PageInfo
    nodes: List[ObservationPackagesNode]


@dataclass(frozen=True)
class ObservationPackagesNode:
    """A tar of files of one execution and one module, at most 50 GB.

    id: Its id: a UUID.
    name: Unique, made of instrument, module, start of the execution and
        number.
    status: How the work of making it stands.
    state: Where it is on its way to the archive.
    file_count: How many files it has.
    file_bytes: The sum of the sizes of its files.
    bytes: The size of the tar; null until it is made.
    completed_at: When the tar was made; null until then.
    archived_at: When the first long-term archive had it, verified.
    why_blocked: Why it is not archived, or is so no longer: empty while an
        archive holds it intact.
    """

    id: str
    name: str
    status: Status
    state: PackageState
    file_count: int
    file_bytes: int
    bytes: Optional[int]
    completed_at: Optional[datetime.datetime]
    archived_at: Optional[datetime.datetime]
    why_blocked: Optional[List[PackageWhyBlocked]]


@dataclass(frozen=True)
class PackageWhyBlocked:
    """One reason why something waits, and what will end it. In a list the
    causes of a reason follow it, one level deeper.

    code: Stable: clients may rely on its spelling.
    message: What is so, with the names of what it is about.
    next_action: What will be done then, or has to be done.
    next_at: When somebody or something will act next; null: nobody knows.
    who: Who can act.
    """

    code: BlockerCode
    message: str
    next_action: str
    next_at: Optional[datetime.datetime]
    who: BlockerActor


@dataclass(frozen=True)
class ObservationStagings:
    """One page of staging requests.

    nodes: The rows of this page, in a stable order.
    """

    nodes: List[ObservationStagingsNode]


@dataclass(frozen=True)
class ObservationStagingsNode:
    """A wish to have archived packages unpacked at a PROCESSING location, for
    a while.

    id: Its id: a UUID.
    status: How far it is.
    requested_by: Who asked, in their own words.
    lease_until: Until when they stay; null until they are ready.
    location: Where the packages are made available.
    """

    id: str
    status: StagingStatus
    requested_by: str
    lease_until: Optional[datetime.datetime]
    location: Optional[DataLocationName]


@dataclass(frozen=True)
class Operations:
    """One page of operations.

    page_info: Where this page ends, and whether there is more.
    nodes: The rows of this page, in a stable order.
    """

    page_info: PageInfo
    nodes: List[OperationsNode]


@dataclass(frozen=True)
class OperationsNode:
    """One piece of work as a row.

    id: Its id: a UUID.
    kind: What it does.
    state: How it stands.
    queue: The name of its BullMQ queue.
    priority: Lower runs first.
    attempt: How often it was tried since it was last asked for.
    max_attempts: How often it is tried before it has FAILED.
    next_run_at: It is not tried before then.
    lease_owner: The worker that has it, if one has.
    error_code: The kind of error that the last attempt met; null: none.
    reason: Why it waits or failed.
    bytes_done: How many bytes it is through with.
    bytes_total: How many bytes there are to do; null: not known.
    created_at: When it was first asked for, by the clock of the data centre.
    started_at: When a worker last took it; null: none did.
    finished_at: When it was done, FAILED or was cancelled; null until then.
    location: Where it is done.
    package: The package that it is about; null: it is about no single one.
    """

    id: str
    kind: OperationKind
    state: OperationState
    queue: str
    priority: int
    attempt: int
    max_attempts: int
    next_run_at: datetime.datetime
    lease_owner: Optional[str]
    error_code: Optional[str]
    reason: Optional[str]
    bytes_done: int
    bytes_total: Optional[int]
    created_at: datetime.datetime
    started_at: Optional[datetime.datetime]
    finished_at: Optional[datetime.datetime]
    location: DataLocationName
    package: Optional[RawDataPackageIdName]


@dataclass(frozen=True)
class Package:
    """A tar of files of one execution and one module, at most 50 GB.

    id: Its id: a UUID.
    name: Unique, made of instrument, module, start of the execution and
        number.
    status: How the work of making it stands.
    state: Where it is on its way to the archive.
    priority: Lower runs first.
    file_count: How many files it has.
    file_bytes: The sum of the sizes of its files.
    bytes: The size of the tar; null until it is made.
    digest: Its identity: the BLAKE3 of its manifest, which fixes every byte of
        the tar; null until it is made.
    created_at: When it was planned, by the clock of the data centre.
    completed_at: When the tar was made; null until then.
    archived_at: When the first long-term archive had it, verified.
    copies: All its copies that ever were, oldest first.
    why_blocked: Why it is not archived, or is so no longer: empty while an
        archive holds it intact.
    operations: The work that is about it, newest first, the last fifty.
    history: What happened to it and to its copies, oldest first.
    staging_requests: The requests that stage it, oldest first.
    """

    id: str
    name: str
    status: Status
    state: PackageState
    priority: int
    file_count: int
    file_bytes: int
    bytes: Optional[int]
    digest: Optional[str]
    created_at: datetime.datetime
    completed_at: Optional[datetime.datetime]
    archived_at: Optional[datetime.datetime]
    copies: Optional[List[PackageCopy]]
    why_blocked: Optional[List[PackageWhyBlocked]]
    operations: Optional[List[PackageOperation]]
    history: Optional[PackageHistory]
    staging_requests: Optional[PackageStagingRequests]


@dataclass(frozen=True)
class PackageCopy:
    """The tar of one package at one location, or its unpacked folder where its
    status is STAGED.

    id: Its id: a UUID.
    status: How it stands.
    status_reason: Why it is in this status, if somebody has to know.
    bytes: Its size in bytes.
    digest: What its bytes have to be; of an unpacked package the digest of its
        manifest. Null: not known.
    verification_level: 0: digest while writing, 1: size, 2: re-read in full,
        3: re-read by another process.
    verified_at: When it was last verified; null: never, or it is in doubt
        since.
    location: Where it lies, or lay.
    deletion_proof: Why it could be deleted, kept for ever.
    """

    id: str
    status: PhysicalCopyStatus
    status_reason: Optional[str]
    bytes: int
    digest: Optional[str]
    verification_level: int
    verified_at: Optional[datetime.datetime]
    location: PackageCopyLocation
    deletion_proof: Optional[PackageCopyDeletionProof]


@dataclass(frozen=True)
class PackageCopyLocation:
    """A storage system at a site.

    name: Its short name, as in the names of its queues.
    type: What it is for.
    site: The site that it is at.
    """

    name: str
    type: LocationType
    site: Site


@dataclass(frozen=True)
class PackageCopyDeletionProof:
    """Why the copies of a package at one location could be deleted.

    id: Its id: a UUID.
    created_at: When it was found to be safe, by the clock of the data centre.
    """

    id: str
    created_at: datetime.datetime


@dataclass(frozen=True)
class PackageOperation:
    """One piece of work as a row.

    id: Its id: a UUID.
    kind: What it does.
    state: How it stands.
    attempt: How often it was tried since it was last asked for.
    max_attempts: How often it is tried before it has FAILED.
    next_run_at: It is not tried before then.
    error_code: The kind of error that the last attempt met; null: none.
    reason: Why it waits or failed.
    bytes_done: How many bytes it is through with.
    bytes_total: How many bytes there are to do; null: not known.
    started_at: When a worker last took it; null: none did.
    finished_at: When it was done, FAILED or was cancelled; null until then.
    location: Where it is done.
    """

    id: str
    kind: OperationKind
    state: OperationState
    attempt: int
    max_attempts: int
    next_run_at: datetime.datetime
    error_code: Optional[str]
    reason: Optional[str]
    bytes_done: int
    bytes_total: Optional[int]
    started_at: Optional[datetime.datetime]
    finished_at: Optional[datetime.datetime]
    location: DataLocationName


@dataclass(frozen=True)
class PackageHistory:
    """One page of events.

    nodes: The rows of this page, in a stable order.
    """

    nodes: List[PackageHistoryNode]


@dataclass(frozen=True)
class PackageHistoryNode:
    """One transition of one thing, with its reason.

    seq: Counts up.
    at: When it happened, by the clock of the data centre.
    field: What changed of it, for instance status.
    from_state: What it was before; null: it was new.
    to_state: What it became.
    reason: Why; null: nobody said.
    """

    seq: int
    at: datetime.datetime
    field: str
    from_state: Optional[str]
    to_state: str
    reason: Optional[str]


@dataclass(frozen=True)
class PackageStagingRequests:
    """One page of staging requests.

    nodes: The rows of this page, in a stable order.
    """

    nodes: List[PackageStagingRequestsNode]


@dataclass(frozen=True)
class PackageStagingRequestsNode:
    """A wish to have archived packages unpacked at a PROCESSING location, for
    a while.

    id: Its id: a UUID.
    status: How far it is.
    requested_by: Who asked, in their own words.
    lease_until: Until when they stay; null until they are ready.
    """

    id: str
    status: StagingStatus
    requested_by: str
    lease_until: Optional[datetime.datetime]


@dataclass(frozen=True)
class Packages:
    """One page of packages.

    page_info: Where this page ends, and whether there is more.
    nodes: The rows of this page, in a stable order.
    """

    page_info: PageInfo
    nodes: List[PackagesNode]


@dataclass(frozen=True)
class PackagesNode:
    """A tar of files of one execution and one module, at most 50 GB.

    id: Its id: a UUID.
    name: Unique, made of instrument, module, start of the execution and
        number.
    status: How the work of making it stands.
    state: Where it is on its way to the archive.
    bytes: The size of the tar; null until it is made.
    copies: All its copies that ever were, oldest first.
    staging_requests: The requests that stage it, oldest first.
    """

    id: str
    name: str
    status: Status
    state: PackageState
    bytes: Optional[int]
    copies: Optional[List[PackagesNodeCopy]]
    staging_requests: Optional[PackagesNodeStagingRequests]


@dataclass(frozen=True)
class PackagesNodeCopy:
    """The tar of one package at one location, or its unpacked folder where its
    status is STAGED.

    id: Its id: a UUID.
    status: How it stands.
    verification_level: 0: digest while writing, 1: size, 2: re-read in full,
        3: re-read by another process.
    verified_at: When it was last verified; null: never, or it is in doubt
        since.
    location: Where it lies, or lay.
    """

    id: str
    status: PhysicalCopyStatus
    verification_level: int
    verified_at: Optional[datetime.datetime]
    location: DataLocationNameType


@dataclass(frozen=True)
class PackagesNodeStagingRequests:
    """One page of staging requests.

    nodes: The rows of this page, in a stable order.
    """

    nodes: List[PackagesNodeStagingRequestsNode]


@dataclass(frozen=True)
class PackagesNodeStagingRequestsNode:
    """A wish to have archived packages unpacked at a PROCESSING location, for
    a while.

    id: Its id: a UUID.
    status: How far it is.
    lease_until: Until when they stay; null until they are ready.
    """

    id: str
    status: StagingStatus
    lease_until: Optional[datetime.datetime]


@dataclass(frozen=True)
class PlannedObservations:
    """One page of planned observations.

    page_info: Where this page ends, and whether there is more.
    nodes: The rows of this page, in a stable order.
    """

    page_info: PageInfo
    nodes: List[PlannedObservationsNode]


@dataclass(frozen=True)
class PlannedObservationsNode:
    """A planned observation.

    id: Its id: a UUID.
    name: Its name, unique in its program.
    program: The program that it is planned for.
    instrument: The instrument that observes.
    source: What is pointed at.
    """

    id: str
    name: str
    program: ObservingProgramCode
    instrument: InstrumentName
    source: SourceNameRaDegDecDeg


@dataclass(frozen=True)
class ObservingProgramCode:
    """A science proposal that was granted time.

    code: The code that the observatory gave it, for instance 2026A-017.
    """

    code: str


@dataclass(frozen=True)
class InstrumentName:
    """What a telescope observes with.

    name: Its short name, by which observations are filed.
    """

    name: str


@dataclass(frozen=True)
class Program:
    """A science proposal that was granted time.

    id: Its id: a UUID.
    code: The code that the observatory gave it, for instance 2026A-017.
    title: The title of the proposal.
    principal_investigator: Who leads it.
    metadata_release_at: When its metadata become public; null: they are.
    data_release_at: When its data become public; null: they are.
    executions: Every execution of its planned observations, newest last.
    """

    id: str
    code: str
    title: str
    principal_investigator: str
    metadata_release_at: Optional[datetime.datetime]
    data_release_at: Optional[datetime.datetime]
    executions: ProgramExecutions


@dataclass(frozen=True)
class ProgramExecutions:
    """One page of executions.

    page_info: Where this page ends, and whether there is more.
    nodes: The rows of this page, in a stable order.
    """

    page_info: PageInfo
    nodes: List[ProgramExecutionsNode]


@dataclass(frozen=True)
class ProgramExecutionsNode:
    """One execution of a planned observation.

    id: Its id: a UUID.
    started_at: When the observation began (UTC), as its client filed it.
    ended_at: When the observation ended (UTC), as its client filed it; not
        before `startedAt`.
    quality: How good its data are, as far as anybody has judged.
    obs_unit: The planned observation that was executed.
    packages: The packages of its files, in order of their ids.
    """

    id: str
    started_at: datetime.datetime
    ended_at: datetime.datetime
    quality: Quality
    obs_unit: ProgramExecutionsNodeObsUnit
    packages: Optional[ProgramExecutionsNodePackages]


@dataclass(frozen=True)
class ProgramExecutionsNodeObsUnit:
    """A planned observation.

    name: Its name, unique in its program.
    source: What is pointed at.
    """

    name: str
    source: SourceName


@dataclass(frozen=True)
class ProgramExecutionsNodePackages:
    """One page of packages.

    nodes: The rows of this page, in a stable order.
    """

    nodes: List[RawDataPackageIdNameState]


@dataclass(frozen=True)
class Rates:
    """A place with infrastructure.

    name: Its short name: lower-case letters, digits and hyphens.
    title: Its name as people write it.
    flow: What went through it in the last hours.
    """

    name: str
    title: str
    flow: RatesFlow


@dataclass(frozen=True)
class RatesFlow:
    """What went on in the last hours, up to now. A package is counted with its
    files, once for each place where it went through a stage: at the SOURCE
    that it was packaged from, at the BUFFER that it was transferred to, at the
    LONG_TERM_ARCHIVE, at the PROCESSING location. Work that found everything
    there already is not counted; of a package of which only some files were
    staged, these are.

    hours: The time that it is about, in hours up to now.
    filed: Files that were filed.
    packaged: Files that became part of a package.
    transferred: Files whose packages were sent to another site.
    archived: Files whose packages were archived.
    staged: Files whose packages were unpacked for scientists.
    """

    hours: int
    filed: FlowRate
    packaged: FlowRate
    transferred: FlowRate
    archived: FlowRate
    staged: FlowRate


@dataclass(frozen=True)
class FlowRate:
    """What went through one stage in that time.

    files: How many files.
    bytes: The sum of the sizes of the files.
    bytes_per_hour: Bytes per hour, on average over the hours.
    """

    files: int
    bytes: int
    bytes_per_hour: float


@dataclass(frozen=True)
class RecentObservations:
    """One page of executions.

    page_info: Where this page ends, and whether there is more.
    nodes: The rows of this page, in a stable order.
    """

    page_info: PageInfo
    nodes: List[RecentObservationsNode]


@dataclass(frozen=True)
class RecentObservationsNode:
    """One execution of a planned observation.

    id: Its id: a UUID.
    started_at: When the observation began (UTC), as its client filed it.
    ended_at: When the observation ended (UTC), as its client filed it; not
        before `startedAt`.
    quality: How good its data are, as far as anybody has judged.
    obs_unit: The planned observation that was executed.
    packages: The packages of its files, in order of their ids.
    """

    id: str
    started_at: datetime.datetime
    ended_at: datetime.datetime
    quality: Quality
    obs_unit: RecentObservationsNodeObsUnit
    packages: Optional[RecentObservationsNodePackages]


@dataclass(frozen=True)
class RecentObservationsNodeObsUnit:
    """A planned observation.

    name: Its name, unique in its program.
    program: The program that it is planned for.
    source: What is pointed at.
    instrument: The instrument that observes.
    """

    name: str
    program: ObservingProgramCode
    source: SourceName
    instrument: InstrumentName


@dataclass(frozen=True)
class RecentObservationsNodePackages:
    """One page of packages.

    nodes: The rows of this page, in a stable order.
    """

    nodes: List[RecentObservationsNodePackagesNode]


@dataclass(frozen=True)
class RecentObservationsNodePackagesNode:
    """A tar of files of one execution and one module, at most 50 GB.

    id: Its id: a UUID.
    name: Unique, made of instrument, module, start of the execution and
        number.
    state: Where it is on its way to the archive.
    file_count: How many files it has.
    digest: Its identity: the BLAKE3 of its manifest, which fixes every byte of
        the tar; null until it is made.
    copies: All its copies that ever were, oldest first.
    staging_requests: The requests that stage it, oldest first.
    """

    id: str
    name: str
    state: PackageState
    file_count: int
    digest: Optional[str]
    copies: Optional[List[RecentObservationsNodePackagesNodeCopy]]
    staging_requests: Optional[
        RecentObservationsNodePackagesNodeStagingRequests
    ]


@dataclass(frozen=True)
class RecentObservationsNodePackagesNodeCopy:
    """The tar of one package at one location, or its unpacked folder where its
    status is STAGED.

    status: How it stands.
    verification_level: 0: digest while writing, 1: size, 2: re-read in full,
        3: re-read by another process.
    location: Where it lies, or lay.
    """

    status: PhysicalCopyStatus
    verification_level: int
    location: DataLocationNameType


@dataclass(frozen=True)
class RecentObservationsNodePackagesNodeStagingRequests:
    """One page of staging requests.

    nodes: The rows of this page, in a stable order.
    """

    nodes: List[RecentObservationsNodePackagesNodeStagingRequestsNode]


@dataclass(frozen=True)
class RecentObservationsNodePackagesNodeStagingRequestsNode:
    """A wish to have archived packages unpacked at a PROCESSING location, for
    a while.

    status: How far it is.
    requested_by: Who asked, in their own words.
    lease_until: Until when they stay; null until they are ready.
    """

    status: StagingStatus
    requested_by: str
    lease_until: Optional[datetime.datetime]


@dataclass(frozen=True)
class ReleaseHolds:
    """That nothing of a package may be deleted: everywhere, or at one
    location. It stops also what is marked, and what waits between its proof
    and its deletion; what was deleted stays deleted.

    id: Its id: a UUID.
    active: Whether it holds: false once it was released or its time was over.
    released_at: When it was released or its time was over; null until then.
    """

    id: str
    active: bool
    released_at: Optional[datetime.datetime]


@dataclass(frozen=True)
class ReleaseStaging:
    """A wish to have archived packages unpacked at a PROCESSING location, for
    a while.

    id: Its id: a UUID.
    status: How far it is.
    released_at: When somebody ended it before its lease did; null: nobody did.
    lease_until: Until when they stay; null until they are ready.
    """

    id: str
    status: StagingStatus
    released_at: Optional[datetime.datetime]
    lease_until: Optional[datetime.datetime]


@dataclass(frozen=True)
class OperationIdStateQueue:
    """One piece of work as a row.

    id: Its id: a UUID.
    state: How it stands.
    queue: The name of its BullMQ queue.
    """

    id: str
    state: OperationState
    queue: str


@dataclass(frozen=True)
class RequestPackaging:
    """A tar of files of one execution and one module, at most 50 GB.

    id: Its id: a UUID.
    name: Unique, made of instrument, module, start of the execution and
        number.
    status: How the work of making it stands.
    """

    id: str
    name: str
    status: Status


@dataclass(frozen=True)
class RequestStaging:
    """A wish to have archived packages unpacked at a PROCESSING location, for
    a while.

    id: Its id: a UUID.
    status: How far it is.
    lease_s: How long the files stay after they are ready, in seconds.
    lease_until: Until when they stay; null until they are ready.
    """

    id: str
    status: StagingStatus
    lease_s: int
    lease_until: Optional[datetime.datetime]


@dataclass(frozen=True)
class RetryOperation:
    """One piece of work as a row.

    id: Its id: a UUID.
    state: How it stands.
    attempt: How often it was tried since it was last asked for.
    max_attempts: How often it is tried before it has FAILED.
    next_run_at: It is not tried before then.
    """

    id: str
    state: OperationState
    attempt: int
    max_attempts: int
    next_run_at: datetime.datetime


@dataclass(frozen=True)
class Routes:
    """How bytes go between two sites.

    id: Its id: a UUID.
    name: Its short name: lower-case letters, digits and hyphens.
    type: Between what it leads.
    method: By what the bytes are sent.
    priority: Lower is used first.
    active: An inactive route is skipped, never an error.
    bundle_bytes: A transfer package is closed when its packages sum up to this
        size …
    bundle_age_s: … or when its oldest package has waited for this many
        seconds.
    from_site: The site where it begins.
    to_site: The site where it ends.
    via_site: The site in between (RELAY).
    """

    id: str
    name: str
    type: RouteType
    method: TransferMethod
    priority: int
    active: bool
    bundle_bytes: int
    bundle_age_s: int
    from_site: Site
    to_site: Site
    via_site: Optional[Site]


@dataclass(frozen=True)
class SetLocationActive:
    """A storage system at a site.

    id: Its id: a UUID.
    name: Its short name, as in the names of its queues.
    active: Whether work is done there: IN_USE or DRAINING. An inactive
        location is skipped, never an error.
    """

    id: str
    name: str
    active: bool


@dataclass(frozen=True)
class SetLocationDeletion:
    """A storage system at a site.

    id: Its id: a UUID.
    name: Its short name, as in the names of its queues.
    deletion_enabled: Whether retention may delete there at all. Off until an
        operator turns it on.
    """

    id: str
    name: str
    deletion_enabled: bool


@dataclass(frozen=True)
class SetPackagePriority:
    """A tar of files of one execution and one module, at most 50 GB.

    id: Its id: a UUID.
    priority: Lower runs first.
    """

    id: str
    priority: int


@dataclass(frozen=True)
class SetRouteActive:
    """How bytes go between two sites.

    id: Its id: a UUID.
    name: Its short name: lower-case letters, digits and hyphens.
    active: An inactive route is skipped, never an error.
    """

    id: str
    name: str
    active: bool


@dataclass(frozen=True)
class SetSiteActive:
    """A place with infrastructure.

    id: Its id: a UUID.
    name: Its short name: lower-case letters, digits and hyphens.
    active: Whether work is done at its locations: IN_USE or DRAINING.
    """

    id: str
    name: str
    active: bool


@dataclass(frozen=True)
class Staging:
    """A wish to have archived packages unpacked at a PROCESSING location, for
    a while.

    id: Its id: a UUID.
    status: How far it is.
    requested_by: Who asked, in their own words.
    priority: Lower runs first.
    lease_s: How long the files stay after they are ready, in seconds.
    lease_until: Until when they stay; null until they are ready.
    created_at: When it was asked for, by the clock of the data centre.
    completed_at: When everything was there; null until then.
    released_at: When somebody ended it before its lease did; null: nobody did.
    location: Where the packages are made available.
    packages: Its packages, in the order of their ids.
    """

    id: str
    status: StagingStatus
    requested_by: str
    priority: int
    lease_s: int
    lease_until: Optional[datetime.datetime]
    created_at: datetime.datetime
    completed_at: Optional[datetime.datetime]
    released_at: Optional[datetime.datetime]
    location: Optional[DataLocationNameType]
    packages: StagingPackages


@dataclass(frozen=True)
class StagingPackages:
    """One page of packages of a request.

    page_info: Where this page ends, and whether there is more.
    nodes: The rows of this page, in a stable order.
    """

    page_info: PageInfo
    nodes: List[StagingPackagesNode]


@dataclass(frozen=True)
class StagingPackagesNode:
    """One package of a staging request.

    status: How the work of unpacking it stands.
    package: The package.
    """

    status: Status
    package: Optional[StagingPackagesNodePackage]


@dataclass(frozen=True)
class StagingPackagesNodePackage:
    """A tar of files of one execution and one module, at most 50 GB.

    id: Its id: a UUID.
    name: Unique, made of instrument, module, start of the execution and
        number.
    bytes: The size of the tar; null until it is made.
    """

    id: str
    name: str
    bytes: Optional[int]


@dataclass(frozen=True)
class Stagings:
    """One page of staging requests.

    page_info: Where this page ends, and whether there is more.
    nodes: The rows of this page, in a stable order.
    """

    page_info: PageInfo
    nodes: List[StagingsNode]


@dataclass(frozen=True)
class StagingsNode:
    """A wish to have archived packages unpacked at a PROCESSING location, for
    a while.

    id: Its id: a UUID.
    status: How far it is.
    requested_by: Who asked, in their own words.
    priority: Lower runs first.
    lease_s: How long the files stay after they are ready, in seconds.
    lease_until: Until when they stay; null until they are ready.
    created_at: When it was asked for, by the clock of the data centre.
    completed_at: When everything was there; null until then.
    location: Where the packages are made available.
    """

    id: str
    status: StagingStatus
    requested_by: str
    priority: int
    lease_s: int
    lease_until: Optional[datetime.datetime]
    created_at: datetime.datetime
    completed_at: Optional[datetime.datetime]
    location: Optional[DataLocationName]


@dataclass(frozen=True)
class Topology:
    """What can be asked. What could not be answered is null, with an entry in
    `errors` that says why; all else is there.

    sites: All sites, by name.
    data_transfer_routes: The routes, by name.
    """

    sites: Optional[List[TopologySite]]
    data_transfer_routes: Optional[List[TopologyDataTransferRoute]]


@dataclass(frozen=True)
class TopologySite:
    """A place with infrastructure.

    id: Its id: a UUID.
    name: Its short name: lower-case letters, digits and hyphens.
    title: Its name as people write it.
    active: Whether work is done at its locations: IN_USE or DRAINING.
    locations: Its locations, by name.
    """

    id: str
    name: str
    title: str
    active: bool
    locations: List[TopologySiteLocation]


@dataclass(frozen=True)
class TopologySiteLocation:
    """A storage system at a site.

    id: Its id: a UUID.
    name: Its short name, as in the names of its queues.
    type: What it is for.
    storage: What it keeps its bytes on.
    active: Whether work is done there: IN_USE or DRAINING. An inactive
        location is skipped, never an error.
    priority: Lower is used first among the locations of one type at one site.
    failure_domain: Copies in the same failure domain may be lost together, and
        count once.
    deletion_enabled: Whether retention may delete there at all. Off until an
        operator turns it on.
    capacity_bytes: How much it can hold, in bytes, as an operator said; null:
        not known.
    settle_s: Files are packaged when none was filed for this many seconds
        (SOURCE).
    instrument: The instrument that writes there (SOURCE).
    retention_policy: The policy in force, or null: nothing is deleted.
    root: The folder, as the workers of the site see it.
    """

    id: str
    name: str
    type: LocationType
    storage: StorageType
    active: bool
    priority: int
    failure_domain: str
    deletion_enabled: bool
    capacity_bytes: Optional[int]
    settle_s: int
    instrument: Optional[TopologySiteLocationInstrument]
    retention_policy: Optional[TopologySiteLocationRetentionPolicy]
    root: Optional[str]


@dataclass(frozen=True)
class TopologySiteLocationInstrument:
    """What a telescope observes with.

    id: Its id: a UUID.
    name: Its short name, by which observations are filed.
    """

    id: str
    name: str


@dataclass(frozen=True)
class TopologySiteLocationRetentionPolicy:
    """When a location may free the copies that are safe elsewhere. A change is
    a new version.

    version: Counts up from 1 at each location; the highest is in force.
    minimum_age_s: A copy stays at least this long, in seconds.
    grace_s: Between marking a copy and deleting it, in seconds.
    min_verified_copies: How many verified copies elsewhere, in distinct
        failure domains, have to exist.
    min_archive_copies: How many of them in a LONG_TERM_ARCHIVE.
    min_verification_level: The verification level that counts.
    max_verification_age_s: How old a verification may be and still count, in
        seconds.
    high_water: The share of its capacity, 0 to 1, from which on the location
        is freed; null: age alone decides.
    low_water: The share of its capacity down to which it is freed then, oldest
        first; null: age alone decides.
    max_share_hour: At most this share, 0 to 1, of its capacity, or where that
        is not known of what lies there, goes in an hour, but always one
        package; 1: no limit.
    trash_s: How long a file or a package lies in the trash of a DISK location
        before its bytes are gone, in seconds; 0: they go at once, as they do
        elsewhere.
    """

    version: int
    minimum_age_s: int
    grace_s: int
    min_verified_copies: int
    min_archive_copies: int
    min_verification_level: int
    max_verification_age_s: int
    high_water: Optional[float]
    low_water: Optional[float]
    max_share_hour: float
    trash_s: int


@dataclass(frozen=True)
class TopologyDataTransferRoute:
    """How bytes go between two sites.

    id: Its id: a UUID.
    name: Its short name: lower-case letters, digits and hyphens.
    type: Between what it leads.
    method: By what the bytes are sent.
    priority: Lower is used first.
    active: An inactive route is skipped, never an error.
    bundle_bytes: A transfer package is closed when its packages sum up to this
        size …
    bundle_age_s: … or when its oldest package has waited for this many
        seconds.
    streams: How many streams send one package at a time (HTTP, BBCP).
    rate_bytes_s: At most so many bytes per second; null: as fast as it goes.
    ssh_host: The host, as ssh knows it where the workers of the destination
        run, that has the origin's files (RSYNC, BBCP). Null: they are mounted
        there.
    from_site: The site where it begins.
    to_site: The site where it ends.
    via_site: The site in between (RELAY).
    """

    id: str
    name: str
    type: RouteType
    method: TransferMethod
    priority: int
    active: bool
    bundle_bytes: int
    bundle_age_s: int
    streams: int
    rate_bytes_s: Optional[int]
    ssh_host: Optional[str]
    from_site: Site
    to_site: Site
    via_site: Optional[Site]


@dataclass(frozen=True)
class Transfers:
    """One page of transfers.

    page_info: Where this page ends, and whether there is more.
    nodes: The rows of this page, in a stable order.
    """

    page_info: PageInfo
    nodes: List[TransfersNode]


@dataclass(frozen=True)
class TransfersNode:
    """One transfer package crossing one leg of a route.

    id: Its id: a UUID.
    status: Sending the bytes.
    unpack_status: Verifying, at the destination, what arrived.
    leg: 1, or for a RELAY 1 and 2.
    rounds: How often packages had to be sent again because they arrived
        damaged.
    created_at: When it was planned, by the clock of the data centre.
    completed_at: When all was sent; null until then.
    unpacked_at: When all that arrived was verified; null until then.
    route: The route that it goes over.
    from_location: The location that it is sent from.
    to_location: The location that it is sent to.
    transfer_package: What is sent.
    """

    id: str
    status: Status
    unpack_status: Status
    leg: int
    rounds: int
    created_at: datetime.datetime
    completed_at: Optional[datetime.datetime]
    unpacked_at: Optional[datetime.datetime]
    route: TransfersNodeRoute
    from_location: DataLocationName
    to_location: DataLocationName
    transfer_package: Optional[TransfersNodeTransferPackage]


@dataclass(frozen=True)
class TransfersNodeRoute:
    """How bytes go between two sites.

    name: Its short name: lower-case letters, digits and hyphens.
    """

    name: str


@dataclass(frozen=True)
class TransfersNodeTransferPackage:
    """Packages grouped for one transfer between two sites: a manifest, never a
    tar on disk.

    id: Its id: a UUID.
    package_count: How many packages it has.
    bytes: The sum of the sizes of their tars, in bytes.
    """

    id: str
    package_count: int
    bytes: int


@dataclass(frozen=True)
class UpdateLocation:
    """A storage system at a site.

    id: Its id: a UUID.
    name: Its short name, as in the names of its queues.
    """

    id: str
    name: str


@dataclass(frozen=True)
class WhyBlocked:
    """What can be asked. What could not be answered is null, with an entry in
    `errors` that says why; all else is there.

    package: The package, or null.
    transfer: The transfer, or null.
    operation: The operation, or null.
    copy: The copy, or null.
    staging: The request of that id or key, or null. Give one of the two.
    execution: The execution, or null.
    """

    package: Optional[WhyBlockedPackage]
    transfer: Optional[WhyBlockedTransfer]
    operation: Optional[WhyBlockedOperation]
    copy: Optional[WhyBlockedCopy]
    staging: Optional[WhyBlockedStaging]
    execution: Optional[WhyBlockedExecution]


@dataclass(frozen=True)
class WhyBlockedPackage:
    """A tar of files of one execution and one module, at most 50 GB.

    id: Its id: a UUID.
    name: Unique, made of instrument, module, start of the execution and
        number.
    state: Where it is on its way to the archive.
    why_blocked: Why it is not archived, or is so no longer: empty while an
        archive holds it intact.
    """

    id: str
    name: str
    state: PackageState
    why_blocked: Optional[List[WhyBlockedCopyWhyBlocked]]


@dataclass(frozen=True)
class WhyBlockedCopyWhyBlocked:
    """One reason why something waits, and what will end it. In a list the
    causes of a reason follow it, one level deeper.

    code: Stable: clients may rely on its spelling.
    message: What is so, with the names of what it is about.
    next_action: What will be done then, or has to be done.
    next_at: When somebody or something will act next; null: nobody knows.
    who: Who can act.
    level: 0 for what holds the thing up itself, 1 for the cause of the reason
        of level 0 before it, and so on.
    subject_type: The type of what the reason is about: Operation,
        DataTransfer, DataLocation, Site …
    subject_id: Its id.
    """

    code: BlockerCode
    message: str
    next_action: str
    next_at: Optional[datetime.datetime]
    who: BlockerActor
    level: int
    subject_type: str
    subject_id: str


@dataclass(frozen=True)
class WhyBlockedTransfer:
    """One transfer package crossing one leg of a route.

    id: Its id: a UUID.
    status: Sending the bytes.
    why_blocked: Why it is not through: empty when all has arrived and is
        verified.
    """

    id: str
    status: Status
    why_blocked: List[WhyBlockedCopyWhyBlocked]


@dataclass(frozen=True)
class WhyBlockedOperation:
    """One piece of work as a row.

    id: Its id: a UUID.
    kind: What it does.
    state: How it stands.
    why_blocked: Why it is not done: empty when it is DONE.
    """

    id: str
    kind: OperationKind
    state: OperationState
    why_blocked: List[WhyBlockedCopyWhyBlocked]


@dataclass(frozen=True)
class WhyBlockedCopy:
    """The bytes of one thing at one location. A copy never moves: a transfer
    makes another.

    id: Its id: a UUID.
    path: Relative to the location.
    status: How it stands.
    why_blocked: Why it is not what it should be: empty where it is, where it
        was deleted as it should, or where another took its place.
    """

    id: str
    path: str
    status: PhysicalCopyStatus
    why_blocked: List[WhyBlockedCopyWhyBlocked]


@dataclass(frozen=True)
class WhyBlockedStaging:
    """A wish to have archived packages unpacked at a PROCESSING location, for
    a while.

    id: Its id: a UUID.
    status: How far it is.
    why_blocked: Why its packages are not all there, of the first twenty that
        are not: empty when all are, or when it has ended.
    """

    id: str
    status: StagingStatus
    why_blocked: Optional[List[WhyBlockedCopyWhyBlocked]]


@dataclass(frozen=True)
class WhyBlockedExecution:
    """One execution of a planned observation.

    id: Its id: a UUID.
    packages: The packages of its files, in order of their ids.
    """

    id: str
    packages: Optional[WhyBlockedExecutionPackages]


@dataclass(frozen=True)
class WhyBlockedExecutionPackages:
    """One page of packages.

    nodes: The rows of this page, in a stable order.
    """

    nodes: List[WhyBlockedPackage]


@dataclass(frozen=True)
class Work:
    """What can be asked. What could not be answered is null, with an entry in
    `errors` that says why; all else is there.

    running: Work, oldest first.
    ready: Work, oldest first.
    waiting: Work, oldest first.
    failed: Work, oldest first.
    """

    running: Optional[OperationConnection]
    ready: Optional[OperationConnection]
    waiting: Optional[OperationConnection]
    failed: Optional[OperationConnection]


@dataclass(frozen=True)
class OperationConnection:
    """One page of operations.

    total_count: How many rows all pages have together.
    nodes: The rows of this page, in a stable order.
    """

    total_count: TotalCount
    nodes: List[WorkReadyNode]


@dataclass(frozen=True)
class WorkReadyNode:
    """One piece of work as a row.

    id: Its id: a UUID.
    kind: What it does.
    state: How it stands.
    queue: The name of its BullMQ queue.
    attempt: How often it was tried since it was last asked for.
    max_attempts: How often it is tried before it has FAILED.
    next_run_at: It is not tried before then.
    reason: Why it waits or failed.
    bytes_done: How many bytes it is through with.
    bytes_total: How many bytes there are to do; null: not known.
    rate_bytes_s: How fast it goes, in bytes per second: the mean of about the
        last ten seconds. Null when it is not RUNNING, or not yet for a second.
    ends_at: When it will be done if it goes on like that. Null when that is
        not known.
    """

    id: str
    kind: OperationKind
    state: OperationState
    queue: str
    attempt: int
    max_attempts: int
    next_run_at: datetime.datetime
    reason: Optional[str]
    bytes_done: int
    bytes_total: Optional[int]
    rate_bytes_s: Optional[int]
    ends_at: Optional[datetime.datetime]


_REFUSALS = {
    "BAD_INPUT": BadInput,
    "BAD_PATH": BadPath,
    "CONFLICT": Conflict,
    "INVALID_TRANSITION": InvalidTransition,
    "NOT_A_REGULAR_FILE": NotARegularFile,
    "NOT_FOUND": NotFound,
    "NOT_SAFE": NotSafe,
}


_CANCEL_OPERATION = """\
mutation CancelOperation($operationId: ID!) {
  cancelOperation(operationId: $operationId) {
    id
    kind
    state
  }
}"""

_CREATE_DATA_TRANSFER_ROUTE = """\
mutation CreateDataTransferRoute($input: CreateDataTransferRouteInput!) {
  createDataTransferRoute(input: $input) {
    id
    name
  }
}"""

_CREATE_DISK_LOCATION = """\
mutation CreateDiskLocation($input: CreateDiskLocationInput!) {
  createDiskLocation(input: $input) {
    id
    name
  }
}"""

_CREATE_SITE = """\
mutation CreateSite($input: CreateSiteInput!) {
  createSite(input: $input) {
    id
    name
  }
}"""

_DEFINE_RETENTION_POLICY = """\
mutation DefineRetentionPolicy($input: DefineRetentionPolicyInput!) {
  defineRetentionPolicy(input: $input) {
    id
    version
  }
}"""

_DOWNLOAD_FILES = """\
query DownloadFiles($input: LocateFilesInput!) {
  locateFiles(input: $input) {
    found
    id
    sources {
      location
      copyId
      path
      downloadUrl
    }
  }
}"""

_EVENTS = """\
query Events($subjectId: ID!, $first: Int = 100, $after: String) {
  events(subjectId: $subjectId, first: $first, after: $after) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      seq
      at
      subjectType
      subjectId
      field
      fromState
      toState
      reason
      operationId
    }
  }
}"""

_FILE_OBSERVATION = """\
mutation FileObservation($input: FileObservationInput!) {
  fileObservation(input: $input) {
    filesAdded
    execution {
      id
      startedAt
      endedAt
    }
  }
}"""

_FILES_OF_OBSERVATION = """\
query FilesOfObservation($id: ID!, $first: Int = 200, $after: String) {
  executedObsUnit(id: $id) {
    id
    files(first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        path
        bytes
        digest
        package {
          id
          name
        }
        copies {
          status
          location {
            name
            type
          }
        }
      }
    }
  }
}"""

_FIND_FILES = """\
query FindFiles($filter: RawDataFileFilter, $orderBy: RawDataFileOrder, $first: Int = 50, $after: String) {
  rawDataFiles(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount {
      value
      exact
    }
    nodes {
      id
      path
      bytes
      digest
      package {
        id
        name
        state
      }
      copies {
        status
        location {
          name
          type
        }
      }
    }
  }
}"""

_FIND_OBSERVATIONS = """\
query FindObservations($filter: ExecutedObsUnitFilter, $orderBy: ExecutedObsUnitOrder = {field: STARTED_AT, direction: DESC}, $first: Int = 50, $after: String) {
  executedObsUnits(
    filter: $filter
    orderBy: $orderBy
    first: $first
    after: $after
  ) {
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount {
      value
      exact
    }
    nodes {
      id
      startedAt
      endedAt
      quality
      conditions
      obsUnit {
        name
        program {
          code
          title
        }
        source {
          name
          ... on FixedSource {
            raDeg
            decDeg
          }
        }
        instrument {
          name
          title
        }
      }
      packages(first: 10) {
        nodes {
          id
          name
          state
          fileCount
          fileBytes
        }
      }
    }
  }
}"""

_HOLD_PACKAGES = """\
mutation HoldPackages($input: HoldPackagesInput!) {
  holdPackages(input: $input) {
    id
    until
    package {
      id
      name
    }
  }
}"""

_HOLDS = """\
query Holds($active: Boolean = true, $first: Int = 50, $after: String) {
  holds(active: $active, first: $first, after: $after) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      heldBy
      reason
      active
      until
      createdAt
      package {
        id
        name
      }
      location {
        name
      }
    }
  }
}"""

_INSTRUMENTS = """\
query Instruments($first: Int = 50, $after: String) {
  instruments(first: $first, after: $after) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      name
      title
      active
      telescope {
        name
        observatory {
          name
        }
      }
      modules(first: 200) {
        nodes {
          id
          name
          title
          active
        }
      }
    }
  }
}"""

_LOCATE_FILES = """\
query LocateFiles($input: LocateFilesInput!) {
  locateFiles(input: $input) {
    found
    id
    path
    bytes
    digest
    packageId
    sources {
      copyId
      status
      location
      site
      type
      storage
      usable
      path
      offset
      verificationLevel
    }
  }
}"""

_LOCATION = """\
query Location($name: String!, $first: Int = 50, $after: String) {
  dataLocation(name: $name) {
    id
    name
    type
    active
    priority
    failureDomain
    deletionEnabled
    capacityBytes
    settleS
    identifiedAt
    scannedAt
    site {
      name
    }
    ... on DiskLocation {
      root
    }
    retentionPolicy {
      id
      version
      minimumAgeS
      graceS
      minVerifiedCopies
      minArchiveCopies
    }
    breaker {
      state
      failures
      openedAt
      probeAt
      reason
    }
    findings(first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        kind
        path
        bytes
        detail
        sightings
        firstSeenAt
        lastSeenAt
      }
    }
  }
}"""

_LOCATIONS = """\
query Locations {
  sites {
    id
    name
    title
    active
    locations {
      id
      name
      type
      active
      priority
      deletionEnabled
      capacityBytes
      identifiedAt
      scannedAt
      breaker {
        state
        reason
        probeAt
      }
    }
  }
}"""

_OBSERVATION = """\
query Observation($id: ID!) {
  executedObsUnit(id: $id) {
    id
    startedAt
    endedAt
    quality
    conditions
    filedAt
    obsUnit {
      id
      name
      configuration
      program {
        code
        title
      }
      source {
        name
      }
      instrument {
        name
        title
      }
    }
    packages(first: 200) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        name
        status
        state
        fileCount
        fileBytes
        bytes
        completedAt
        archivedAt
        whyBlocked {
          code
          message
          nextAction
          nextAt
          who
        }
      }
    }
    stagings(first: 10) {
      nodes {
        id
        status
        requestedBy
        leaseUntil
        location {
          name
        }
      }
    }
  }
}"""

_OPERATIONS = """\
query Operations($state: OperationState, $kind: OperationKind, $first: Int = 50, $after: String) {
  operations(state: $state, kind: $kind, first: $first, after: $after) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      kind
      state
      queue
      priority
      attempt
      maxAttempts
      nextRunAt
      leaseOwner
      errorCode
      reason
      bytesDone
      bytesTotal
      createdAt
      startedAt
      finishedAt
      location {
        name
      }
      package {
        id
        name
      }
    }
  }
}"""

_PACKAGE = """\
query Package($id: ID!) {
  rawDataPackage(id: $id) {
    id
    name
    status
    state
    priority
    fileCount
    fileBytes
    bytes
    digest
    createdAt
    completedAt
    archivedAt
    copies {
      id
      status
      statusReason
      bytes
      digest
      verificationLevel
      verifiedAt
      location {
        name
        type
        site {
          name
        }
      }
      deletionProof {
        id
        createdAt
      }
    }
    whyBlocked {
      code
      message
      nextAction
      nextAt
      who
    }
    operations {
      id
      kind
      state
      attempt
      maxAttempts
      nextRunAt
      errorCode
      reason
      bytesDone
      bytesTotal
      startedAt
      finishedAt
      location {
        name
      }
    }
    history(first: 100) {
      nodes {
        seq
        at
        field
        fromState
        toState
        reason
      }
    }
    stagingRequests(first: 10) {
      nodes {
        id
        status
        requestedBy
        leaseUntil
      }
    }
  }
}"""

_PACKAGES = """\
query Packages($filter: RawDataPackageFilter, $orderBy: RawDataPackageOrder, $first: Int = 50, $after: String) {
  rawDataPackages(
    filter: $filter
    orderBy: $orderBy
    first: $first
    after: $after
  ) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      name
      status
      state
      bytes
      copies {
        id
        status
        verificationLevel
        verifiedAt
        location {
          name
          type
        }
      }
      stagingRequests(first: 5) {
        nodes {
          id
          status
          leaseUntil
        }
      }
    }
  }
}"""

_PLANNED_OBSERVATIONS = """\
query PlannedObservations($filter: ObsUnitFilter, $first: Int = 50, $after: String) {
  obsUnits(filter: $filter, first: $first, after: $after) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      name
      program {
        code
      }
      instrument {
        name
      }
      source {
        name
        ... on FixedSource {
          raDeg
          decDeg
        }
      }
    }
  }
}"""

_PROGRAM = """\
query Program($code: String!, $first: Int = 50, $after: String) {
  observingProgram(code: $code) {
    id
    code
    title
    principalInvestigator
    metadataReleaseAt
    dataReleaseAt
    executions(first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        startedAt
        endedAt
        quality
        obsUnit {
          name
          source {
            name
          }
        }
        packages(first: 10) {
          nodes {
            id
            name
            state
          }
        }
      }
    }
  }
}"""

_RATES = """\
query Rates($hours: Int = 24) {
  sites {
    name
    title
    flow(hours: $hours) {
      hours
      filed {
        files
        bytes
        bytesPerHour
      }
      packaged {
        files
        bytes
        bytesPerHour
      }
      transferred {
        files
        bytes
        bytesPerHour
      }
      archived {
        files
        bytes
        bytesPerHour
      }
      staged {
        files
        bytes
        bytesPerHour
      }
    }
  }
}"""

_RECENT_OBSERVATIONS = """\
query RecentObservations($filter: ExecutedObsUnitFilter, $first: Int = 50, $after: String, $packages: Int = 10) {
  executedObsUnits(
    filter: $filter
    orderBy: {field: STARTED_AT, direction: DESC}
    first: $first
    after: $after
  ) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      startedAt
      endedAt
      quality
      obsUnit {
        name
        program {
          code
        }
        source {
          name
        }
        instrument {
          name
        }
      }
      packages(first: $packages) {
        nodes {
          id
          name
          state
          fileCount
          digest
          copies {
            status
            verificationLevel
            location {
              name
              type
            }
          }
          stagingRequests(first: 1) {
            nodes {
              status
              requestedBy
              leaseUntil
            }
          }
        }
      }
    }
  }
}"""

_RELEASE_HOLDS = """\
mutation ReleaseHolds($holdIds: [ID!]!, $reason: String!) {
  releaseHolds(holdIds: $holdIds, reason: $reason) {
    id
    active
    releasedAt
  }
}"""

_RELEASE_STAGING = """\
mutation ReleaseStaging($requestId: ID!) {
  releaseStaging(requestId: $requestId) {
    id
    status
    releasedAt
    leaseUntil
  }
}"""

_REQUEST_ARCHIVE = """\
mutation RequestArchive($packageId: ID!, $locationId: ID!) {
  requestArchive(packageId: $packageId, locationId: $locationId) {
    id
    state
    queue
  }
}"""

_REQUEST_PACKAGING = """\
mutation RequestPackaging($executionId: ID!) {
  requestPackaging(executionId: $executionId) {
    id
    name
    status
  }
}"""

_REQUEST_STAGING = """\
mutation RequestStaging($input: RequestStagingInput!) {
  requestStaging(input: $input) {
    id
    status
    leaseS
    leaseUntil
  }
}"""

_REQUEST_VERIFICATION = """\
mutation RequestVerification($copyId: ID!) {
  requestVerification(copyId: $copyId) {
    id
    state
    queue
  }
}"""

_RETRY_OPERATION = """\
mutation RetryOperation($operationId: ID!) {
  retryOperation(operationId: $operationId) {
    id
    state
    attempt
    maxAttempts
    nextRunAt
  }
}"""

_ROUTES = """\
query Routes {
  dataTransferRoutes {
    id
    name
    type
    method
    priority
    active
    bundleBytes
    bundleAgeS
    fromSite {
      name
    }
    toSite {
      name
    }
    viaSite {
      name
    }
  }
}"""

_SET_LOCATION_ACTIVE = """\
mutation SetLocationActive($locationId: ID!, $active: Boolean!) {
  setLocationActive(locationId: $locationId, active: $active) {
    id
    name
    active
  }
}"""

_SET_LOCATION_DELETION = """\
mutation SetLocationDeletion($locationId: ID!, $enabled: Boolean!) {
  setLocationDeletion(locationId: $locationId, enabled: $enabled) {
    id
    name
    deletionEnabled
  }
}"""

_SET_PACKAGE_PRIORITY = """\
mutation SetPackagePriority($packageId: ID!, $priority: Int!) {
  setPackagePriority(packageId: $packageId, priority: $priority) {
    id
    priority
  }
}"""

_SET_ROUTE_ACTIVE = """\
mutation SetRouteActive($routeId: ID!, $active: Boolean!) {
  setRouteActive(routeId: $routeId, active: $active) {
    id
    name
    active
  }
}"""

_SET_SITE_ACTIVE = """\
mutation SetSiteActive($siteId: ID!, $active: Boolean!) {
  setSiteActive(siteId: $siteId, active: $active) {
    id
    name
    active
  }
}"""

_STAGING = """\
query Staging($id: ID!, $first: Int = 200, $after: String) {
  stagingRequest(id: $id) {
    id
    status
    requestedBy
    priority
    leaseS
    leaseUntil
    createdAt
    completedAt
    releasedAt
    location {
      name
      type
    }
    packages(first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        status
        package {
          id
          name
          bytes
        }
      }
    }
  }
}"""

_STAGINGS = """\
query Stagings($status: StagingStatus, $first: Int = 50, $after: String) {
  stagingRequests(status: $status, first: $first, after: $after) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      status
      requestedBy
      priority
      leaseS
      leaseUntil
      createdAt
      completedAt
      location {
        name
      }
    }
  }
}"""

_TOPOLOGY = """\
query Topology {
  sites {
    id
    name
    title
    active
    locations {
      id
      name
      type
      storage
      active
      priority
      failureDomain
      deletionEnabled
      capacityBytes
      settleS
      instrument {
        id
        name
      }
      retentionPolicy {
        version
        minimumAgeS
        graceS
        minVerifiedCopies
        minArchiveCopies
        minVerificationLevel
        maxVerificationAgeS
        highWater
        lowWater
        maxShareHour
        trashS
      }
      ... on DiskLocation {
        root
      }
    }
  }
  dataTransferRoutes {
    id
    name
    type
    method
    priority
    active
    bundleBytes
    bundleAgeS
    streams
    rateBytesS
    sshHost
    fromSite {
      name
    }
    toSite {
      name
    }
    viaSite {
      name
    }
  }
}"""

_TRANSFERS = """\
query Transfers($status: Status, $first: Int = 50, $after: String) {
  dataTransfers(status: $status, first: $first, after: $after) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      status
      unpackStatus
      leg
      rounds
      createdAt
      completedAt
      unpackedAt
      route {
        name
      }
      fromLocation {
        name
      }
      toLocation {
        name
      }
      transferPackage {
        id
        packageCount
        bytes
      }
    }
  }
}"""

_UPDATE_DATA_TRANSFER_ROUTE = """\
mutation UpdateDataTransferRoute($input: UpdateDataTransferRouteInput!) {
  updateDataTransferRoute(input: $input) {
    id
    name
  }
}"""

_UPDATE_LOCATION = """\
mutation UpdateLocation($input: UpdateLocationInput!) {
  updateLocation(input: $input) {
    id
    name
  }
}"""

_WHY_BLOCKED = """\
query WhyBlocked($id: ID!) {
  package: rawDataPackage(id: $id) {
    id
    name
    state
    whyBlocked {
      ...reason
    }
  }
  transfer: dataTransfer(id: $id) {
    id
    status
    whyBlocked {
      ...reason
    }
  }
  operation(id: $id) {
    id
    kind
    state
    whyBlocked {
      ...reason
    }
  }
  copy: physicalCopy(id: $id) {
    id
    path
    status
    whyBlocked {
      ...reason
    }
  }
  staging: stagingRequest(id: $id) {
    id
    status
    whyBlocked {
      ...reason
    }
  }
  execution: executedObsUnit(id: $id) {
    id
    packages(first: 200) {
      nodes {
        id
        name
        state
        whyBlocked {
          ...reason
        }
      }
    }
  }
}

fragment reason on Blocker {
  code
  message
  nextAction
  nextAt
  who
  level
  subjectType
  subjectId
}"""

_WORK = """\
query Work($first: Int = 20) {
  running: operations(state: RUNNING, first: $first) {
    totalCount {
      value
      exact
    }
    nodes {
      ...work
    }
  }
  ready: operations(state: READY, first: $first) {
    totalCount {
      value
      exact
    }
    nodes {
      ...work
    }
  }
  waiting: operations(state: WAITING, first: $first) {
    totalCount {
      value
      exact
    }
    nodes {
      ...work
    }
  }
  failed: operations(state: FAILED, first: $first) {
    totalCount {
      value
      exact
    }
    nodes {
      ...work
    }
  }
}

fragment work on Operation {
  id
  kind
  state
  queue
  attempt
  maxAttempts
  nextRunAt
  reason
  bytesDone
  bytesTotal
  rateBytesS
  endsAt
}"""


class Client(_Centre):
    """One data centre: each method asks one document of gateway/operations.

    url: Where its gateway is, for instance http://127.0.0.1:4000
    token: Sent as `Authorization: Bearer …`; None: nothing is sent.
    timeout_s: How long it may be silent until it is Unreachable.
    """

    def cancel_operation(
        self,
        operation_id: str,
    ) -> CancelOperation:
        """Ends a piece of work; nothing asks for it again by itself.

        operation_id: The id of the operation.
        """
        return self._get(
            _CANCEL_OPERATION,
            "cancelOperation",
            CancelOperation,
            {
                "operationId": operation_id,
            },
        )

    def create_data_transfer_route(
        self,
        input: CreateDataTransferRouteInput,
    ) -> DataTransferRoute:
        """Enters a route between two sites.

        input: The route.
        """
        return self._get(
            _CREATE_DATA_TRANSFER_ROUTE,
            "createDataTransferRoute",
            DataTransferRoute,
            {
                "input": input,
            },
        )

    def create_disk_location(
        self,
        input: CreateDiskLocationInput,
    ) -> CreateDiskLocation:
        """Enters a folder at a site.

        input: The location.
        """
        return self._get(
            _CREATE_DISK_LOCATION,
            "createDiskLocation",
            CreateDiskLocation,
            {
                "input": input,
            },
        )

    def create_site(
        self,
        input: CreateSiteInput,
    ) -> CreateSite:
        """Enters a site.

        input: The site.
        """
        return self._get(
            _CREATE_SITE,
            "createSite",
            CreateSite,
            {
                "input": input,
            },
        )

    def define_retention_policy(
        self,
        input: DefineRetentionPolicyInput,
    ) -> DefineRetentionPolicy:
        """Puts a new version of a location's policy in force.

        input: The policy.
        """
        return self._get(
            _DEFINE_RETENTION_POLICY,
            "defineRetentionPolicy",
            DefineRetentionPolicy,
            {
                "input": input,
            },
        )

    def download_files(
        self,
        input: LocateFilesInput,
    ) -> Optional[List[DownloadFiles]]:
        """Where staged files can be downloaded for a while.

        input: Which files, and for whom.
        """
        return self._get(
            _DOWNLOAD_FILES,
            "locateFiles",
            Optional[List[DownloadFiles]],
            {
                "input": input,
            },
        )

    def events(
        self,
        subject_id: str,
        *,
        first: int = 100,
        after: Optional[str] = None,
    ) -> Optional[Events]:
        """What happened to one thing, oldest first.

        subject_id: Its id, whatever it is.
        first: How many at most: 1 to 200.
        after: The `endCursor` of the page before.
        """
        return self._get(
            _EVENTS,
            "events",
            Optional[Events],
            {
                "subjectId": subject_id,
                "first": first,
                "after": after,
            },
        )

    def iter_events(
        self,
        subject_id: str,
        *,
        first: int = 100,
    ) -> Iterator[EventsNode]:
        """The rows of events, page by page, as they are needed.

        subject_id: Its id, whatever it is.
        first: How many at most: 1 to 200.
        """
        return _nodes(
            lambda after: _along(
                self.events(
                    subject_id,
                    first=first,
                    after=after,
                ),
            )
        )

    def file_observation(
        self,
        input: FileObservationInput,
    ) -> FileObservation:
        """Files an execution with its files; the same key again gives the same
        answer.

        input: The execution and its files.
        """
        return self._get(
            _FILE_OBSERVATION,
            "fileObservation",
            FileObservation,
            {
                "input": input,
            },
        )

    def files_of_observation(
        self,
        id: str,
        *,
        first: int = 200,
        after: Optional[str] = None,
    ) -> Optional[FilesOfObservation]:
        """The files of an execution, where each of them lies and in which
        package.

        id: Its id.
        first: How many at most: 1 to 200.
        after: The `endCursor` of the page before.
        """
        return self._get(
            _FILES_OF_OBSERVATION,
            "executedObsUnit",
            Optional[FilesOfObservation],
            {
                "id": id,
                "first": first,
                "after": after,
            },
        )

    def iter_files_of_observation(
        self,
        id: str,
        *,
        first: int = 200,
    ) -> Iterator[FilesOfObservationFilesNode]:
        """The rows of files_of_observation, page by page, as they are needed.

        id: Its id.
        first: How many at most: 1 to 200.
        """
        return _nodes(
            lambda after: _along(
                self.files_of_observation(
                    id,
                    first=first,
                    after=after,
                ),
                "files",
            )
        )

    def find_files(
        self,
        *,
        filter: Optional[RawDataFileFilter] = None,
        order_by: Optional[RawDataFileOrder] = None,
        first: int = 50,
        after: Optional[str] = None,
    ) -> Optional[FindFiles]:
        """Files by what was observed, by where and when, by name or by path,
        with where their copies are.

        filter: What has to hold; null: all files.
        order_by: By default EXECUTION; with `path` or `pathPrefix` PATH.
        first: How many at most: 1 to 200.
        after: The `endCursor` of the page before.
        """
        return self._get(
            _FIND_FILES,
            "rawDataFiles",
            Optional[FindFiles],
            {
                "filter": filter,
                "orderBy": order_by,
                "first": first,
                "after": after,
            },
        )

    def iter_find_files(
        self,
        *,
        filter: Optional[RawDataFileFilter] = None,
        order_by: Optional[RawDataFileOrder] = None,
        first: int = 50,
    ) -> Iterator[FindFilesNode]:
        """The rows of find_files, page by page, as they are needed.

        filter: What has to hold; null: all files.
        order_by: By default EXECUTION; with `path` or `pathPrefix` PATH.
        first: How many at most: 1 to 200.
        """
        return _nodes(
            lambda after: _along(
                self.find_files(
                    filter=filter,
                    order_by=order_by,
                    first=first,
                    after=after,
                ),
            )
        )

    def find_observations(
        self,
        *,
        filter: Optional[ExecutedObsUnitFilter] = None,
        order_by: Optional[ExecutedObsUnitOrder] = None,
        first: int = 50,
        after: Optional[str] = None,
    ) -> Optional[FindObservations]:
        """Observations by what was observed, where on the sky and when; the
        newest first unless told otherwise.

        filter: What has to hold; null: all.
        order_by: By what and which way; null: by their ids, ascending.
        first: How many at most: 1 to 200.
        after: The `endCursor` of the page before.
        """
        return self._get(
            _FIND_OBSERVATIONS,
            "executedObsUnits",
            Optional[FindObservations],
            {
                "filter": filter,
                "orderBy": order_by,
                "first": first,
                "after": after,
            },
        )

    def iter_find_observations(
        self,
        *,
        filter: Optional[ExecutedObsUnitFilter] = None,
        order_by: Optional[ExecutedObsUnitOrder] = None,
        first: int = 50,
    ) -> Iterator[FindObservationsNode]:
        """The rows of find_observations, page by page, as they are needed.

        filter: What has to hold; null: all.
        order_by: By what and which way; null: by their ids, ascending.
        first: How many at most: 1 to 200.
        """
        return _nodes(
            lambda after: _along(
                self.find_observations(
                    filter=filter,
                    order_by=order_by,
                    first=first,
                    after=after,
                ),
            )
        )

    def hold_packages(
        self,
        input: HoldPackagesInput,
    ) -> List[HoldPackages]:
        """Holds packages: retention deletes nothing of them.

        input: The hold.
        """
        return self._get(
            _HOLD_PACKAGES,
            "holdPackages",
            List[HoldPackages],
            {
                "input": input,
            },
        )

    def holds(
        self,
        *,
        active: bool = True,
        first: int = 50,
        after: Optional[str] = None,
    ) -> Optional[Holds]:
        """The holds on packages.

        active: Only those that hold, or that are over.
        first: How many at most: 1 to 200.
        after: The `endCursor` of the page before.
        """
        return self._get(
            _HOLDS,
            "holds",
            Optional[Holds],
            {
                "active": active,
                "first": first,
                "after": after,
            },
        )

    def iter_holds(
        self,
        *,
        active: bool = True,
        first: int = 50,
    ) -> Iterator[HoldsNode]:
        """The rows of holds, page by page, as they are needed.

        active: Only those that hold, or that are over.
        first: How many at most: 1 to 200.
        """
        return _nodes(
            lambda after: _along(
                self.holds(
                    active=active,
                    first=first,
                    after=after,
                ),
            )
        )

    def instruments(
        self,
        *,
        first: int = 50,
        after: Optional[str] = None,
    ) -> Optional[Instruments]:
        """Who observes with what.

        first: How many at most: 1 to 200.
        after: The `endCursor` of the page before.
        """
        return self._get(
            _INSTRUMENTS,
            "instruments",
            Optional[Instruments],
            {
                "first": first,
                "after": after,
            },
        )

    def iter_instruments(
        self,
        *,
        first: int = 50,
    ) -> Iterator[InstrumentsNode]:
        """The rows of instruments, page by page, as they are needed.

        first: How many at most: 1 to 200.
        """
        return _nodes(
            lambda after: _along(
                self.instruments(
                    first=first,
                    after=after,
                ),
            )
        )

    def locate_files(
        self,
        input: LocateFilesInput,
    ) -> Optional[List[LocateFiles]]:
        """Where every good copy of up to 10,000 files is, the best source
        first.

        input: Which files, and for whom.
        """
        return self._get(
            _LOCATE_FILES,
            "locateFiles",
            Optional[List[LocateFiles]],
            {
                "input": input,
            },
        )

    def location(
        self,
        name: str,
        *,
        first: int = 50,
        after: Optional[str] = None,
    ) -> Optional[Location]:
        """One storage system, and what its last scans found.

        name: Its name.
        first: How many at most: 1 to 200.
        after: The `endCursor` of the page before.
        """
        return self._get(
            _LOCATION,
            "dataLocation",
            Optional[Location],
            {
                "name": name,
                "first": first,
                "after": after,
            },
        )

    def iter_location(
        self,
        name: str,
        *,
        first: int = 50,
    ) -> Iterator[LocationFindingsNode]:
        """The rows of location, page by page, as they are needed.

        name: Its name.
        first: How many at most: 1 to 200.
        """
        return _nodes(
            lambda after: _along(
                self.location(
                    name,
                    first=first,
                    after=after,
                ),
                "findings",
            )
        )

    def locations(self) -> Optional[List[Locations]]:
        """Every storage system of every site, and whether work there is
        parked."""
        return self._get(
            _LOCATIONS,
            "sites",
            Optional[List[Locations]],
            {},
        )

    def observation(
        self,
        id: str,
    ) -> Optional[Observation]:
        """One execution and how far its packages are.

        id: Its id.
        """
        return self._get(
            _OBSERVATION,
            "executedObsUnit",
            Optional[Observation],
            {
                "id": id,
            },
        )

    def operations(
        self,
        *,
        state: Optional[OperationState] = None,
        kind: Optional[OperationKind] = None,
        first: int = 50,
        after: Optional[str] = None,
    ) -> Optional[Operations]:
        """What is being done, waits or FAILED.

        state: Only work that stands so.
        kind: Only work of this kind.
        first: How many at most: 1 to 200.
        after: The `endCursor` of the page before.
        """
        return self._get(
            _OPERATIONS,
            "operations",
            Optional[Operations],
            {
                "state": state,
                "kind": kind,
                "first": first,
                "after": after,
            },
        )

    def iter_operations(
        self,
        *,
        state: Optional[OperationState] = None,
        kind: Optional[OperationKind] = None,
        first: int = 50,
    ) -> Iterator[OperationsNode]:
        """The rows of operations, page by page, as they are needed.

        state: Only work that stands so.
        kind: Only work of this kind.
        first: How many at most: 1 to 200.
        """
        return _nodes(
            lambda after: _along(
                self.operations(
                    state=state,
                    kind=kind,
                    first=first,
                    after=after,
                ),
            )
        )

    def package(
        self,
        id: str,
    ) -> Optional[Package]:
        """Follows one package: where it is, what it waits for, what is being
        done, and what became of it so far.

        id: Its id.
        """
        return self._get(
            _PACKAGE,
            "rawDataPackage",
            Optional[Package],
            {
                "id": id,
            },
        )

    def packages(
        self,
        *,
        filter: Optional[RawDataPackageFilter] = None,
        order_by: Optional[RawDataPackageOrder] = None,
        first: int = 50,
        after: Optional[str] = None,
    ) -> Optional[Packages]:
        """A page of packages with their copies, the locations of these, and
        the requests that stage them.

        filter: What has to hold; null: all.
        order_by: By what and which way; null: by their ids, ascending.
        first: How many at most: 1 to 200.
        after: The `endCursor` of the page before.
        """
        return self._get(
            _PACKAGES,
            "rawDataPackages",
            Optional[Packages],
            {
                "filter": filter,
                "orderBy": order_by,
                "first": first,
                "after": after,
            },
        )

    def iter_packages(
        self,
        *,
        filter: Optional[RawDataPackageFilter] = None,
        order_by: Optional[RawDataPackageOrder] = None,
        first: int = 50,
    ) -> Iterator[PackagesNode]:
        """The rows of packages, page by page, as they are needed.

        filter: What has to hold; null: all.
        order_by: By what and which way; null: by their ids, ascending.
        first: How many at most: 1 to 200.
        """
        return _nodes(
            lambda after: _along(
                self.packages(
                    filter=filter,
                    order_by=order_by,
                    first=first,
                    after=after,
                ),
            )
        )

    def planned_observations(
        self,
        *,
        filter: Optional[ObsUnitFilter] = None,
        first: int = 50,
        after: Optional[str] = None,
    ) -> Optional[PlannedObservations]:
        """What is planned, to be filed for.

        filter: What has to hold; null: all.
        first: How many at most: 1 to 200.
        after: The `endCursor` of the page before.
        """
        return self._get(
            _PLANNED_OBSERVATIONS,
            "obsUnits",
            Optional[PlannedObservations],
            {
                "filter": filter,
                "first": first,
                "after": after,
            },
        )

    def iter_planned_observations(
        self,
        *,
        filter: Optional[ObsUnitFilter] = None,
        first: int = 50,
    ) -> Iterator[PlannedObservationsNode]:
        """The rows of planned_observations, page by page, as they are needed.

        filter: What has to hold; null: all.
        first: How many at most: 1 to 200.
        """
        return _nodes(
            lambda after: _along(
                self.planned_observations(
                    filter=filter,
                    first=first,
                    after=after,
                ),
            )
        )

    def program(
        self,
        code: str,
        *,
        first: int = 50,
        after: Optional[str] = None,
    ) -> Optional[Program]:
        """What was observed for a program.

        code: The code that the observatory gave it.
        first: How many at most: 1 to 200.
        after: The `endCursor` of the page before.
        """
        return self._get(
            _PROGRAM,
            "observingProgram",
            Optional[Program],
            {
                "code": code,
                "first": first,
                "after": after,
            },
        )

    def iter_program(
        self,
        code: str,
        *,
        first: int = 50,
    ) -> Iterator[ProgramExecutionsNode]:
        """The rows of program, page by page, as they are needed.

        code: The code that the observatory gave it.
        first: How many at most: 1 to 200.
        """
        return _nodes(
            lambda after: _along(
                self.program(
                    code,
                    first=first,
                    after=after,
                ),
                "executions",
            )
        )

    def rates(
        self,
        *,
        hours: int = 24,
    ) -> Optional[List[Rates]]:
        """What went through each site in the last hours, stage by stage.

        hours: 1 to 8784.
        """
        return self._get(
            _RATES,
            "sites",
            Optional[List[Rates]],
            {
                "hours": hours,
            },
        )

    def recent_observations(
        self,
        *,
        filter: Optional[ExecutedObsUnitFilter] = None,
        first: int = 50,
        after: Optional[str] = None,
        packages: int = 10,
    ) -> Optional[RecentObservations]:
        """What was observed last, with its packages, where their copies are,
        and who has them staged.

        filter: What has to hold; null: all.
        first: How many at most: 1 to 200.
        after: The `endCursor` of the page before.
        packages: How many at most: 1 to 200.
        """
        return self._get(
            _RECENT_OBSERVATIONS,
            "executedObsUnits",
            Optional[RecentObservations],
            {
                "filter": filter,
                "first": first,
                "after": after,
                "packages": packages,
            },
        )

    def iter_recent_observations(
        self,
        *,
        filter: Optional[ExecutedObsUnitFilter] = None,
        first: int = 50,
        packages: int = 10,
    ) -> Iterator[RecentObservationsNode]:
        """The rows of recent_observations, page by page, as they are needed.

        filter: What has to hold; null: all.
        first: How many at most: 1 to 200.
        packages: How many at most: 1 to 200.
        """
        return _nodes(
            lambda after: _along(
                self.recent_observations(
                    filter=filter,
                    first=first,
                    packages=packages,
                    after=after,
                ),
            )
        )

    def release_holds(
        self,
        hold_ids: Sequence[str],
        reason: str,
    ) -> List[ReleaseHolds]:
        """Ends holds.

        hold_ids: The ids of the holds.
        reason: Why: 1 to 1,000 characters.
        """
        return self._get(
            _RELEASE_HOLDS,
            "releaseHolds",
            List[ReleaseHolds],
            {
                "holdIds": hold_ids,
                "reason": reason,
            },
        )

    def release_staging(
        self,
        request_id: str,
    ) -> ReleaseStaging:
        """Gives back what was staged, before its time is over.

        request_id: The id of the request.
        """
        return self._get(
            _RELEASE_STAGING,
            "releaseStaging",
            ReleaseStaging,
            {
                "requestId": request_id,
            },
        )

    def request_archive(
        self,
        package_id: str,
        location_id: str,
    ) -> OperationIdStateQueue:
        """Asks for a copy of a package in an archive.

        package_id: The id of the package.
        location_id: The id of a LONG_TERM_ARCHIVE.
        """
        return self._get(
            _REQUEST_ARCHIVE,
            "requestArchive",
            OperationIdStateQueue,
            {
                "packageId": package_id,
                "locationId": location_id,
            },
        )

    def request_packaging(
        self,
        execution_id: str,
    ) -> List[RequestPackaging]:
        """Packages what an execution has, without waiting for more files.

        execution_id: The id of the execution.
        """
        return self._get(
            _REQUEST_PACKAGING,
            "requestPackaging",
            List[RequestPackaging],
            {
                "executionId": execution_id,
            },
        )

    def request_staging(
        self,
        input: RequestStagingInput,
    ) -> RequestStaging:
        """Asks for archived packages to be unpacked where they are worked on;
        the same key again gives the same request.

        input: What is wanted, and where.
        """
        return self._get(
            _REQUEST_STAGING,
            "requestStaging",
            RequestStaging,
            {
                "input": input,
            },
        )

    def request_verification(
        self,
        copy_id: str,
    ) -> OperationIdStateQueue:
        """Asks for a copy to be read again in full and compared.

        copy_id: The id of the copy, of a package, in a BUFFER or
            LONG_TERM_ARCHIVE: PRESENT; or MISSING or QUARANTINED, if somebody
            put its bytes back to its path: then it is PRESENT again when they
            are right.
        """
        return self._get(
            _REQUEST_VERIFICATION,
            "requestVerification",
            OperationIdStateQueue,
            {
                "copyId": copy_id,
            },
        )

    def retry_operation(
        self,
        operation_id: str,
    ) -> RetryOperation:
        """Gives work that FAILED, or waits for its next attempt, all its
        attempts again, now.

        operation_id: The id of the operation.
        """
        return self._get(
            _RETRY_OPERATION,
            "retryOperation",
            RetryOperation,
            {
                "operationId": operation_id,
            },
        )

    def routes(self) -> Optional[List[Routes]]:
        """How bytes go between sites."""
        return self._get(
            _ROUTES,
            "dataTransferRoutes",
            Optional[List[Routes]],
            {},
        )

    def set_location_active(
        self,
        location_id: str,
        active: bool,
    ) -> SetLocationActive:
        """Takes a location out of use, or into use again.

        location_id: The id of the location.
        active: true: on; false: off.
        """
        return self._get(
            _SET_LOCATION_ACTIVE,
            "setLocationActive",
            SetLocationActive,
            {
                "locationId": location_id,
                "active": active,
            },
        )

    def set_location_deletion(
        self,
        location_id: str,
        enabled: bool,
    ) -> SetLocationDeletion:
        """Lets retention delete at a location, or stops it.

        location_id: The id of the location.
        enabled: true: allowed; false: forbidden.
        """
        return self._get(
            _SET_LOCATION_DELETION,
            "setLocationDeletion",
            SetLocationDeletion,
            {
                "locationId": location_id,
                "enabled": enabled,
            },
        )

    def set_package_priority(
        self,
        package_id: str,
        priority: int,
    ) -> SetPackagePriority:
        """Lets a package go before others: a lower number runs first.

        package_id: The id of the package.
        priority: Its new priority: 0 to 1,000,000, lower runs first.
        """
        return self._get(
            _SET_PACKAGE_PRIORITY,
            "setPackagePriority",
            SetPackagePriority,
            {
                "packageId": package_id,
                "priority": priority,
            },
        )

    def set_route_active(
        self,
        route_id: str,
        active: bool,
    ) -> SetRouteActive:
        """Takes a route out of use, or into use again.

        route_id: The id of the route.
        active: true: on; false: off.
        """
        return self._get(
            _SET_ROUTE_ACTIVE,
            "setRouteActive",
            SetRouteActive,
            {
                "routeId": route_id,
                "active": active,
            },
        )

    def set_site_active(
        self,
        site_id: str,
        active: bool,
    ) -> SetSiteActive:
        """Takes a site out of use, or into use again.

        site_id: The id of the site.
        active: true: on; false: off.
        """
        return self._get(
            _SET_SITE_ACTIVE,
            "setSiteActive",
            SetSiteActive,
            {
                "siteId": site_id,
                "active": active,
            },
        )

    def staging(
        self,
        id: str,
        *,
        first: int = 200,
        after: Optional[str] = None,
    ) -> Optional[Staging]:
        """How far a request for staging is.

        id: Its id.
        first: How many at most: 1 to 200.
        after: The `endCursor` of the page before.
        """
        return self._get(
            _STAGING,
            "stagingRequest",
            Optional[Staging],
            {
                "id": id,
                "first": first,
                "after": after,
            },
        )

    def iter_staging(
        self,
        id: str,
        *,
        first: int = 200,
    ) -> Iterator[StagingPackagesNode]:
        """The rows of staging, page by page, as they are needed.

        id: Its id.
        first: How many at most: 1 to 200.
        """
        return _nodes(
            lambda after: _along(
                self.staging(
                    id,
                    first=first,
                    after=after,
                ),
                "packages",
            )
        )

    def stagings(
        self,
        *,
        status: Optional[StagingStatus] = None,
        first: int = 50,
        after: Optional[str] = None,
    ) -> Optional[Stagings]:
        """The requests for staging.

        status: Only those that are so far.
        first: How many at most: 1 to 200.
        after: The `endCursor` of the page before.
        """
        return self._get(
            _STAGINGS,
            "stagingRequests",
            Optional[Stagings],
            {
                "status": status,
                "first": first,
                "after": after,
            },
        )

    def iter_stagings(
        self,
        *,
        status: Optional[StagingStatus] = None,
        first: int = 50,
    ) -> Iterator[StagingsNode]:
        """The rows of stagings, page by page, as they are needed.

        status: Only those that are so far.
        first: How many at most: 1 to 200.
        """
        return _nodes(
            lambda after: _along(
                self.stagings(
                    status=status,
                    first=first,
                    after=after,
                ),
            )
        )

    def topology(self) -> Topology:
        """Sites, locations, routes and retention, as operators make them."""
        return self._get(
            _TOPOLOGY,
            None,
            Topology,
            {},
        )

    def transfers(
        self,
        *,
        status: Optional[Status] = None,
        first: int = 50,
        after: Optional[str] = None,
    ) -> Optional[Transfers]:
        """What is, or was, on its way between sites.

        status: Only those whose sending stands so.
        first: How many at most: 1 to 200.
        after: The `endCursor` of the page before.
        """
        return self._get(
            _TRANSFERS,
            "dataTransfers",
            Optional[Transfers],
            {
                "status": status,
                "first": first,
                "after": after,
            },
        )

    def iter_transfers(
        self,
        *,
        status: Optional[Status] = None,
        first: int = 50,
    ) -> Iterator[TransfersNode]:
        """The rows of transfers, page by page, as they are needed.

        status: Only those whose sending stands so.
        first: How many at most: 1 to 200.
        """
        return _nodes(
            lambda after: _along(
                self.transfers(
                    status=status,
                    first=first,
                    after=after,
                ),
            )
        )

    def update_data_transfer_route(
        self,
        input: UpdateDataTransferRouteInput,
    ) -> DataTransferRoute:
        """Changes how a route is used.

        input: The route, and what is to change of it.
        """
        return self._get(
            _UPDATE_DATA_TRANSFER_ROUTE,
            "updateDataTransferRoute",
            DataTransferRoute,
            {
                "input": input,
            },
        )

    def update_location(
        self,
        input: UpdateLocationInput,
    ) -> UpdateLocation:
        """Changes how a location is used.

        input: The location, and what is to change of it.
        """
        return self._get(
            _UPDATE_LOCATION,
            "updateLocation",
            UpdateLocation,
            {
                "input": input,
            },
        )

    def why_blocked(
        self,
        id: str,
    ) -> WhyBlocked:
        """Why the thing of an id waits: a package, a transfer, a piece of
        work, a copy, a staging request, or an execution by its packages.

        id: Its id.
        """
        return self._get(
            _WHY_BLOCKED,
            None,
            WhyBlocked,
            {
                "id": id,
            },
        )

    def work(
        self,
        *,
        first: int = 20,
    ) -> Work:
        """How much work there is in each state, and the first of it.

        first: How many at most: 1 to 200.
        """
        return self._get(
            _WORK,
            None,
            Work,
            {
                "first": first,
            },
        )


__all__ = [
    "AlmagestError",
    "BadInput",
    "BadPath",
    "BlockerActor",
    "BlockerCode",
    "BreakerState",
    "CancelOperation",
    "Client",
    "Cone",
    "Conflict",
    "CreateDataTransferRouteInput",
    "CreateDiskLocation",
    "CreateDiskLocationInput",
    "CreateSite",
    "CreateSiteInput",
    "DataLocationName",
    "DataLocationNameType",
    "DataTransferRoute",
    "DefineRetentionPolicy",
    "DefineRetentionPolicyInput",
    "Direction",
    "DownloadFiles",
    "DownloadFilesSource",
    "Events",
    "EventsNode",
    "ExecutedObsUnitFilter",
    "ExecutedObsUnitOrder",
    "ExecutedObsUnitOrderField",
    "Failed",
    "FileInput",
    "FileObservation",
    "FileObservationExecution",
    "FileObservationInput",
    "FileRangeInput",
    "FilesOfObservation",
    "FilesOfObservationFiles",
    "FilesOfObservationFilesNode",
    "FindFiles",
    "FindFilesNode",
    "FindObservations",
    "FindObservationsNode",
    "FindObservationsNodeObsUnit",
    "FindObservationsNodePackages",
    "FindObservationsNodePackagesNode",
    "FindingKind",
    "FlowRate",
    "HoldPackages",
    "HoldPackagesInput",
    "Holds",
    "HoldsNode",
    "InstrumentName",
    "InstrumentNameTitle",
    "Instruments",
    "InstrumentsNode",
    "InstrumentsNodeModules",
    "InstrumentsNodeModulesNode",
    "InstrumentsNodeTelescope",
    "InstrumentsNodeTelescopeObservatory",
    "InvalidTransition",
    "LocateFiles",
    "LocateFilesInput",
    "LocateFilesSource",
    "Location",
    "LocationBreaker",
    "LocationFindings",
    "LocationFindingsNode",
    "LocationRetentionPolicy",
    "LocationType",
    "Locations",
    "LocationsLocation",
    "LocationsLocationBreaker",
    "NULL",
    "NotARegularFile",
    "NotFound",
    "NotSafe",
    "ObsUnitFilter",
    "Observation",
    "ObservationObsUnit",
    "ObservationPackages",
    "ObservationPackagesNode",
    "ObservationStagings",
    "ObservationStagingsNode",
    "ObservingProgramCode",
    "ObservingProgramCodeTitle",
    "OperationConnection",
    "OperationIdStateQueue",
    "OperationKind",
    "OperationState",
    "Operations",
    "OperationsNode",
    "Package",
    "PackageCopy",
    "PackageCopyDeletionProof",
    "PackageCopyLocation",
    "PackageHistory",
    "PackageHistoryNode",
    "PackageOperation",
    "PackageStagingRequests",
    "PackageStagingRequestsNode",
    "PackageState",
    "PackageWhyBlocked",
    "Packages",
    "PackagesNode",
    "PackagesNodeCopy",
    "PackagesNodeStagingRequests",
    "PackagesNodeStagingRequestsNode",
    "PageInfo",
    "PhysicalCopyStatus",
    "PlannedObservations",
    "PlannedObservationsNode",
    "Program",
    "ProgramExecutions",
    "ProgramExecutionsNode",
    "ProgramExecutionsNodeObsUnit",
    "ProgramExecutionsNodePackages",
    "Quality",
    "Rates",
    "RatesFlow",
    "RawDataFileCopy",
    "RawDataFileFilter",
    "RawDataFileOrder",
    "RawDataFileOrderField",
    "RawDataPackageFilter",
    "RawDataPackageIdName",
    "RawDataPackageIdNameState",
    "RawDataPackageOrder",
    "RawDataPackageOrderField",
    "RecentObservations",
    "RecentObservationsNode",
    "RecentObservationsNodeObsUnit",
    "RecentObservationsNodePackages",
    "RecentObservationsNodePackagesNode",
    "RecentObservationsNodePackagesNodeCopy",
    "RecentObservationsNodePackagesNodeStagingRequests",
    "RecentObservationsNodePackagesNodeStagingRequestsNode",
    "Refused",
    "ReleaseHolds",
    "ReleaseStaging",
    "RequestPackaging",
    "RequestStaging",
    "RequestStagingInput",
    "RetryOperation",
    "RouteType",
    "Routes",
    "SetLocationActive",
    "SetLocationDeletion",
    "SetPackagePriority",
    "SetRouteActive",
    "SetSiteActive",
    "Site",
    "SourceName",
    "SourceNameRaDegDecDeg",
    "Staging",
    "StagingPackages",
    "StagingPackagesNode",
    "StagingPackagesNodePackage",
    "StagingStatus",
    "Stagings",
    "StagingsNode",
    "Status",
    "StorageType",
    "Topology",
    "TopologyDataTransferRoute",
    "TopologySite",
    "TopologySiteLocation",
    "TopologySiteLocationInstrument",
    "TopologySiteLocationRetentionPolicy",
    "TotalCount",
    "TransferMethod",
    "Transfers",
    "TransfersNode",
    "TransfersNodeRoute",
    "TransfersNodeTransferPackage",
    "Unreachable",
    "UpdateDataTransferRouteInput",
    "UpdateLocation",
    "UpdateLocationInput",
    "WhyBlocked",
    "WhyBlockedCopy",
    "WhyBlockedCopyWhyBlocked",
    "WhyBlockedExecution",
    "WhyBlockedExecutionPackages",
    "WhyBlockedOperation",
    "WhyBlockedPackage",
    "WhyBlockedStaging",
    "WhyBlockedTransfer",
    "Work",
    "WorkReadyNode",
    "digest_of",
    "matches",
    "new_key",
    "wait",
]
