"""What is needed later, made by another process while this one does what cannot be shared."""

from __future__ import annotations

import gc
import os
import pickle
import signal
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from .hands import others

Value = TypeVar("Value")


class Ahead(Generic[Value]):
    """``make(*one)`` for one after the other of ``of``, as far as another process comes until it is asked.
    It must be a function of nothing else, and what it gives must pickle. ``with`` ends the process."""

    def __init__(self, make: Callable[..., Value], of: Sequence[tuple[Any, ...]]) -> None:
        self.child = 0
        if others(len(of)):
            gc.freeze()
            # In memory and not through a pipe: nobody reads it until all is read.
            self.store = os.memfd_create("ahead")
            self.child = os.fork()
            if self.child == 0:
                _make(self.store, make, of)

    def made(self) -> list[Value]:
        """What there is by now: of the first of ``of``, if of any. Nothing more is made."""
        found: list[Value] = []
        if not self.child:
            return found
        self._stop()
        with open(self.store, "rb") as file:
            file.seek(0)
            try:
                while True:
                    found.append(pickle.load(file))
            except (EOFError, pickle.UnpicklingError):
                # The process ended in the middle of the last one.
                return found

    def __enter__(self) -> Ahead[Value]:
        return self

    def __exit__(self, *_: object) -> None:
        if self.child:
            self._stop()
            os.close(self.store)

    def _stop(self) -> None:
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)
        self.child = 0
        gc.unfreeze()


def _make(store: int, make: Callable[..., Value], of: Sequence[tuple[Any, ...]]) -> None:
    """In the other process: it ends here."""
    try:
        with open(store, "wb") as file:
            for one in of:
                pickle.dump(make(*one), file, pickle.HIGHEST_PROTOCOL)
    finally:
        # Nothing of the parent's is tidied up here: no buffers, no temporary folders.
        os._exit(0)
