"""What one account holds while it is played: items, discounts, ARR, deals."""

from __future__ import annotations

from seeds.generator.catalogue import Catalogue
from seeds.generator.company import Accounts
from seeds.generator.days import NONE, OPEN_DAY, aligned, day_of, month_of_day
from seeds.generator.draws import Draws
from seeds.generator.records import Deal, Interval, Ledger, Subscription
from seeds.generator.settings import CompanySettings


class AccountBook:
    """The account at hand: its open items, and the marks where its records begin."""

    def __init__(self, settings: CompanySettings, accounts: Accounts, catalogue: Catalogue) -> None:
        """Prepare to play `accounts` up to the last day of `settings`."""
        self.settings = settings
        self.accounts = accounts
        self.catalogue = catalogue
        self.ledger = Ledger()
        self.draws = Draws(settings.random("lifecycle"))
        prices = catalogue.columns()
        self.yearly = (prices["major"] * prices["per_year"]).tolist()
        self.absorb: dict[int, list[tuple[int, int, int, int]]] = {}

    def _open_account(self, account: int) -> None:
        """Turn to another account."""
        self.account = account
        self.segment = int(self.accounts.segment[account])
        self.currency = int(self.accounts.currency[account])
        self.health = self.accounts.health[account]
        self.protected = bool(self.accounts.protected[account])
        self.limit = self.settings.end_day
        self.open: list[Interval] = []
        self.main_subscription = -1
        self.first_interval = len(self.ledger.intervals)
        self.first_subscription = len(self.ledger.subscriptions)
        self.first_discount = len(self.ledger.discounts)
        self.first_term = len(self.ledger.terms)

    def mood(self, day: int) -> float:
        """The hidden state (log-odds scale) at a day, clipped to the grid."""
        month = month_of_day(day) - self.settings.history_month
        return float(self.health[min(max(month, 0), self.settings.grid_months - 1)])

    def _deal(
        self,
        kind: str,
        created: int,
        target: int,
        closed: int,
        won: bool,
        prior: float,
        arr: float,
        term: int,
        renewal_date: int = NONE,
        win_back: bool = False,
    ) -> None:
        earliest = int(self.accounts.created_day[self.account])
        created = max(created, earliest)
        if created > self.limit:
            return
        if closed > self.limit:
            closed, won = NONE, False
        elif closed != NONE:
            closed = max(closed, created)
        self.ledger.deals.append(
            Deal(
                self.account,
                kind,
                created,
                max(target, created),
                closed,
                won,
                prior,
                arr,
                term,
                renewal_date,
                win_back,
            )
        )

    @staticmethod
    def _later(day: int, months: int) -> int:
        month, day_of_month = aligned(day)
        return day_of(month + months, day_of_month)

    def _subscribe(self, subscription: Subscription) -> int:
        self.ledger.subscriptions.append(subscription)
        return len(self.ledger.subscriptions) - 1

    def _price(self, plan: int, interval: int, day: int) -> int:
        return self.catalogue.price(plan, self.currency, interval, 1970 + month_of_day(day) // 12)

    def _item(
        self,
        subscription: int,
        plan: int,
        quantity: int,
        start: int,
        term: int,
        scheduled: int = NONE,
        price: int = -1,
    ) -> Interval:
        interval = self.ledger.subscriptions[subscription].interval
        row = Interval(
            self.ledger.items,
            subscription,
            price if price >= 0 else self._price(plan, interval, start),
            plan,
            quantity,
            start,
            OPEN_DAY,
            term,
            scheduled if scheduled != NONE else start,
            scheduled,
        )
        self.ledger.items += 1
        self.ledger.intervals.append(row)
        if scheduled == NONE:
            self.open.append(row)
        return row

    def _change(
        self,
        row: Interval,
        day: int,
        *,
        quantity: int | None = None,
        plan: int | None = None,
        price: int | None = None,
        term: int | None = None,
        scheduled: int = NONE,
    ) -> Interval:
        """Close an item's interval at a day and open the next; same-day changes overwrite."""
        new_plan = row.plan if plan is None else plan
        new = Interval(
            row.item,
            row.subscription,
            row.price if price is None else price,
            new_plan,
            row.quantity if quantity is None else quantity,
            day,
            OPEN_DAY,
            row.term if term is None else term,
            row.created,
            scheduled,
        )
        if row.start >= day and scheduled == NONE:
            row.price, row.plan, row.quantity, row.term = (
                new.price,
                new.plan,
                new.quantity,
                new.term,
            )
            return row
        row.end = day
        self.ledger.intervals.append(new)
        if scheduled == NONE:
            self.open[self.open.index(row)] = new
        return new

    def _end_items(self, day: int, rows: list[Interval] | None = None) -> None:
        for row in list(self.open if rows is None else rows):
            row.end = day
            self.open.remove(row)

    def _percent(self, subscription: int, day: int) -> int:
        for discount in self.ledger.discounts[self.first_discount :]:
            if discount.subscription == subscription and discount.start <= day < discount.end:
                return discount.percent
        return 0

    def _value(self, row: Interval, day: int) -> float:
        return round(
            self.yearly[row.price]
            * row.quantity
            * (1 - self._percent(row.subscription, day) / 100),
            2,
        )

    def _arr(self, day: int) -> float:
        """ARR of the items that stand now, at the discounts of a day."""
        return round(sum(self._value(row, day) for row in self.open), 2)

    def _arr_steps(self) -> None:
        """ARR of the account from each day on which it changes, trials and discounts applied."""
        rows = self.ledger.intervals[self.first_interval :]
        if not rows:
            return
        trials = {
            number: record.trial_end
            for number, record in enumerate(
                self.ledger.subscriptions[self.first_subscription :], self.first_subscription
            )
            if record.trial_end != NONE
        }
        mine = self.ledger.discounts[self.first_discount :]
        days = {row.start for row in rows} | {row.end for row in rows}
        days |= {d.start for d in mine} | {d.end for d in mine} | set(trials.values())
        last = 0.0
        for day in sorted(day for day in days if day <= self.settings.end_day):
            value = round(
                sum(
                    self._value(row, day)
                    for row in rows
                    if row.start <= day < row.end and day >= trials.get(row.subscription, 0)
                ),
                2,
            )
            if value != last:
                self.ledger.arr.append((self.account, day, value))
                last = value
