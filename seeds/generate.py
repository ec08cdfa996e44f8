"""Command line of the sample company: `python seeds/generate.py --help`."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
if str(PROJECT) not in sys.path:
    sys.path.insert(0, str(PROJECT))

_DESCRIPTION = """\
Makes a believable B2B software company in the raw shapes of its source systems
(Salesforce, Stripe, Zendesk, product track events, Gainsight, HR, finance, id map).
One seed makes everything: the same options make the same bytes.
"""
_EXAMPLES = """\
examples:
  the committed sample, with its faults and FAULTS.csv
      python seeds/generate.py
  the same company without a fault, somewhere else
      python seeds/generate.py --clean --out clean_sample
  another company
      python seeds/generate.py --seed 8 --accounts 1000 --out other
  a large one: about 100 million track events, bounded memory
      python seeds/generate.py --accounts 100000 --format parquet --out big

then: copy sources.yml, point its paths at the folder, and `csops run --sources it`.
What the company is, its hidden state and its faults: docs/sample_company.md
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="generate.py",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--accounts",
        type=int,
        default=300,
        metavar="N",
        help="accounts of the company (default 300, at least 20)",
    )
    parser.add_argument(
        "--months",
        type=int,
        default=30,
        metavar="M",
        help="months of usage, tickets and surveys (default 30); contracts and "
        "billing items reach up to 36 months further back",
    )
    parser.add_argument(
        "--end",
        type=date.fromisoformat,
        default=date(2026, 6, 30),
        metavar="YYYY-MM-DD",
        help="last day, a month's last (default 2026-06-30)",
    )
    parser.add_argument("--seed", type=int, default=7, help="any whole number (default 7)")
    parser.add_argument(
        "--format",
        choices=("csv", "parquet"),
        default="csv",
        help="csv: gzip where large; parquet: for large companies (default csv)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=PROJECT / "seeds" / "raw",
        metavar="DIR",
        help="folder to write to (default: the committed sample, seeds/raw)",
    )
    parser.add_argument(
        "--usage-per-account",
        type=float,
        default=None,
        metavar="EVENTS",
        help="mean track events per live account and month (default 52)",
    )
    faults = parser.add_mutually_exclusive_group()
    faults.add_argument(
        "--faults",
        dest="clean",
        action="store_false",
        default=False,
        help="plant known faults and list them in FAULTS.csv (default)",
    )
    faults.add_argument(
        "--clean",
        dest="clean",
        action="store_true",
        help="plant nothing: every id resolves, every check passes",
    )
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    from seeds.generator.build import write_company
    from seeds.generator.settings import DEFAULT_EVENTS_PER_ACCOUNT_MONTH, CompanySettings

    try:
        settings = CompanySettings(
            accounts=options.accounts,
            months=options.months,
            end=options.end,
            seed=options.seed,
            usage_per_account=DEFAULT_EVENTS_PER_ACCOUNT_MONTH
            if options.usage_per_account is None
            else options.usage_per_account,
        )
        written = write_company(settings, options.out, options.format, options.clean)
    except ValueError as error:
        parser.error(str(error))
    except OSError as error:
        print(f"cannot write to {options.out}: {error}", file=sys.stderr)
        return 1
    rate = written.events / max(written.usage_seconds, 1e-9) / 1e6
    print(
        f"{settings.accounts:,} accounts, {settings.months} months to {settings.end}: "
        f"{written.rows:,} rows in {written.seconds:.1f} s under {options.out}"
    )
    print(
        f"{written.events:,} track events at {rate:.1f} million a second; "
        f"faults planted: {written.faults}"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
