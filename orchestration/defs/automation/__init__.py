"""The job and its schedules."""
