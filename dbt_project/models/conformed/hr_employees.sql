{{ kept_rows('hr_employees') }}
