"""Conversations with an agent: answers that are heard as they come, outside the threads that serve pages."""
