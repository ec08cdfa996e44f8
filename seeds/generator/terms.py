"""Contract terms: signing, changing within the term, leaving, coming back."""

from __future__ import annotations

import math

from seeds.generator.books import AccountBook
from seeds.generator.catalogue import ANALYTICS, AUTOMATION, GROWTH, STARTER
from seeds.generator.days import NONE, aligned, day_of
from seeds.generator.records import Interval, Subscription, Term


def logistic(value: float) -> float:
    """The probability of log-odds."""
    return 1.0 / (1.0 + math.exp(-value))


class TermPlay(AccountBook):
    """What happens to and within the terms of the account at hand."""

    def _sign(self, kind: str, previous: int, months: int, start: int, signed: int) -> int:
        draws = self.draws
        evergreen = months == 0
        term = Term(
            self.account,
            previous,
            "evergreen" if evergreen and kind == "new" else kind,
            start,
            NONE if evergreen else self._later(start, months),
            months,
            signed,
            self.open[0].plan if self.open else GROWTH,
            auto_renew=evergreen or draws.chance((0.2, 0.35, 0.6)[self.segment]),
            notice_days=30 if self.segment == 2 else 60,
            changed=max(signed, start) if start <= self.limit else signed,
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
        rows = [
            row
            for row in self.ledger.intervals[self.first_interval :]
            if row.subscription == self.main_subscription and row.end == old.end
        ]
        signed = day - draws.whole(0, 5)
        signed = max(signed, old.end)
        self.main_subscription = self._subscribe(
            Subscription(self.account, day, day, 1 if months >= 12 else 0)
        )
        for row in rows[:2]:
            self._item(
                self.main_subscription,
                row.plan,
                max(3, round(row.quantity * draws.between(0.8, 1.1))),
                day,
                previous,
            )
        kind = "reactivation" if win_back else "renewal"
        number = self._sign(kind, previous, months or 12, day, signed)
        if not win_back:
            self.ledger.stages.append((self.account, day, "Customer"))
        return number

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
            self._deal(
                "Expansion",
                created,
                closed + 10,
                closed,
                True,
                before,
                round(after - before, 2)
                if new is not row
                else round(self.yearly[row.price] * extra, 2),
                number,
            )
        self.ledger.terms[number].changed = max(self.ledger.terms[number].changed, closed)

    def _absorb(self, day: int, number: int) -> None:
        """Take over the billing of accounts that merged into this one by a day."""
        waiting = self.absorb.get(self.account, [])
        due = [entry for entry in waiting if entry[0] <= day]
        for merged, price, plan, quantity in due:
            self._item(
                self.main_subscription,
                plan,
                quantity,
                max(merged, self.open[0].start),
                number,
                price=price,
            )
            waiting.remove((merged, price, plan, quantity))

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
                if draws.chance(logistic(0.9 + 0.9 * self.mood(day))):
                    steps.append((day, kind))
        if term.months >= 24 and draws.chance(0.4):
            steps += [
                (self._later(term.start, 12 * year), "ramp") for year in range(1, term.months // 12)
            ]
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
                self._change(
                    core, day, plan=core.plan + 1, price=self._price(core.plan + 1, interval, day)
                )
                self._deal(
                    "Expansion",
                    day - draws.whole(20, 60),
                    day + 10,
                    day,
                    True,
                    before,
                    round(self._arr(day) - before, 2),
                    number,
                )
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
            subscription = self._subscribe(
                Subscription(
                    self.account,
                    day,
                    self._anchor(day),
                    self.ledger.subscriptions[core.subscription].interval,
                )
            )
        if how >= 1:
            self.ledger.terms.append(
                Term(
                    self.account,
                    -1,
                    "coterm",
                    day,
                    term.end,
                    0,
                    day,
                    plan,
                    changed=day,
                    auto_renew=term.auto_renew,
                    notice_days=term.notice_days,
                )
            )
            owner = len(self.ledger.terms) - 1
        self._item(subscription, plan, core.quantity, day, owner)
        self._deal(
            "Expansion",
            day - draws.whole(20, 70),
            day + 10,
            day,
            True,
            0.0,
            round(self._arr(day) - before, 2),
            owner,
        )

    @staticmethod
    def _anchor(day: int) -> int:
        month, day_of_month = aligned(day)
        return day_of(month, day_of_month) if aligned(day)[1] < 28 else day_of(month + 1, 1)

    def _expire(self, numbers: set[int], day: int) -> None:
        if day > self.limit:
            return
        for number in numbers:
            if number >= 0 and self.ledger.terms[number].status == "Activated":
                self.ledger.terms[number].status = "Expired"
                self.ledger.terms[number].changed = day
