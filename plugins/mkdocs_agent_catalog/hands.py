"""More hands: processes that read, make pages and write files of a large catalog beside this one.

What is read is a function of a file, pages and files are functions of a catalog that is complete, so whoever
makes them makes the same. Processes are forked, which gives them the catalog for nothing, and take what
nobody has begun: files from the last, pages in the order in which they are wanted. Pages come back through a
pipe that holds a few of them. Where there is no second processor, no safe fork or little to do, everything is
made here, and what another process could not make, or took with it when it was killed, too: then its error
comes up in the ordinary way.
"""

from __future__ import annotations

import atexit
import gc
import mmap
import os
import pickle
import selectors
import signal
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeVar

# So many things to make and to write are worth another process.
WORTH = 1000
# Writing files does not get quicker with more.
MOST = 4
ROOM = 1 << 20
# What others have done is looked at after so many claims: it is little, and waits in the pipe.
OFTEN = 256
# Of small things so many are made and sent at a time.
PART = 50
_SIZE = struct.Struct("<I")
Made = Callable[[], Any]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to make, by whoever comes to it first."""

    hands: Hands
    n: int

    def claim(self) -> bool:
        """Whether it is left to the caller. If not, ``Hands.settle`` waits for it."""
        return self.hands.claim(self.n)

    def take(self) -> Any:
        """What it gives, made here or elsewhere. Raises what making it raises."""
        return self.hands.take(self.n)


class Hands:
    """What there is to do, and who does it with us. ``settle`` before the files are needed, ``close`` at the
    end whatever happens."""

    def __init__(self, files: Sequence[Made], pages: Sequence[Made], others: int) -> None:
        self.made = [*files, *pages]
        self.files = len(files)
        self.claimed = mmap.mmap(-1, len(self.made) + 1)
        self.next = self.files
        self.owed: list[int] = []
        self.ready: dict[int, tuple[bool, Any]] = {}
        self.pipes = selectors.DefaultSelector()
        self.halves: dict[int, bytearray] = {}
        self.children: list[int] = []
        # What is there stays: whoever looks for garbage in it copies it for each process, in vain.
        gc.freeze()
        for k in range(others):
            self._fork(k, others)

    def job(self, n: int) -> Job:
        """The ``n``-th thing to do, files first."""
        return Job(self, n)

    def claim(self, n: int) -> bool:
        """Whether ``n`` is the caller's to do."""
        if n % OFTEN == 0:
            self._receive(0)
        if self.claimed[n]:
            self.owed.append(n)
            return False
        self.claimed[n] = 1
        return True

    def take(self, n: int) -> Any:
        """What ``n`` gives. Raises what making it raises."""
        while n not in self.ready:
            if not self.claimed[n]:
                self.claimed[n] = 1
                return self.made[n]()
            # It is being made elsewhere: something else is done until then.
            if not self._receive(0) and not self._spare() and not self._receive(None):
                return self.made[n]()
        done, value = self.ready.pop(n)
        return value if done else self.made[n]()

    def settle(self) -> None:
        """Waits until everything that others claimed is done."""
        while self.owed:
            self.take(self.owed.pop())

    def close(self) -> None:
        """Ends the other processes."""
        for pipe in list(self.halves):
            self._forget(pipe)
        for child in self.children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        self.children = []

    def _spare(self) -> bool:
        """Makes the next page that nobody has begun, if there is one."""
        while self.next < len(self.made) and self.claimed[self.next]:
            self.next += 1
        if self.next == len(self.made):
            return False
        self.claimed[self.next] = 1
        self.ready[self.next] = _tried(self.made[self.next])
        return True

    def _receive(self, seconds: float | None) -> bool:
        """Takes what has come; waits ``seconds`` for it, or as long as another process lives."""
        if not self.halves:
            return False
        found = self.pipes.select(seconds)
        for key, _ in found:
            text = os.read(key.fd, ROOM)
            if not text:
                self._forget(key.fd)
                continue
            half = self.halves[key.fd]
            half += text
            for n, *one in _whole(half):
                self.ready[n] = (one[0], one[1])
        return bool(found)

    def _forget(self, pipe: int) -> None:
        self.pipes.unregister(pipe)
        del self.halves[pipe]
        os.close(pipe)

    def _fork(self, k: int, others: int) -> None:
        reads, writes = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                for pipe in [reads, *self.halves]:
                    os.close(pipe)
                self._work(writes, k, others)
            finally:
                # Nothing of the parent's is tidied up here: no buffers, no temporary folders.
                os._exit(0)
        os.close(writes)
        self.children.append(child)
        self.halves[reads] = bytearray()
        self.pipes.register(reads, selectors.EVENT_READ)

    def _work(self, pipe: int, k: int, others: int) -> None:
        import fcntl  # Windows has none, and comes never here.

        # It does not live long enough to have garbage.
        gc.disable()
        # Who may have no more room for pipes has to wait more often.
        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, ROOM)
        for n in [*range(self.files - 1 - k, -1, -others), *range(self.files + k, len(self.made), others)]:
            if not self.claimed[n]:
                self.claimed[n] = 1
                text = pickle.dumps((n, *_tried(self.made[n])), pickle.HIGHEST_PROTOCOL)
                _send(pipe, _SIZE.pack(len(text)) + text)


def hands(files: Sequence[Made], pages: Sequence[Made]) -> Hands | None:
    """Others at work on ``files``, which are to be written, and ``pages``, whose values must pickle; ``None``
    where it is not worth it or not safe."""
    number = others(len(files) + len(pages))
    return Hands(files, pages, number) if number else None


def each(make: Callable[..., Value], of: Sequence[tuple[Any, ...]]) -> list[Value]:
    """What ``make(*one)`` gives for each of ``of``, by several processes where it is worth it. It must be a
    function of nothing else, and what it gives must pickle. Raises what it raises."""
    number = others(len(of))
    if not number:
        return [make(*one) for one in of]
    parts = [partial(_all, make, of[at : at + PART]) for at in range(0, len(of), PART)]
    team = Hands([], parts, number)
    try:
        return [value for n in range(len(parts)) for value in team.take(n)]
    finally:
        team.close()
        gc.unfreeze()


def _all(make: Callable[..., Value], of: Sequence[tuple[Any, ...]]) -> list[Value]:
    return [make(*one) for one in of]


def others(number: int) -> int:
    """How many other processes are worth it and safe for so many things to do: other threads do not survive a
    fork, and may hold locks."""
    alone = number < WORTH or sys.platform != "linux" or threading.active_count() > 1
    return 0 if alone else min(_processors(), MOST) - 1


@contextmanager
def undisturbed(lasting: bool) -> Iterator[None]:
    """While a catalog is read, almost nothing of it is garbage: who looks for it again and again among all
    that is there takes an eighth of the time. What is ``lasting`` is not looked at after it, until somebody
    says ``gc.unfreeze()``."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if lasting:
            gc.freeze()
        if collected:
            gc.enable()


@cache
def leave_at_once() -> None:
    """A process that ends looks for garbage once more, which takes seconds of a large one: ours does not."""
    atexit.register(gc.freeze)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def _tried(made: Made) -> tuple[bool, Any]:
    try:
        return True, made()
    except Exception:
        # Whoever needs it makes it again, and raises it.
        return False, None


def _send(pipe: int, text: bytes) -> None:
    left = memoryview(text)
    while left:
        left = left[os.write(pipe, left) :]


def _whole(half: bytearray) -> Iterator[tuple[int, bool, Any]]:
    """The messages that have come whole; they are taken off."""
    at = 0
    while len(half) >= at + _SIZE.size:
        start = at + _SIZE.size
        (size,) = _SIZE.unpack_from(half, at)
        if len(half) < start + size:
            break
        yield pickle.loads(memoryview(half)[start : start + size])
        at = start + size
    del half[:at]
