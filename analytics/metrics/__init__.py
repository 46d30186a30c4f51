"""Every figure has its owner here: pure functions over columns, without ORM, clock or file.

`columns` holds what they read, `periods` the time they are asked about, one family of figures a file, `registry` the list of them,
and `asking` answers questions: a figure as a whole, by group, over time, beside the period before.
"""
