{{ kept_rows('account_team_assignments') }}
