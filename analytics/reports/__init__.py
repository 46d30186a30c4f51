"""An analysis as a file: `formats` lists them, `writers` holds one a file. Free of database and settings, for the command line."""
