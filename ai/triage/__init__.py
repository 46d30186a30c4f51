"""Triage: what a ticket is about, who should take it, how urgent it is. Plain arithmetic, without the ORM or a clock."""
