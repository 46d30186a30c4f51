"""Language models: who can be asked, asking them without harm, and what it cost. All of it may be absent."""
