"""What people write of almagest.py; the rest is generated from the graph."""
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
