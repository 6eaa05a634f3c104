"""What all sentences together say of a name: the positions that it holds in them, its trade, and firms that the model took for places."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from pipeline.extract.names import Name
from pipeline.extract.positions import positions
from pipeline.extract.reading import Reading
from pipeline.extract.trades import trades_of
from pipeline.knowledge import country_names
from pipeline.language.countries import us_states

_OF_A_PLACE = frozenset({"at", "possessor", "target"})


def placed(reading: Reading) -> Reading:
    """Return the reading with the positions that each name holds in any sentence; what pays is a firm and no place ("Southwest agreed to pay $7.5 million"),
    unless it is a country or a state."""
    held: dict[int, set[str]] = defaultdict(set)
    for sentence in reading.sentences:
        for index, found in positions(sentence).items():
            held[index] |= found
    firms = {
        n.index: replace(n, label="ORG")
        for n in reading.names
        if n.label == "LOC"
        and "payer" in held[n.index]
        and not held[n.index] & _OF_A_PLACE
        and n.name not in country_names()
        and n.name not in us_states()
        and not n.name.isupper()
    }

    def name(n: Name) -> Name:
        return firms.get(n.index, n)

    return replace(
        reading,
        names=tuple(name(n) for n in reading.names),
        sentences=tuple(
            replace(s, names=tuple((m, name(n)) for m, n in s.names)) if firms else s for s in reading.sentences
        ),
        held={index: frozenset(found) for index, found in held.items()},
        trades={
            n.index: trades_of(n, reading.document.text)
            for n in reading.names
            if n.label in {"ORG", "PERSON"} or n.index in firms
        },
    )
