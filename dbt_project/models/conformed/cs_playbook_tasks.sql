{{ kept_rows('cs_playbook_tasks') }}
