"""The quality gate: suites in YAML, run by Great Expectations in SQL, judged by the policy."""

from expectations.gate import Verdict, judge
from expectations.results import CheckResult, SuiteResult
from expectations.suites import Suite, SuiteError, load_suites
from expectations.validation import validate_suites

__all__ = [
    "CheckResult",
    "Suite",
    "SuiteError",
    "SuiteResult",
    "Verdict",
    "judge",
    "load_suites",
    "validate_suites",
]
