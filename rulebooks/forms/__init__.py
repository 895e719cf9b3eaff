"""How what is more than a value is written in YAML, and the models that it stands for."""
