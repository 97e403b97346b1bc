"""Work in threads of our own, with the linear algebra library kept to one each.

The products here are small: a library that splits each over the processors spends most of its
time waiting for its own threads (about five times the processor time on a busy machine of two).
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any, TypeVar

T = TypeVar("T")


@functools.cache
def _controller() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def single() -> AbstractContextManager[Any]:
    """Within it the linear algebra library does not split its work."""
    found: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return found


def each(work: Callable[[T], None], items: Iterable[T]) -> None:
    """Do the work for each item, as many at once as there are processors."""
    jobs = list(items)
    count = min(len(jobs), len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity")
                else os.cpu_count() or 1)  # fmt: skip
    with single():
        if count < 2:
            for job in jobs:
                work(job)
            return
        with ThreadPoolExecutor(count) as pool:
            for _ in pool.map(work, jobs):
                pass
