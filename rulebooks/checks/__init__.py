"""What must hold inside one version of a rule book, beyond the shape of its entries, by subject."""
