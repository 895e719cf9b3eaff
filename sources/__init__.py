"""From outside to record frames: files of the inbox and the platform's table, read as they were received."""
