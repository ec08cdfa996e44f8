"""Plays every account's commercial life up to the last day; what comes later is left out."""

from __future__ import annotations

import numpy as np

from seeds.generator.catalogue import ENTERPRISE, GROWTH, STARTER, Catalogue
from seeds.generator.company import (
    ABSORBED,
    CUSTOMER,
    PROSPECT,
    TRIAL_LOST,
    TRIAL_OPEN,
    Accounts,
)
from seeds.generator.days import NONE, aligned, day_of
from seeds.generator.records import Discount, Ledger, Outcome, Subscription
from seeds.generator.renewals import RenewalPlay
from seeds.generator.settings import CompanySettings
from seeds.generator.terms import logistic

_TERM_MONTHS = (0, 6, 12, 24, 36)
_TERM_SHARES = (
    (0.0, 0.0, 0.62, 0.16, 0.22),
    (0.08, 0.05, 0.70, 0.12, 0.05),
    (0.34, 0.06, 0.57, 0.03, 0.0),
)


class Play(RenewalPlay):
    """One account at a time, from its first trial or contract on."""

    def run(self) -> Ledger:
        """Play all accounts, losers of mergers first, so that survivors can take them over."""
        order = np.argsort(self.accounts.merged_how == 0, kind="stable")
        for account in order.tolist():
            self._account(account)
        return self.ledger

    def _account(self, account: int) -> None:
        kind = int(self.accounts.kind[account])
        created = int(self.accounts.created_day[account])
        self._open_account(account)
        absorbed = int(self.accounts.merged_how[account]) == ABSORBED
        if absorbed:
            self.limit = int(self.accounts.merged_day[account]) - 1
        if created <= self.settings.end_day:
            self.ledger.stages.append((account, created, "Prospect"))
        if kind in (CUSTOMER, TRIAL_LOST, TRIAL_OPEN):
            self._start(kind)
        elif kind == PROSPECT:
            self._deal(
                "New Business",
                created + 5,
                int(self.accounts.first_day[account]) + 30,
                NONE,
                False,
                0.0,
                self._size() * 500.0,
                -1,
            )
        if absorbed:
            self._hand_over()
        self._arr_steps()

    def _size(self) -> int:
        return int(self.accounts.seats[self.account])

    def _start(self, kind: int) -> None:
        draws, account = self.draws, self.account
        day = int(self.accounts.first_day[account])
        trial_days = draws.choice((0.5, 0.5)) * 16 + 14 if self.accounts.has_trial[account] else 0
        if kind == TRIAL_OPEN:
            trial_days = 30
        created = int(self.accounts.created_day[account])
        signed = day - draws.whole(0, 9)
        if day - trial_days > self.limit:
            self._deal("New Business", created + 5, day, NONE, False, 0.0, self._size() * 500.0, -1)
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
        self._deal(
            "New Business",
            created + 5,
            day - draws.whole(0, 30),
            signed,
            True,
            0.0,
            self._arr(day),
            len(self.ledger.terms) - 1,
        )
        self._live()

    def _live(self) -> None:
        """From the start of a first term to the end of the company or of the customer."""
        number = len(self.ledger.terms) - 1
        while number >= 0:
            term = self.ledger.terms[number]
            if term.start > self.limit:
                return
            if term.end == NONE:
                number = self._evergreen(number)
            else:
                self._within(number)
                number = self._decide(number)

    def _evergreen(self, number: int) -> int:
        """Month by month until the customer leaves, fixes a term, or the company ends."""
        draws, term = self.draws, self.ledger.terms[number]
        day = term.start
        while True:
            day = self._later(day, 1)
            if day > self.limit:
                return -1
            mood = self.mood(day - 30) + 0.5 * draws.normal()
            if not self.protected and draws.chance(logistic(-4.55 - 1.0 * mood)):
                self.ledger.outcomes.append(Outcome(self.account, day, "churned", False))
                self._lose(day, max(day - draws.whole(5, 30), term.start), "customer_left", number)
                if draws.chance(0.15):
                    again = day + draws.whole(100, 280)
                    found = self._return(again, number, 12, win_back=True)
                    if found >= 0:
                        self._deal(
                            "New Business",
                            again - 60,
                            again,
                            self.ledger.terms[found].signed,
                            True,
                            0.0,
                            self._arr(again),
                            found,
                            win_back=True,
                        )
                    return found
                return -1
            core = self.open[0]
            if draws.chance(logistic(-4.2 - 0.8 * mood)):
                self.ledger.outcomes.append(Outcome(self.account, day, "contracted", False))
                self._change(
                    core, day, quantity=max(2, round(core.quantity * draws.between(0.6, 0.9)))
                )
                term.changed = day
            elif draws.chance(logistic(-3.0 + 0.5 * mood)):
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
                self._change(
                    row,
                    day,
                    plan=GROWTH,
                    price=self._price(
                        GROWTH, self.ledger.subscriptions[row.subscription].interval, day
                    ),
                )
        self._sign("renewal", number, 12, day, day)

    def _hand_over(self) -> None:
        """The billing of an absorbed account ends on the day of the merger."""
        day = int(self.accounts.merged_day[self.account])
        survivor = int(self.accounts.merged_into[self.account])
        for row in self.open:
            self.absorb.setdefault(survivor, []).append((day, row.price, row.plan, row.quantity))
        for row in self.ledger.intervals[self.first_interval :]:
            if row.end > day:
                row.end = day
        self.ledger.intervals[self.first_interval :] = [
            row for row in self.ledger.intervals[self.first_interval :] if row.start < row.end
        ]
        self.open = []
        for record in self.ledger.subscriptions[self.first_subscription :]:
            if record.end > day:
                record.end, record.notice, record.cancel_at = day, day, day
                record.reason = "merged"
        for term in self.ledger.terms[self.first_term :]:
            if term.status == "Activated":
                term.status, term.changed = "Terminated", day
                if term.end == NONE:
                    term.end = day
        self.ledger.current_terms.append((self.account, day, -1))
        self._forget_stages(day)
        self.ledger.stages.append((self.account, day, "Merged"))


def play(settings: CompanySettings, accounts: Accounts, catalogue: Catalogue) -> Ledger:
    """The commercial life of every account up to the last day."""
    return Play(settings, accounts, catalogue).run()
