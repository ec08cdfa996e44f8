{{ kept_rows('cs_onboarding_milestones') }}
