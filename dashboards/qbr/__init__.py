"""The QBR data pack: one page of facts about an account, from the published marts alone."""
