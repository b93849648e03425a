//! When it comes: working days, a cut-off and transit make a range of dates.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::code::CalendarCode;
use crate::violation::Violations;

/// The most holidays of one calendar.
const HOLIDAYS_MAX: usize = 500;
/// The most days of handling or transit.
const DAYS_MAX: u8 = 90;
/// How far ahead a working day is looked for, in days. A calendar with none for so long promises nothing.
const HORIZON_DAYS: u32 = 1_000;

/// When a place works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The calendar's code.
    pub code: CalendarCode,
    /// Where its clock stands.
    pub time_zone: TimeZone,
    /// What comes in up to and without this time is handled from the same day on.
    pub cut_off: Time,
    /// Whether work is done, Monday first.
    pub working_days: [bool; 7],
    /// When none is done all the same.
    pub holidays: BTreeSet<Date>,
}

/// How long goods are on their way, in working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transit {
    /// Until they leave.
    pub handling_days: u8,
    /// From there, at least.
    pub minimum_days: u8,
    /// From there, at most.
    pub maximum_days: u8,
}

/// The first and the last day on which goods come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateRange {
    /// The earliest.
    pub first: Date,
    /// The latest.
    pub last: Date,
}

impl Calendar {
    /// Checks that there is a working day, and that the holidays fit.
    pub fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        if !self.working_days.contains(&true) {
            violations.add("working_days", "working_day_missing", "at least one day of the week");
        }
        if self.holidays.len() > HOLIDAYS_MAX {
            violations.add("holidays", "too_many", format!("at most {HOLIDAYS_MAX} holidays"));
        }
        violations.or(|| ())
    }

    /// The first instant after `at` from which goods may be promised for other days: a cut-off, a midnight, or one at which
    /// the clocks are changed.
    pub(super) fn turns_after(&self, at: Timestamp) -> Timestamp {
        let today = self.time_zone.to_datetime(at).date();
        let cut_off = today.to_datetime(self.cut_off);
        let midnight = today.tomorrow().map(|tomorrow| tomorrow.to_datetime(Time::midnight()));
        // Where clocks are put back, a time of the day comes twice.
        let both = |turn| {
            let instant = self.time_zone.to_ambiguous_timestamp(turn);
            [instant.earlier(), instant.later()]
        };
        let turns = std::iter::once(cut_off).chain(midnight).flat_map(both).flatten();
        let changes = self.time_zone.following(at).next().map(|transition| transition.timestamp());
        turns.chain(changes).filter(|turn| *turn > at).min().unwrap_or(Timestamp::MAX)
    }

    fn works_on(&self, day: Date) -> bool {
        self.working_days[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())]
            && !self.holidays.contains(&day)
    }

    /// The `count`th working day after `day`; for 0 the day itself or the first one after it.
    fn working_day(&self, day: Date, count: u8) -> Option<Date> {
        let mut left = u32::from(count) + u32::from(!self.works_on(day));
        let mut day = day;
        // A day that is none and a count of two: the first working day is the start, and two more follow.
        for _ in 0..HORIZON_DAYS {
            if left == 0 {
                return Some(day);
            }
            day = day.checked_add(1.day()).ok()?;
            left -= u32::from(self.works_on(day));
        }
        None
    }
}

impl Transit {
    /// Checks that the days fit and the least are not more than the most.
    pub(super) fn check(self, violations: &mut Violations) {
        if self.handling_days > DAYS_MAX || self.maximum_days > DAYS_MAX {
            violations.add("transit", "days_invalid", format!("at most {DAYS_MAX} days"));
        }
        if self.minimum_days > self.maximum_days {
            violations.add("transit.minimum_days", "days_invalid", "no more than maximum_days");
        }
    }

    const fn days(self) -> RangeInclusive<u8> {
        self.minimum_days..=self.maximum_days
    }
}

/// When goods come that are ordered at `at`: the same function for product page, cart and checkout, so that all promise
/// the same. `None` where the calendar has no working day in sight.
pub fn promised_dates(calendar: &Calendar, transit: Transit, at: Timestamp) -> Option<DateRange> {
    let local = calendar.time_zone.to_datetime(at);
    let is_too_late = calendar.works_on(local.date()) && local.time() >= calendar.cut_off;
    let begins = calendar.working_day(local.date(), u8::from(is_too_late))?;
    let leaves = calendar.working_day(begins, transit.handling_days)?;
    let arrives = |days: u8| calendar.working_day(leaves, days);
    Some(DateRange { first: arrives(*transit.days().start())?, last: arrives(*transit.days().end())? })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Berlin's clock, Monday to Friday until 14:00, closed on the two Christmas days of 2026.
    fn calendar() -> Calendar {
        Calendar {
            code: "main".parse().unwrap(),
            time_zone: TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap(),
            cut_off: Time::constant(14, 0, 0, 0),
            working_days: [true, true, true, true, true, false, false],
            holidays: ["2026-12-25", "2026-12-26"].map(|day| day.parse().unwrap()).into(),
        }
    }

    fn promised(at: &str, handling: u8, transit: RangeInclusive<u8>) -> Option<(String, String)> {
        let transit = Transit { handling_days: handling, minimum_days: *transit.start(), maximum_days: *transit.end() };
        let dates = promised_dates(&calendar(), transit, at.parse().unwrap())?;
        Some((dates.first.to_string(), dates.last.to_string()))
    }

    #[test]
    fn cut_off_weekends_and_holidays_move_the_dates() {
        for (at, handling, transit, first, last) in [
            // Thursday 13:59 in Berlin (summer: UTC+2): leaves on Thursday, comes on Friday or Monday.
            ("2026-10-01T11:59:59Z", 0, 1..=2, "2026-10-02", "2026-10-05"),
            // At 14:00 it is a day later.
            ("2026-10-01T12:00:00Z", 0, 1..=2, "2026-10-05", "2026-10-06"),
            // In winter the same hour is one later in UTC.
            ("2026-12-01T12:59:59Z", 0, 1..=1, "2026-12-02", "2026-12-02"),
            // On Saturday the cut-off decides nothing: Monday is the first day, one of handling, one on its way.
            ("2026-10-03T06:00:00Z", 1, 1..=1, "2026-10-07", "2026-10-07"),
            ("2026-10-03T20:00:00Z", 1, 1..=1, "2026-10-07", "2026-10-07"),
            // Over Christmas: Thursday too late, Friday and Saturday closed, Monday the 28th begins.
            ("2026-12-24T15:00:00Z", 0, 0..=1, "2026-12-28", "2026-12-29"),
            // Half past eleven in the evening in London is tomorrow in Berlin.
            ("2026-10-01T22:30:00Z", 0, 0..=0, "2026-10-02", "2026-10-02"),
        ] {
            let expected = Some((first.to_owned(), last.to_owned()));
            assert_eq!(promised(at, handling, transit), expected, "{at}");
        }
    }

    #[test]
    fn a_calendar_without_working_days_promises_nothing_and_ends() {
        let never = Calendar { working_days: [false; 7], ..calendar() };
        let transit = Transit { handling_days: 1, minimum_days: 1, maximum_days: 2 };

        assert_eq!(promised_dates(&never, transit, "2026-10-01T00:00:00Z".parse().unwrap()), None);
        assert_eq!(never.check().unwrap_err().as_slice()[0].code, "working_day_missing");
    }

    #[test]
    fn between_two_turns_the_time_makes_no_difference() {
        let transit = Transit { handling_days: 0, minimum_days: 1, maximum_days: 2 };
        // One cut-off lies in the hour that comes twice on 25 October, and in the one that there is not on 29 March.
        for cut_off in [Time::constant(14, 0, 0, 0), Time::constant(2, 30, 0, 0), Time::midnight()] {
            let calendar = Calendar { cut_off, working_days: [true; 7], ..calendar() };
            for (from, to) in
                [("2026-10-24T18:00:00Z", "2026-10-26T18:00:00Z"), ("2026-03-28T18:00:00Z", "2026-03-30T18:00:00Z")]
            {
                let (mut at, end): (Timestamp, Timestamp) = (from.parse().unwrap(), to.parse().unwrap());
                let mut turn = calendar.turns_after(at);
                let mut promised = promised_dates(&calendar, transit, at);
                while at < end {
                    at = at.checked_add(jiff::SignedDuration::from_mins(5)).unwrap();
                    let now = promised_dates(&calendar, transit, at);
                    assert!(now == promised || at >= turn, "{cut_off}: other days at {at} before {turn}");
                    if at >= turn {
                        turn = calendar.turns_after(at);
                        assert!(turn > at, "{turn}");
                    }
                    promised = now;
                }
            }
        }
    }
}
