"""How good the advice is: pure figures, and the rows they are reckoned from."""
