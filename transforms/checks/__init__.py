"""Checks of records against registry and rule book: what counts goes on typed, what does not becomes a rejection.

The same functions run at intake, so that the sender learns at once, and at every scoring, so that a record counts as
soon as the registry or the rule book knows what it speaks of.
"""
