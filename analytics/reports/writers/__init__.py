"""One file a format: `write(analysis, options) -> bytes`. What takes long to load is loaded when it is first used."""
