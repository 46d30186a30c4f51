"""Finding tickets: filters, order, pages and counts, the same for API, pages, exports and saved views."""
