"""Plays every account's commercial life: trial, terms, changes within them, renewal or loss."""

from __future__ import annotations

import math

import numpy as np

from seeds.generator.catalogue import (
    ANALYTICS,
    AUTOMATION,
    ENTERPRISE,
    GROWTH,
    STARTER,
    Catalogue,
)
from seeds.generator.company import (
    ABSORBED,
    CUSTOMER,
    HOLDING,
    PROSPECT,
    REPARENTED,
    TRIAL_LOST,
    TRIAL_OPEN,
    Accounts,
)
from seeds.generator.days import NONE, OPEN_DAY, aligned, day_of, month_of_day
from seeds.generator.draws import Draws
from seeds.generator.records import (
    Deal,
    Discount,
    Interval,
    Ledger,
    Outcome,
    Subscription,
    Term,
)
from seeds.generator.settings import CompanySettings

_TERM_MONTHS = (0, 6, 12, 24, 36)
_TERM_SHARES = (
    (0.0, 0.0, 0.62, 0.16, 0.22),
    (0.08, 0.05, 0.70, 0.12, 0.05),
    (0.34, 0.06, 0.57, 0.03, 0.0),
)
_CHURN = (-3.0, -2.6, -2.1)
_CONTRACT = (-2.2, -2.25, -2.35)
_CHURN_SLOPE = 1.15
_CONTRACT_SLOPE = 0.75
_RENEWAL_TIMING = (0.53, 0.19, 0.06, 0.12, 0.07, 0.03)
ON_TIME, EARLY, EARLY_START, LATE, LAPSE, LONG_LAPSE = range(6)


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))


class Play:
    """One account at a time; every fact that would be known only after the end is left out."""

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

    # -- one account ------------------------------------------------------------------------

    def run(self) -> Ledger:
        """Play all accounts, losers of mergers first, so that survivors can take them over."""
        order = np.argsort(self.accounts.merged_how == 0, kind="stable")
        for account in order.tolist():
            self._account(account)
        return self.ledger

    def _account(self, account: int) -> None:
        kind = int(self.accounts.kind[account])
        created = int(self.accounts.created_day[account])
        self.account = account
        self.segment = int(self.accounts.segment[account])
        self.currency = int(self.accounts.currency[account])
        self.health = self.accounts.health[account]
        self.protected = bool(self.accounts.protected[account])
        self.limit = self.settings.end_day
        absorbed = int(self.accounts.merged_how[account]) == ABSORBED
        if absorbed:
            self.limit = int(self.accounts.merged_day[account]) - 1
        self.open: list[Interval] = []
        self.main_subscription = -1
        self.first_interval = len(self.ledger.intervals)
        self.first_subscription = len(self.ledger.subscriptions)
        self.first_discount = len(self.ledger.discounts)
        self.first_term = len(self.ledger.terms)
        if created <= self.settings.end_day:
            self.ledger.stages.append((account, created, "Prospect"))
        if kind in (CUSTOMER, TRIAL_LOST, TRIAL_OPEN):
            self._start(kind)
        elif kind == PROSPECT:
            self._deal("New Business", created + 5, int(self.accounts.first_day[account]) + 30,
                       NONE, False, 0.0, self._size() * 500.0, -1)
        assert kind in (CUSTOMER, TRIAL_LOST, TRIAL_OPEN, PROSPECT, HOLDING)
        if absorbed:
            self._hand_over()
        self._arr_steps()

    def _size(self) -> int:
        return int(self.accounts.seats[self.account])

    def mood(self, day: int) -> float:
        """The hidden state (log-odds scale) at a day, clipped to the grid."""
        month = month_of_day(day) - self.settings.history_month
        return float(self.health[min(max(month, 0), self.settings.grid_months - 1)])

    def _deal(self, kind: str, created: int, target: int, closed: int, won: bool,
              prior: float, arr: float, term: int, renewal_date: int = NONE,
              win_back: bool = False) -> None:
        earliest = int(self.accounts.created_day[self.account])
        created = max(created, earliest)
        if created > self.limit:
            return
        if closed > self.limit:
            closed, won = NONE, False
        elif closed != NONE:
            closed = max(closed, created)
        self.ledger.deals.append(
            Deal(self.account, kind, created, max(target, created), closed, won, prior, arr, term,
                 renewal_date, win_back)
        )

    def _start(self, kind: int) -> None:
        draws, account = self.draws, self.account
        day = int(self.accounts.first_day[account])
        trial_days = draws.choice((0.5, 0.5)) * 16 + 14 if self.accounts.has_trial[account] else 0
        if kind == TRIAL_OPEN:
            trial_days = 30
        created = int(self.accounts.created_day[account])
        signed = day - draws.whole(0, 9)
        if day - trial_days > self.limit:
            self._deal("New Business", created + 5, day, NONE, False, 0.0,
                       self._size() * 500.0, -1)
            return
        if kind == CUSTOMER and signed > self.limit:
            kind = TRIAL_OPEN
        if kind == CUSTOMER and day > self.limit:
            day = signed = day_of(*aligned(self.limit))
            self.accounts.first_day[account] = day
        months = _TERM_MONTHS[draws.choice(_TERM_SHARES[self.segment])]
        interval = 0 if months in (0, 6) or (self.segment == 2 and draws.chance(0.3)) else 1
        plan = (
            (ENTERPRISE if draws.chance(0.85) else GROWTH),
            (GROWTH if draws.chance(0.75) else ENTERPRISE),
            (STARTER if draws.chance(0.6) else GROWTH),
        )[self.segment]
        subscription = Subscription(account, day - trial_days, day, interval)
        number = self._subscribe(subscription)
        self.main_subscription = number
        if trial_days:
            subscription.trial_start, subscription.trial_end = day - trial_days, day
            self.ledger.stages.append((account, day - trial_days, "Trial"))
        self._item(number, plan, self._size(), day - trial_days, -1)
        guess = self._arr(day)
        if kind == TRIAL_OPEN:
            self._deal("New Business", created + 5, day, NONE, False, 0.0, guess, -1)
            return
        if kind == TRIAL_LOST:
            self._deal("New Business", created + 5, day, day, False, 0.0, guess, -1)
            if day <= self.limit:
                self._end_items(day)
                subscription.end, subscription.cancel_at = day, day
                subscription.notice, subscription.reason = day, "trial_not_converted"
                self.ledger.stages.append((account, day, "Prospect"))
            return
        if draws.chance(0.28) and months >= 12:
            self.ledger.discounts.append(
                Discount(number, (5, 10, 15, 20)[draws.whole(0, 3)], day, self._later(day, 12))
            )
        self._sign("new", -1, months, day, signed)
        self._deal("New Business", created + 5, day - draws.whole(0, 30), signed, True, 0.0,
                   self._arr(day), len(self.ledger.terms) - 1)
        self._live(day)

    # -- items ------------------------------------------------------------------------------

    @staticmethod
    def _later(day: int, months: int) -> int:
        month, day_of_month = aligned(day)
        return day_of(month + months, day_of_month)

    def _subscribe(self, subscription: Subscription) -> int:
        self.ledger.subscriptions.append(subscription)
        return len(self.ledger.subscriptions) - 1

    def _price(self, plan: int, interval: int, day: int) -> int:
        return self.catalogue.price(plan, self.currency, interval, 1970 + month_of_day(day) // 12)

    def _item(self, subscription: int, plan: int, quantity: int, start: int, term: int,
              scheduled: int = NONE, price: int = -1) -> Interval:
        interval = self.ledger.subscriptions[subscription].interval
        row = Interval(self.ledger.items, subscription,
                       price if price >= 0 else self._price(plan, interval, start), plan, quantity,
                       start, OPEN_DAY, term, scheduled if scheduled != NONE else start, scheduled)
        self.ledger.items += 1
        self.ledger.intervals.append(row)
        if scheduled == NONE:
            self.open.append(row)
        return row

    def _change(self, row: Interval, day: int, *, quantity: int | None = None,
                plan: int | None = None, price: int | None = None, term: int | None = None,
                scheduled: int = NONE) -> Interval:
        """Close an item's interval at a day and open the next; same-day changes overwrite."""
        new_plan = row.plan if plan is None else plan
        new = Interval(row.item, row.subscription, row.price if price is None else price, new_plan,
                       row.quantity if quantity is None else quantity, day, OPEN_DAY,
                       row.term if term is None else term, row.created, scheduled)
        if row.start >= day and scheduled == NONE:
            row.price, row.plan, row.quantity, row.term = (
                new.price, new.plan, new.quantity, new.term)
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
        for discount in self.ledger.discounts[self.first_discount:]:
            if discount.subscription == subscription and discount.start <= day < discount.end:
                return discount.percent
        return 0

    def _value(self, row: Interval, day: int) -> float:
        return round(self.yearly[row.price] * row.quantity
                     * (1 - self._percent(row.subscription, day) / 100), 2)

    def _arr(self, day: int) -> float:
        """ARR of the items that stand now, at the discounts of a day."""
        return round(sum(self._value(row, day) for row in self.open), 2)

    # -- terms ------------------------------------------------------------------------------

    def _sign(self, kind: str, previous: int, months: int, start: int, signed: int) -> int:
        draws = self.draws
        evergreen = months == 0
        term = Term(
            self.account, previous, "evergreen" if evergreen and kind == "new" else kind, start,
            NONE if evergreen else self._later(start, months), months, signed,
            self.open[0].plan if self.open else GROWTH,
            auto_renew=evergreen or draws.chance((0.2, 0.35, 0.6)[self.segment]),
            notice_days=30 if self.segment == 2 else 60, changed=max(signed, start)
            if start <= self.limit else signed,
        )
        self.ledger.terms.append(term)
        number = len(self.ledger.terms) - 1
        if start <= self.limit:
            since = max(start, signed)
            self.ledger.current_terms.append((self.account, since, number))
            if kind in ("new", "reactivation"):
                self.ledger.stages.append((self.account, start, "Onboarding"))
                if start + 90 <= self.limit:
                    self.ledger.stages.append((self.account, start + 90, "Customer"))
            for row in list(self.open):
                if row.term != number:
                    self._change(row, start, term=number)
        return number

    def _live(self, start: int) -> None:
        """From the start of a first term to the end of the company or of the customer."""
        number = len(self.ledger.terms) - 1
        while number >= 0:
            term = self.ledger.terms[number]
            if term.start > self.limit:
                return
            number = self._evergreen(number) if term.end == NONE else self._fixed(number)

    def _lose(self, day: int, notice: int, reason: str, number: int) -> None:
        """The customer leaves: known at `notice`, effective at `day`."""
        term = self.ledger.terms[number]
        for subscription in {row.subscription for row in self.open}:
            record = self.ledger.subscriptions[subscription]
            record.notice, record.cancel_at, record.reason = notice, day, reason
            if day <= self.limit:
                record.end = day
        if day > self.limit:
            return
        self._end_items(day)
        term.status, term.changed = ("Terminated" if term.end == NONE else "Expired"), day
        if term.end == NONE:
            term.end = day
        self.ledger.current_terms.append((self.account, day, -1))
        self._forget_stages(day)
        self.ledger.stages.append((self.account, day, "Churned"))

    def _forget_stages(self, day: int) -> None:
        """Drop the stages foreseen for a day on which the customer is no longer there."""
        stages = self.ledger.stages
        while stages and stages[-1][0] == self.account and stages[-1][1] >= day:
            stages.pop()

    def _return(self, day: int, previous: int, months: int, *, win_back: bool) -> int:
        """A lost or lapsed customer starts again on a new subscription."""
        draws = self.draws
        month, day_of_month = aligned(day)
        day = day_of(month, day_of_month)
        if day > self.limit:
            return -1
        old = self.ledger.subscriptions[self.main_subscription]
        rows = [row for row in self.ledger.intervals[self.first_interval:]
                if row.subscription == self.main_subscription and row.end == old.end]
        signed = day - draws.whole(0, 5)
        signed = max(signed, old.end)
        self.main_subscription = self._subscribe(
            Subscription(self.account, day, day, 1 if months >= 12 else 0))
        for row in rows[:2]:
            self._item(self.main_subscription, row.plan,
                       max(3, round(row.quantity * draws.between(0.8, 1.1))), day, previous)
        kind = "reactivation" if win_back else "renewal"
        number = self._sign(kind, previous, months or 12, day, signed)
        if not win_back:
            self.ledger.stages.append((self.account, day, "Customer"))
        return number

    def _evergreen(self, number: int) -> int:
        """Month by month until the customer leaves, fixes a term, or the company ends."""
        draws, term = self.draws, self.ledger.terms[number]
        day = term.start
        while True:
            day = self._later(day, 1)
            if day > self.limit:
                return -1
            mood = self.mood(day - 30) + 0.5 * draws.normal()
            if not self.protected and draws.chance(_logistic(-4.55 - 1.0 * mood)):
                self.ledger.outcomes.append(Outcome(self.account, day, "churned", False))
                self._lose(day, max(day - draws.whole(5, 30), term.start), "customer_left", number)
                if draws.chance(0.15):
                    again = day + draws.whole(100, 280)
                    found = self._return(again, number, 12, win_back=True)
                    if found >= 0:
                        self._deal("New Business", again - 60, again, self.ledger.terms[found].signed,
                                   True, 0.0, self._arr(again), found, win_back=True)
                    return found
                return -1
            core = self.open[0]
            if draws.chance(_logistic(-4.2 - 0.8 * mood)):
                self.ledger.outcomes.append(Outcome(self.account, day, "contracted", False))
                self._change(core, day, quantity=max(2, round(core.quantity * draws.between(0.6, 0.9))))
                term.changed = day
            elif draws.chance(_logistic(-3.0 + 0.5 * mood)):
                self._expand(core, day, round(core.quantity * draws.between(0.08, 0.3)) + 1, number)
            elif draws.chance(0.004):
                self._fix_term(number, day)
                return len(self.ledger.terms) - 1
            self._absorb(day, number)

    def _fix_term(self, number: int, day: int) -> None:
        """A plan swap on the same subscription: evergreen becomes a yearly term."""
        term = self.ledger.terms[number]
        term.status, term.end, term.changed = "Terminated", day, day
        for row in list(self.open):
            if row.plan == STARTER:
                self._change(row, day, plan=GROWTH, price=self._price(
                    GROWTH, self.ledger.subscriptions[row.subscription].interval, day))
        self._sign("renewal", number, 12, day, day)

    def _expand(self, row: Interval, day: int, extra: int, number: int) -> None:
        """More seats from a day on; signed beforehand when the day lies after the end."""
        scheduled = NONE
        closed = day
        if day > self.limit:
            closed = scheduled = self.limit - self.draws.whole(0, 20)
            if row.start > scheduled:
                return
        before = self._value(row, day)
        new = self._change(row, day, quantity=row.quantity + extra, scheduled=scheduled)
        after = self._value(new, day)
        created = closed - self.draws.whole(20, 60)
        if before != after and created > self.ledger.terms[number].start - 400:
            self._deal("Expansion", created, closed + 10, closed, True, before,
                       round(after - before, 2) if new is not row else
                       round(self.yearly[row.price] * extra, 2), number)
        self.ledger.terms[number].changed = max(self.ledger.terms[number].changed, closed)

    def _absorb(self, day: int, number: int) -> None:
        """Take over the billing of accounts that merged into this one by a day."""
        waiting = self.absorb.get(self.account, [])
        due = [entry for entry in waiting if entry[0] <= day]
        for merged, price, plan, quantity in due:
            self._item(self.main_subscription, plan, quantity, max(merged, self.open[0].start),
                       number, price=price)
            waiting.remove((merged, price, plan, quantity))

    def _hand_over(self) -> None:
        """The billing of an absorbed account ends on the day of the merger."""
        day = int(self.accounts.merged_day[self.account])
        survivor = int(self.accounts.merged_into[self.account])
        for row in self.open:
            self.absorb.setdefault(survivor, []).append((day, row.price, row.plan, row.quantity))
        for row in self.ledger.intervals[self.first_interval:]:
            if row.end > day:
                row.end = day
        self.ledger.intervals[self.first_interval:] = [
            row for row in self.ledger.intervals[self.first_interval:] if row.start < row.end]
        self.open = []
        for record in self.ledger.subscriptions[self.first_subscription:]:
            if record.end > day:
                record.end, record.notice, record.cancel_at = day, day, day
                record.reason = "merged"
        for term in self.ledger.terms[self.first_term:]:
            if term.status == "Activated":
                term.status, term.changed = "Terminated", day
                if term.end == NONE:
                    term.end = day
        self.ledger.current_terms.append((self.account, day, -1))
        self._forget_stages(day)
        self.ledger.stages.append((self.account, day, "Merged"))

    def _fixed(self, number: int) -> int:
        """Changes within a term, then what becomes of it at its end."""
        self._within(number)
        return self._decide(number)

    def _within(self, number: int) -> None:
        draws, term = self.draws, self.ledger.terms[number]
        steps: list[tuple[int, str]] = []
        years = term.months / 12
        expected = years * (0.5, 0.42, 0.3)[self.segment]
        for _ in range(3 if term.months <= 12 else 6):
            if draws.chance(expected / (3 if term.months <= 12 else 6)):
                low, high = term.start + 25, term.end - 25
                day = draws.whole(low, max(low, high))
                kind = ("seats", "addon", "upgrade")[draws.choice((0.66, 0.24, 0.10))]
                if draws.chance(_logistic(0.9 + 0.9 * self.mood(day))):
                    steps.append((day, kind))
        if term.months >= 24 and draws.chance(0.4):
            steps += [(self._later(term.start, 12 * year), "ramp")
                      for year in range(1, term.months // 12)]
        for merged, *_ in self.absorb.get(self.account, []):
            if term.start <= merged < term.end:
                steps.append((merged, "absorb"))
        scheduled_items: set[int] = set()
        for day, kind in sorted(steps):
            core = self.open[0]
            if day > self.limit:
                near = day <= self.limit + 75 or kind == "ramp"
                if kind in ("seats", "ramp") and near and core.item not in scheduled_items:
                    self._expand(core, day, max(1, round(core.quantity * 0.15)), number)
                    scheduled_items.add(core.item)
                continue
            if kind == "absorb":
                self._absorb(day, number)
            elif kind in ("seats", "ramp"):
                share = 0.2 if kind == "ramp" else draws.between(0.08, 0.35)
                self._expand(core, day, max(1, round(core.quantity * share)), number)
            elif kind == "upgrade" and core.plan in (STARTER, GROWTH):
                before = self._arr(day)
                interval = self.ledger.subscriptions[core.subscription].interval
                self._change(core, day, plan=core.plan + 1,
                             price=self._price(core.plan + 1, interval, day))
                self._deal("Expansion", day - draws.whole(20, 60), day + 10, day, True, before,
                           round(self._arr(day) - before, 2), number)
                term.changed = day
            elif kind == "addon" and len(self.open) < 3:
                self._add_on(day, number)

    def _add_on(self, day: int, number: int) -> None:
        """Another product: on the main contract, on a co-termed one, or as a subscription."""
        draws, term = self.draws, self.ledger.terms[number]
        core = self.open[0]
        plan = ANALYTICS if draws.chance(0.6) else AUTOMATION
        if any(row.plan == plan for row in self.open):
            return
        how = draws.choice((0.5, 0.32, 0.18))
        subscription, owner, before = core.subscription, number, self._arr(day)
        if how == 2:
            subscription = self._subscribe(Subscription(
                self.account, day, self._anchor(day),
                self.ledger.subscriptions[core.subscription].interval))
        if how >= 1:
            self.ledger.terms.append(Term(
                self.account, -1, "coterm", day, term.end, 0, day, plan, changed=day,
                auto_renew=term.auto_renew, notice_days=term.notice_days))
            owner = len(self.ledger.terms) - 1
        self._item(subscription, plan, core.quantity, day, owner)
        self._deal("Expansion", day - draws.whole(20, 70), day + 10, day, True, 0.0,
                   round(self._arr(day) - before, 2), owner)

    @staticmethod
    def _anchor(day: int) -> int:
        month, day_of_month = aligned(day)
        return day_of(month, day_of_month) if aligned(day)[1] < 28 else day_of(month + 1, 1)

    def _decide(self, number: int) -> int:
        """The renewal: lost, smaller, same or larger; early, on time or late."""
        draws, term, segment = self.draws, self.ledger.terms[number], self.segment
        end = term.end
        opened = max(end - 180, term.start)
        mood = self.mood(end - 75) + 0.55 * draws.normal()
        lost = not self.protected and draws.chance(
            _logistic(_CHURN[segment] - _CHURN_SLOPE * mood))
        before = self._arr(min(end, self.limit))
        coterms = {row.term for row in self.open} - {number}
        if lost:
            notice = max(end - draws.whole(8, 80), term.start)
            if end > self.limit and notice > self.limit:
                self._open_renewal(number, opened, before)
                return -1
            self.ledger.outcomes.append(Outcome(self.account, end, "churned"))
            self._deal("Renewal", opened, end, min(notice + draws.whole(0, 7), end), False,
                       before, before, number, end)
            self._lose(end, notice, "customer_left", number)
            self._expire(coterms, end)
            if end <= self.limit and draws.chance(0.14):
                again = end + draws.whole(100, 300)
                found = self._return(again, number, 12, win_back=True)
                if found >= 0:
                    self._deal("New Business", again - 60, again, self.ledger.terms[found].signed,
                               True, 0.0, self._arr(again), found, win_back=True)
                return found
            return -1
        timing = ON_TIME if self.protected else draws.choice(_RENEWAL_TIMING)
        start, signed = end, end - draws.whole(1, 45)
        if timing == EARLY:
            signed = end - draws.whole(46, 150)
        elif timing == EARLY_START:
            signed = end - draws.whole(40, 100)
            month, day_of_month = aligned(signed)
            start = signed = day_of(month, day_of_month)
        elif timing == LATE:
            signed = end + draws.whole(2, 50)
        elif timing == LAPSE:
            start = end + draws.whole(8, 80)
        elif timing == LONG_LAPSE:
            start = end + draws.whole(100, 170)
        signed = max(signed, term.start + 30)
        if timing in (LAPSE, LONG_LAPSE):
            return self._lapse(number, opened, before, start, coterms)
        if signed > self.limit:
            self._open_renewal(number, opened, before)
            return -1
        return self._renew(number, opened, before, start, signed, mood, coterms)

    def _open_renewal(self, number: int, opened: int, before: float) -> None:
        term = self.ledger.terms[number]
        self._deal("Renewal", opened, term.end, NONE, False, before, before, number, term.end)

    def _expire(self, numbers: set[int], day: int) -> None:
        if day > self.limit:
            return
        for number in numbers:
            if number >= 0 and self.ledger.terms[number].status == "Activated":
                self.ledger.terms[number].status = "Expired"
                self.ledger.terms[number].changed = day

    def _lapse(self, number: int, opened: int, before: float, start: int,
               coterms: set[int]) -> int:
        """Service stops at the end and starts again later on a new subscription."""
        term = self.ledger.terms[number]
        if term.end > self.limit:
            self._open_renewal(number, opened, before)
            return -1
        self._lose(term.end, term.end, "lapsed", number)
        self._expire(coterms, term.end)
        found = self._return(start, number, term.months, win_back=start - term.end > 92)
        if found < 0:
            self._open_renewal(number, opened, before)
            return -1
        after, signed = self._arr(start), self.ledger.terms[found].signed
        contracted = after < before * 0.97
        self.ledger.outcomes.append(
            Outcome(self.account, term.end, "contracted" if contracted else "renewed"))
        self._deal("Renewal", opened, term.end, signed, True, before, after, number, term.end)
        return found

    def _renew(self, number: int, opened: int, before: float, start: int, signed: int,
               mood: float, coterms: set[int]) -> int:
        draws, term = self.draws, self.ledger.terms[number]
        months = term.months if draws.chance(0.8) or self.segment == 2 else (
            24 if term.months == 12 else 12)
        future = start > self.limit
        schedule = signed if future else NONE
        contract = draws.chance(_logistic(_CONTRACT[self.segment] - _CONTRACT_SLOPE * mood))
        grow = not contract and draws.chance(_logistic(-0.5 + 0.7 * mood))
        uplift = not contract and draws.chance(0.7)
        way = draws.choice((0.6, 0.25, 0.15)) if contract else -1
        share = draws.between(0.55, 0.9) if contract else draws.between(1.05, 1.3)
        after = 0.0
        dropped: list[Interval] = []
        for row in list(self.open):
            interval = self.ledger.subscriptions[row.subscription].interval
            plan, quantity, price = row.plan, row.quantity, row.price
            is_core = row is self.open[0]
            if contract and way == 1 and not is_core:
                dropped.append(row)
                continue
            if contract and is_core and way == 2 and plan in (GROWTH, ENTERPRISE):
                plan = plan - 1
                price = self._price(plan, interval, start)
            elif contract and (way == 0 or is_core):
                quantity = max(2, min(round(quantity * share), quantity - 1))
            elif grow:
                quantity = max(quantity + 1, round(quantity * share))
            if uplift:
                price = max(price, self._price(plan, interval, start))
            changed = (plan, quantity, price) != (row.plan, row.quantity, row.price)
            after += self.yearly[price] * quantity
            if future and changed and row.end == OPEN_DAY:
                self._change(row, start, plan=plan, quantity=quantity, price=price,
                             scheduled=schedule)
            elif not future:
                self._change(row, start, plan=plan, quantity=quantity, price=price)
        if future:
            dropped = []
        subscriptions = {row.subscription for row in dropped}
        self._end_items(start, dropped)
        for subscription in subscriptions - {row.subscription for row in self.open}:
            record = self.ledger.subscriptions[subscription]
            record.end, record.notice, record.cancel_at = start, min(signed, start), start
            record.reason = "customer_left"
        if not contract and mood < -0.2 and draws.chance(0.25) and not future:
            self._renewal_discount(start)
        term.status = "Superseded" if start < term.end else "Expired"
        term.changed = max(start, signed)
        if future:
            term.status, term.changed = "Activated", signed
        found = self._sign("renewal", number, months, start, signed)
        renewed = self.ledger.terms[found]
        if future:
            renewed.planned_arr = round(after, 2)
            renewed.planned_seats = self.open[0].quantity
        else:
            after = self._arr(start)
            self._expire(coterms, start)
        smaller = after < before * 0.97
        self.ledger.outcomes.append(
            Outcome(self.account, term.end, "contracted" if smaller else "renewed"))
        self._deal("Renewal", opened, term.end, signed, True, before, round(after, 2), number,
                   term.end)
        return found

    def _renewal_discount(self, start: int) -> None:
        mine = [d for d in self.ledger.discounts[self.first_discount:]
                if d.subscription == self.main_subscription and d.end > start]
        if not mine:
            self.ledger.discounts.append(Discount(
                self.main_subscription, (5, 10, 15)[self.draws.whole(0, 2)], start,
                self._later(start, 12)))

    # -- ARR over time ----------------------------------------------------------------------

    def _arr_steps(self) -> None:
        """ARR of the account from each day on which it changes, trials and discounts applied."""
        rows = self.ledger.intervals[self.first_interval:]
        if not rows:
            return
        trials = {
            number: record.trial_end
            for number, record in enumerate(
                self.ledger.subscriptions[self.first_subscription:], self.first_subscription)
            if record.trial_end != NONE
        }
        mine = self.ledger.discounts[self.first_discount:]
        days = {row.start for row in rows} | {row.end for row in rows}
        days |= {d.start for d in mine} | {d.end for d in mine} | set(trials.values())
        last = 0.0
        for day in sorted(day for day in days if day <= self.settings.end_day):
            value = round(sum(
                self._value(row, day) for row in rows
                if row.start <= day < row.end and day >= trials.get(row.subscription, 0)), 2)
            if value != last:
                self.ledger.arr.append((self.account, day, value))
                last = value


def play(settings: CompanySettings, accounts: Accounts, catalogue: Catalogue) -> Ledger:
    """The commercial life of every account up to the last day."""
    return Play(settings, accounts, catalogue).run()


__all__ = ["REPARENTED", "Play", "play"]
