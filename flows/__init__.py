"""Flows: what runs, in which order. `flows.jobs` composes it in plain Python, the modules beside it give it to Prefect."""
