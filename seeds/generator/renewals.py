"""What becomes of a term at its end: lost, lapsed, or renewed smaller, same or larger."""

from __future__ import annotations

from seeds.generator.catalogue import ENTERPRISE, GROWTH
from seeds.generator.days import NONE, OPEN_DAY, aligned, day_of
from seeds.generator.records import Discount, Interval, Outcome
from seeds.generator.terms import TermPlay, logistic

_CHURN = (-3.0, -2.6, -2.1)
_CONTRACT = (-2.2, -2.25, -2.35)
_CHURN_SLOPE = 1.15
_CONTRACT_SLOPE = 0.75
_TIMING_SHARES = (0.53, 0.19, 0.06, 0.12, 0.07, 0.03)
ON_TIME, EARLY, EARLY_START, LATE, LAPSE, LONG_LAPSE = range(6)


class RenewalPlay(TermPlay):
    """The end of a term of the account at hand."""

    def _decide(self, number: int) -> int:
        """The renewal: lost, smaller, same or larger; early, on time or late."""
        draws, term, segment = self.draws, self.ledger.terms[number], self.segment
        end = term.end
        opened = max(end - 180, term.start)
        mood = self.mood(end - 75) + 0.55 * draws.normal()
        lost = not self.protected and draws.chance(logistic(_CHURN[segment] - _CHURN_SLOPE * mood))
        before = self._arr(min(end, self.limit))
        coterms = {row.term for row in self.open} - {number}
        if lost:
            notice = max(end - draws.whole(8, 80), term.start)
            if end > self.limit and notice > self.limit:
                self._open_renewal(number, opened, before)
                return -1
            self.ledger.outcomes.append(Outcome(self.account, end, "churned"))
            self._deal(
                "Renewal",
                opened,
                end,
                min(notice + draws.whole(0, 7), end),
                False,
                before,
                before,
                number,
                end,
            )
            self._lose(end, notice, "customer_left", number)
            self._expire(coterms, end)
            if end <= self.limit and draws.chance(0.14):
                again = end + draws.whole(100, 300)
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
        timing = ON_TIME if self.protected else draws.choice(_TIMING_SHARES)
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

    def _lapse(self, number: int, opened: int, before: float, start: int, coterms: set[int]) -> int:
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
            Outcome(self.account, term.end, "contracted" if contracted else "renewed")
        )
        self._deal("Renewal", opened, term.end, signed, True, before, after, number, term.end)
        return found

    def _renew(
        self,
        number: int,
        opened: int,
        before: float,
        start: int,
        signed: int,
        mood: float,
        coterms: set[int],
    ) -> int:
        draws, term = self.draws, self.ledger.terms[number]
        months = (
            term.months
            if draws.chance(0.8) or self.segment == 2
            else (24 if term.months == 12 else 12)
        )
        future = start > self.limit
        schedule = signed if future else NONE
        contract = draws.chance(logistic(_CONTRACT[self.segment] - _CONTRACT_SLOPE * mood))
        grow = not contract and draws.chance(logistic(-0.5 + 0.7 * mood))
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
                self._change(
                    row, start, plan=plan, quantity=quantity, price=price, scheduled=schedule
                )
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
            Outcome(self.account, term.end, "contracted" if smaller else "renewed")
        )
        self._deal(
            "Renewal", opened, term.end, signed, True, before, round(after, 2), number, term.end
        )
        return found

    def _renewal_discount(self, start: int) -> None:
        mine = [
            d
            for d in self.ledger.discounts[self.first_discount :]
            if d.subscription == self.main_subscription and d.end > start
        ]
        if not mine:
            self.ledger.discounts.append(
                Discount(
                    self.main_subscription,
                    (5, 10, 15)[self.draws.whole(0, 2)],
                    start,
                    self._later(start, 12),
                )
            )
