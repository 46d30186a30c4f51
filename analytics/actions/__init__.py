"""Every write of this room; doors call these and nothing else."""
