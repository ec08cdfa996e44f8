"""The staff, who looks after which account when, and segment and region changes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from seeds.generator import words
from seeds.generator.company import CUSTOMER, Accounts
from seeds.generator.days import NONE
from seeds.generator.identifiers import salesforce
from seeds.generator.records import Ledger
from seeds.generator.settings import CompanySettings

ROLES = (
    "VP Customer Success",
    "CS Manager",
    "CSM",
    "Digital CSM",
    "Account Executive",
    "Support Engineer",
)
VP, MANAGER, CSM, DIGITAL, SELLER, SUPPORT = range(6)
TEAMS = ("Enterprise CS", "Mid-Market CS", "SMB CS", "Digital CS", "Sales", "Support")
_BOOK = (9, 24, 45)
_TARGET_ARR = (3_000_000, 1_500_000, 600_000)


@dataclass
class Staff:
    """Employees as columns, and the dated attributes of accounts that people decide."""

    ids: pa.Array
    names: list[str]
    role: np.ndarray
    team: np.ndarray
    region: np.ndarray
    manager: np.ndarray
    start: np.ndarray
    end: np.ndarray
    fte: np.ndarray
    ramp: np.ndarray
    target_accounts: np.ndarray
    target_arr: np.ndarray
    csm_changes: list[tuple[int, int, int]] = field(default_factory=list)
    """(account, day, employee from that day on; -1 nobody)."""
    segment_changes: list[tuple[int, int, int]] = field(default_factory=list)
    region_changes: list[tuple[int, int, int]] = field(default_factory=list)
    seller: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    tech_touch: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    csm_now: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    segment_now: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    region_now: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def _roster(settings: CompanySettings, accounts: Accounts, human: np.ndarray) -> Staff:
    random = settings.random("staff")
    rows: list[tuple[int, int, int, int, int, int, float, int, int, int]] = []
    old = settings.first_day - 1150

    def hire(
        role: int,
        team: int,
        region: int,
        manager: int,
        start: int,
        end: int = NONE,
        fte: float = 1.0,
        ramp: int = 3,
        book: int = 0,
        arr: int = 0,
    ) -> int:
        rows.append((role, team, region, manager, start, end, fte, ramp, book, arr))
        return len(rows) - 1

    vp = hire(VP, 0, 0, -1, old)
    managers = [hire(MANAGER, team, team % 3, vp, old) for team in range(3)]
    digital_manager = managers[2]
    for segment in range(3):
        size = int(((accounts.segment == segment) & human).sum())
        posts = max(3 if segment < 2 else 2, round(size / _BOOK[segment]))
        for post in range(posts):
            region = post % 3
            early = post < max(2, posts // 2)
            start = (
                old + int(random.integers(0, 60))
                if early
                else (settings.first_day + int(random.integers(-500, settings.months * 20)))
            )
            fte = 0.5 if (segment == 1 and post == 1) else 1.0
            details = {
                "fte": fte,
                "ramp": (4, 3, 2)[segment],
                "book": round(_BOOK[segment] * 1.2 * fte),
                "arr": round(_TARGET_ARR[segment] * fte),
            }
            if post % 6 == 3 or (posts <= 3 and segment == 2 and post == 1):
                leave = settings.first_day + int(
                    random.integers(settings.months * 8, settings.months * 26)
                )
                leave = max(leave, start + 120)
                hire(CSM, segment, region, managers[segment], start, leave, **details)
                hire(
                    CSM,
                    segment,
                    region,
                    managers[segment],
                    min(leave + int(random.integers(-30, 60)), settings.end_day),
                    **details,
                )
            else:
                hire(CSM, segment, region, managers[segment], start, **details)
    for post in range(max(1, accounts.count // 900)):
        hire(DIGITAL, 3, post % 3, digital_manager, old, ramp=2, book=600, arr=2_500_000)
    for post in range(max(4, accounts.count // 60)):
        hire(SELLER, 4, post % 3, -1, old)
    for post in range(max(6, accounts.count // 50)):
        hire(SUPPORT, 5, post % 3, vp, old)
    columns = [np.array(values) for values in zip(*rows, strict=True)]
    count = len(rows)
    firsts = random.integers(0, len(words.FIRST_NAMES), count).tolist()
    lasts = random.integers(0, len(words.LAST_NAMES), count).tolist()
    return Staff(
        salesforce("005", np.arange(count), settings.seed),
        [
            f"{words.FIRST_NAMES[a]} {words.LAST_NAMES[b]}"
            for a, b in zip(firsts, lasts, strict=True)
        ],
        *columns,
    )


def _attribute_changes(
    settings: CompanySettings,
    accounts: Accounts,
    topic: str,
    values: np.ndarray,
    share: float,
    highest: int,
    step: bool,
) -> list[tuple[int, int, int]]:
    random = settings.random(topic)
    changes = []
    able = (accounts.kind == CUSTOMER) & (accounts.merged_how == 0)
    chosen = np.flatnonzero(able & (random.random(accounts.count) < share))
    for account in chosen.tolist():
        low = max(int(accounts.first_day[account]), settings.first_day) + 60
        high = settings.end_day - 30
        if low >= high:
            continue
        day, value = int(random.integers(low, high)), int(values[account])
        if step:
            new = value - 1 if value > 0 and random.random() < 0.75 else min(value + 1, highest)
        else:
            new = (value + 1) % (highest + 1)
        if new != value:
            changes.append((account, day, new))
    return changes


def make_staff(settings: CompanySettings, accounts: Accounts, ledger: Ledger) -> Staff:
    """Hire people, then hand out accounts day by day."""
    tech_touch = (accounts.segment == 2) & (accounts.seats < 10)
    staff = _roster(settings, accounts, ~tech_touch)
    staff.tech_touch = tech_touch
    staff.segment_changes = _attribute_changes(
        settings, accounts, "segment changes", accounts.segment, 0.05, 2, True
    )
    staff.region_changes = _attribute_changes(
        settings, accounts, "region changes", accounts.region, 0.02, 2, False
    )
    random = settings.random("book of business")
    sellers = np.flatnonzero(staff.role == SELLER)
    staff.seller = sellers[random.integers(0, len(sellers), accounts.count)]
    _hand_out(settings, accounts, ledger, staff, random)
    return staff


def _hand_out(
    settings: CompanySettings,
    accounts: Accounts,
    ledger: Ledger,
    staff: Staff,
    random: np.random.Generator,
) -> None:
    start_, leave_, change_, drop_, move_ = 2, 1, 3, 0, 4
    events: list[tuple[int, int, int, int]] = []
    live: dict[int, int] = {}
    for account, day, term in ledger.current_terms:
        events.append((day, start_ if term >= 0 else drop_, account, 0))
    for employee in np.flatnonzero((staff.role == CSM) & (staff.end != NONE)).tolist():
        events.append((int(staff.end[employee]), leave_, employee, 0))
    for account, day, segment in staff.segment_changes:
        events.append((day, change_, account, segment))
    for account in np.flatnonzero(random.random(accounts.count) < 0.10).tolist():
        events.append(
            (int(random.integers(settings.first_day, settings.end_day)), move_, account, 0)
        )
    for account in np.flatnonzero(accounts.merged_into >= 0).tolist():
        events.append((int(accounts.merged_day[account]), drop_, account, 0))

    pools: dict[tuple[int, int], list[int]] = defaultdict(list)
    for employee in np.flatnonzero(staff.role == CSM).tolist():
        pools[int(staff.team[employee]), int(staff.region[employee])].append(employee)
        pools[int(staff.team[employee]), -1].append(employee)
    digital = np.flatnonzero(staff.role == DIGITAL).tolist()
    books: dict[int, set[int]] = defaultdict(set)
    segment = accounts.segment.copy()
    starts, ends = staff.start.tolist(), staff.end.tolist()
    gone = {int(a) for a in np.flatnonzero(accounts.merged_into >= 0)}

    def find(account: int, day: int, avoid: int) -> int:
        if staff.tech_touch[account] and segment[account] == 2:
            return digital[account % len(digital)]
        for region in (int(accounts.region[account]), -1):
            able = [
                e
                for e in pools[int(segment[account]), region]
                if e != avoid and starts[e] <= day and (ends[e] == NONE or ends[e] > day)
            ]
            if able:
                if len(able) > 3:
                    able = [able[i] for i in random.integers(0, len(able), 3).tolist()]
                return min(able, key=lambda e: (len(books[e]), e))
        return avoid

    def give(account: int, day: int, avoid: int = -1) -> None:
        employee = find(account, day, avoid)
        before = live.get(account, -1)
        if employee == before:
            return
        if before >= 0:
            books[before].discard(account)
        books[employee].add(account)
        live[account] = employee
        staff.csm_changes.append((account, day, employee))

    for day, what, subject, value in sorted(events):
        if day > settings.end_day:
            break
        if what == start_:
            merged = subject in gone and day >= accounts.merged_day[subject]
            if subject not in live and not merged:
                give(subject, day)
        elif what == drop_ and subject in live:
            books[live.pop(subject)].discard(subject)
            staff.csm_changes.append((subject, day, -1))
        elif what == leave_:
            for account in sorted(books[subject]):
                give(account, day, avoid=subject)
        elif what == change_:
            segment[subject] = value
            if subject in live:
                give(subject, day)
        elif what == move_ and subject in live:
            give(subject, day, avoid=live[subject])
    staff.csm_now = np.array([live.get(account, -1) for account in range(accounts.count)])
    staff.segment_now = segment
    region = accounts.region.copy()
    for account, _, new in staff.region_changes:
        region[account] = new
    staff.region_now = region
