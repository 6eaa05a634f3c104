"""Verdicts: what people said of the rows, below the stages. `normalise` obeys it, the review page writes it.

events     what was done, one event a line of `data/reviews.jsonl`
holding    what all events amount to (`fold`)
values     the settled values as text, and the columns that they stand for
overrides  which body or firm a spelling stands for (`data/registry_overrides.toml`)
"""

from pipeline.verdicts.events import FIELDS, Event, ReviewError, Value, read_events
from pipeline.verdicts.holding import Reviews, Verdict, fold, found_again, in_text
from pipeline.verdicts.overrides import Body, Choice, Overrides, OverridesError, read_overrides, write_overrides
from pipeline.verdicts.values import columns_of, values_of

__all__ = [
    "FIELDS", "Body", "Choice", "Event", "Overrides", "OverridesError", "ReviewError", "Reviews", "Value", "Verdict", "columns_of", "fold", "found_again", "in_text", "read_events",
    "read_overrides", "values_of", "write_overrides",
]  # fmt: skip
