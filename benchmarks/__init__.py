"""Measurements: the product's own job at size, and the same job beside its peers."""
