"""One month's scoring, computed by our transforms and by other engines from the same files, to the same numbers.

The job: of every organisation's declared values the last one decides, and counts if it is approved; it earns points by
its item's rule; points less capped deductions are added up by dimension, never below 0, and ranked inside the domain;
the warning conditions and their runs give coloured warnings. All are whole numbers, so that sums, ties and ranks cannot
differ. Ours also makes the ledger line by line, with sources, reasons and responsible bodies, because that is its job.

Every engine is a module that is run with two folders, what to read and where to write. dbt would run the same SQL as
DuckDB with its own start on top, so it is not among them.
"""
