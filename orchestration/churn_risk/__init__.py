"""The churn-risk model: fitted on past renewals, tested on later ones, used once accepted."""
