"""The requester's portal: what is wrong, my tickets, answers."""
