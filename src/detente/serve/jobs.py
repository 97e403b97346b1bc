"""Work that takes seconds, done one piece after the other beside the pages that wait for it."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import queue
import threading
from collections.abc import Callable, Hashable
from typing import Any

#: Results that are kept, and pieces of work that may wait.
KEPT, WAITING = 256, 128
#: Seconds that the end of the program waits for what is being done.
PATIENCE = 2.0


class Busy(Exception):
    """Too much work is waiting already."""


@dataclasses.dataclass
class Job:
    """A piece of work: ``done`` once there is a result, or the error that ended it."""

    work: Callable[[], Any] | None
    over: threading.Event = dataclasses.field(default_factory=threading.Event)
    result: Any = None
    error: Exception | None = None

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return self.over.is_set()

    def value(self) -> Any:
        """The result; the error of the work is raised."""
        if self.error is not None:
            raise self.error
        return self.result


class Jobs:
    """A single worker and what it has done, by key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: collections.OrderedDict[Hashable, Job] = collections.OrderedDict()
        self._queue: queue.Queue[Job | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(target=self._run, name="detente-work", daemon=True)
        self._thread.start()

    def ask(self, key: Hashable, work: Callable[[], Any]) -> Job:
        """The job of a key: the one that is held, or a new one that waits its turn.

        Raises
        ------
        Busy
            More than ``WAITING`` jobs wait.
        """
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
            job = Job(work)
            try:
                self._queue.put_nowait(job)
            except queue.Full:
                raise Busy from None
            self._held[key] = job
            for old in list(self._held):
                if len(self._held) <= KEPT:
                    break
                if self._held[old].done:
                    del self._held[old]
            return job

    def close(self) -> bool:
        """End the worker after what it is doing, and drop what waits; whether it has ended."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._queue.get_nowait()
        self._queue.put(None)
        self._thread.join(PATIENCE)
        self._held.clear()
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            assert job.work is not None
            try:
                job.result = job.work()
            except Exception as error:
                job.error = error
            job.work = None  # and with it the table that it looked into
            job.over.set()
