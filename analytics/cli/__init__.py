"""`ticket-analyzer`: the figures of the desk, a file, the API or an MCP server on the command line.

`main` starts it. Nothing heavy is imported before a command needs it: `lazy` fetches commands, and these fetch their work, by name.
"""
