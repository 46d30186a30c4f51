"""What programs and language models can do here, one set of functions for the MCP server and the agents."""
