"""What runs, in which order: `flows.jobs` composes it in plain Python, the flows beside it give it to Prefect."""
