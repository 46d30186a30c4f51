"""What can go wrong in this room; the arithmetic raises these without loading a model of the database."""


class NothingToLearn(Exception):
    """There is too little past to learn from; the text says what is missing."""
