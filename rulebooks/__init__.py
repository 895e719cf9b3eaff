"""Assessment systems as dated YAML, one folder each, and their one loader and linter."""
