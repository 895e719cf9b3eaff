"""The shapes that everyone agrees on: periods, record columns, layouts of what senders deliver."""
