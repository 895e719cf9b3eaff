"""What people look at, made from published tables: explanations, summaries, receipts."""
