{{ kept_rows('hr_time_allocation') }}
