"""Live updates over `/ws`: from an event to the open pages.

An action appends an event → `pushing` (publisher's thread) makes one item of it and sends it through the channel layer → the `hub` of
every web process hands it to the sockets that joined one of its groups → a `consumer` passes it on if its user may have it.
The log is the truth and a push only news of it: who notices a gap in a ticket's versions subscribes again with `after_version`.
"""
