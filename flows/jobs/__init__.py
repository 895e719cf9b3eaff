"""The jobs, composed once from stages; they run under Prefect and at a terminal alike and know neither."""
