"""What the files of a rule book contain: the shape of every entry, by file and section."""
