"""The only rooms that know where data rests: lake, tables, batches, editions, gate, published views."""
