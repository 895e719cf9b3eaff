"""Pure functions: frames and a rule book in, a frame out. No files, clocks, settings or SQL."""
