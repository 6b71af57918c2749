"""How a known fault of a peer is mended for a moment.

That a fault is there does not say that it is why we differ. So where we differ and a fault is
suspected, the peer is asked once more without it: only if it then says what we say, it was that.
"""

import contextlib
from collections.abc import Callable, Iterator
from unittest import mock

Mend = Callable[[], contextlib.AbstractContextManager]


def replaced(owner: object, name: str, value: object) -> Mend:
    """Something else stands there."""
    return lambda: mock.patch.object(owner, name, value)


def wrapped(owner: object, name: str, wrapper: Callable) -> Mend:
    """`wrapper(original, ...)` is called; so several mends of one function can go together."""

    def mend() -> contextlib.AbstractContextManager:
        original = getattr(owner, name)
        return mock.patch.object(owner, name, lambda *args, **named: wrapper(original, *args, **named))

    return mend


def all_of(*mends: Mend) -> Mend:
    """Several changes that are one mend."""
    return lambda: mended(mends)


@contextlib.contextmanager
def mended(mends: tuple[Mend, ...]) -> Iterator[None]:
    """Inside, all of them are in force."""
    with contextlib.ExitStack() as stack:
        for mend in mends:
            stack.enter_context(mend())
        yield
