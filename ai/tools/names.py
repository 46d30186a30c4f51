"""The tools by name: what clients of the contract rely on, and which of them write."""

WRITING = (
    "create_ticket",
    "update_ticket",
    "add_comment",
    "create_integration_ticket",
    "create_jira_ticket",
    "create_salesforce_case",
    "create_github_issue",
)
READING = (
    "get_ticket",
    "search_tickets",
    "find_similar_tickets",
    "search_knowledge_base",
    "categorize_issue",
    "analyze_file",
    "extract_text_from_image",
    "transcribe_audio",
    "get_sla_status",
    "list_breaches",
)
TOOLS = (*WRITING, *READING)
