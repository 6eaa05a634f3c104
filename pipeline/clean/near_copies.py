"""Near-copies over the whole dump: texts that share most of their word sequences, by MinHash (Broder 1997)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from rensa import RMinHash

from pipeline.language.disjoint import Disjoint

PERMUTATIONS = 64
SEED = 20_241
WORDS = 4
"""Words of a shingle."""
BANDS = 16
"""The digest is cut into so many bands; texts with one band in common are compared."""
ALIKE = 0.6
"""Share of equal places of two digests (an estimate of the Jaccard index of their shingles) from which on two texts are near-copies."""
_WORD = re.compile(r"\w+")


def digest_of(text: str) -> tuple[int, ...]:
    """Return the MinHash digest of a text's word sequences, 64 signed numbers of 32 bits; equal on every machine."""
    words = [w.casefold() for w in _WORD.findall(text)]
    shingles = sorted({" ".join(words[i : i + WORDS]) for i in range(max(len(words) - WORDS + 1, 1))})
    made = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    made.update(shingles)
    return tuple(int(v) - 2**31 for v in made.digest())


def text_clusters(digests: Iterable[tuple[str, tuple[int, ...]]]) -> Mapping[str, str]:
    """Return the cluster of each article id, named by its smallest article id; of (article id, digest) in any order."""
    listed = sorted(digests)
    groups: Disjoint[str] = Disjoint()
    known = dict(listed)

    rows = PERMUTATIONS // BANDS
    for band in range(BANDS):
        buckets: dict[tuple[int, ...], list[str]] = defaultdict(list)
        for article_id, digest in listed:
            buckets[digest[band * rows : (band + 1) * rows]].append(article_id)
        for bucket in buckets.values():
            first = bucket[0]
            for other in bucket[1:]:
                x, y = sorted((groups.find(first), groups.find(other)))
                if x != y and _alike(known[first], known[other]) >= ALIKE:
                    groups.put(y, under=x)
    return {article_id: groups.find(article_id) for article_id, _ in listed}


def _alike(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    return sum(x == y for x, y in zip(a, b, strict=True)) / len(a)
