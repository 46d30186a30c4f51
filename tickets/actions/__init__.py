"""Every write. A verb is one transaction that checks, locks, writes and appends one event; doors call these and nothing else."""
