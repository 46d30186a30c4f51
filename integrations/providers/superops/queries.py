"""What is asked of SuperOps. A list of tickets is empty unless `ticketId` is among what is asked for."""

TICKET = (
    "ticketId displayId subject status priority impact urgency category client requester technician sla "
    "createdTime updatedTime"
)
CONVERSATION = "conversationId content time user type"
NOTE = "noteId content addedOn addedBy privacyType"

CONTEXT = """query ($input: ListInfoInput!) {
  getLoggedInContext { user }
  getStatusList { name }
  getPriorityList { name }
  getSLAList { name }
  getTechnicianList(input: $input) { userList { name } }
  getClientList(input: $input) { clients { name } }
}"""
TICKETS = f"query ($input: ListInfoInput!) {{ getTicketList(input: $input) {{ tickets {{ {TICKET} }} listInfo {{ hasMore }} }} }}"
CONVERSATIONS = f"""query ($input: TicketIdentifierInput!) {{
  getTicketConversationList(input: $input) {{ {CONVERSATION} }}
}}"""
WHOLE_TICKET = f"""query ($input: TicketIdentifierInput!) {{
  getTicket(input: $input) {{ {TICKET} }}
  getTicketConversationList(input: $input) {{ {CONVERSATION} }}
  getTicketNoteList(input: $input) {{ {NOTE} }}
}}"""
CLIENT_USER = "query ($input: ClientUserIdentifierInput!) { getClientUser(input: $input) { userId email } }"
CLIENT_USERS = (
    "query ($input: GetClientUserListInput!) { getClientUserList(input: $input) { userList { userId email } } }"
)
CREATE = f"mutation ($input: CreateTicketInput!) {{ createTicket(input: $input) {{ {TICKET} }} }}"
UPDATE = "mutation ($input: UpdateTicketInput!) { updateTicket(input: $input) { ticketId } }"
REPLY = (
    "mutation ($input: CreateTicketConversationInput!) { createTicketConversation(input: $input) { conversationId } }"
)
ADD_NOTE = "mutation ($input: CreateTicketNoteInput!) { createTicketNote(input: $input) { noteId } }"
