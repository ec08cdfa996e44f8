"""The words that suites may use: rules, severities, dimensions and expectation types."""

from __future__ import annotations

LAYERS = ("conformed", "marts")

SEVERITIES = ("block", "quarantine", "warn")
"""block: stops the run. quarantine: stops it past the rule's share of ARR. warn: is reported."""

DIMENSIONS = (
    "completeness",
    "uniqueness",
    "validity",
    "consistency",
    "integrity",
    "timeliness",
    "volume",
)

ROW_RULES = frozenset(
    {
        "missing_renewal_date",
        "missing_arr",
        "negative_arr",
        "arr_billing_mismatch",
        "missing_segment",
        "unknown_segment",
        "missing_required_value",
        "duplicate_key",
        "unresolved_account",
        "alternate_id_spelling",
        "orphan_reference",
        "future_dated",
        "late_arrival",
        "date_out_of_range",
        "end_before_start",
        "activity_before_customer",
        "malformed_line",
        "missing_fx_rate",
    }
)
"""Faults of single rows: listed in `conformed.data_issues`, limited by the quality policy."""

STRUCTURE_RULES = frozenset(
    {
        "contract_shape",
        "primary_key",
        "required_column",
        "known_by_as_of",
        "row_count_collapse",
        "empty_table",
        "stale_source",
        "value_not_in_vocabulary",
        "value_out_of_range",
        "arithmetic",
        "not_a_number",
        "overlapping_intervals",
        "disagreement",
    }
)
"""Faults of a table as a whole, or of our own models: no share of ARR makes them bearable."""

RULES = ROW_RULES | STRUCTURE_RULES

EXPECTATION_TYPES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "expect_column_values_to_not_be_null": (frozenset({"column"}), frozenset()),
    "expect_column_values_to_be_unique": (frozenset({"column"}), frozenset()),
    "expect_compound_columns_to_be_unique": (frozenset({"column_list"}), frozenset()),
    "expect_column_values_to_be_in_set": (frozenset({"column", "value_set"}), frozenset()),
    "expect_column_values_to_match_regex": (frozenset({"column", "regex"}), frozenset()),
    "expect_column_values_to_be_between": (
        frozenset({"column"}),
        frozenset({"min_value", "max_value", "strict_min", "strict_max"}),
    ),
    "expect_column_pair_values_a_to_be_greater_than_b": (
        frozenset({"column_A", "column_B"}),
        frozenset({"or_equal"}),
    ),
    "expect_table_row_count_to_be_between": (
        frozenset(),
        frozenset({"min_value", "max_value"}),
    ),
    "unexpected_rows_expectation": (frozenset({"unexpected_rows_query"}), frozenset()),
}
"""Expectation type -> its required and its optional keyword arguments."""
