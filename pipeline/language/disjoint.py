"""Disjoint sets (union-find): what belongs together by pairs, whatever the order in which the pairs come."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Disjoint(Generic[T]):
    """Sets over any items; an item that was never put under another is a set by itself."""

    def __init__(self) -> None:
        self._home: dict[T, T] = {}

    def find(self, item: T) -> T:
        """Return the item that stands for the set of `item`."""
        home = self._home
        while (above := home.get(item, item)) != item:
            home[item] = home.get(above, above)
            item = home[item]
        return item

    def put(self, item: T, under: T) -> None:
        """Join the sets of two items; the one of `under` goes on standing for them."""
        top, below = self.find(under), self.find(item)
        if top != below:
            self._home[below] = top
