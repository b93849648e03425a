//! How a mail writes money, days and times: as the pages do, in the locale of the order.

use std::sync::LazyLock;

use ecom67_domain::pricing::{DateRange, TaxRate};
use ecom67_domain::{Country, Language, Locale, Money};
use ecom67_words::{Format, IntlData, Messages, checkout_messages, mail_messages, messages, quote_messages};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

static INTL: LazyLock<IntlData> = LazyLock::new(IntlData::embedded);

/// Countries that write the month first, where English is written.
const MONTH_FIRST: [&str; 2] = ["US", "PH"];

/// Writes in one locale, by one clock on the wall.
pub(crate) struct Writer {
    locale: Locale,
    format: Format<'static>,
    zone: TimeZone,
}

impl Writer {
    pub(crate) fn new(locale: Locale, zone: TimeZone) -> Self {
        Self { locale, format: INTL.format(locale), zone }
    }

    fn language(&self) -> Language {
        self.locale.language
    }

    /// The words of mails.
    pub(crate) fn mail(&self) -> &'static Messages {
        mail_messages(self.language())
    }

    /// The words of the whole shop.
    pub(crate) fn shop(&self) -> &'static Messages {
        messages(self.language())
    }

    /// The words of orders.
    pub(crate) fn order(&self) -> &'static Messages {
        checkout_messages(self.language())
    }

    /// The words of quotes.
    pub(crate) fn quote(&self) -> &'static Messages {
        quote_messages(self.language())
    }

    pub(crate) fn money(&self, amount: Money) -> String {
        self.format.money(amount.minor(), amount.currency().code())
    }

    /// The amount with its sign turned: what was taken off.
    pub(crate) fn less(&self, amount: Money) -> String {
        self.format.money(-i128::from(amount.minor()), amount.currency().code())
    }

    pub(crate) fn number(&self, number: u32) -> String {
        self.format.number(number)
    }

    /// A rate in percent with up to three decimals, such as `8,25`.
    pub(crate) fn percent(&self, TaxRate(millionths): TaxRate) -> String {
        self.format.thousandths(millionths.saturating_add(5) / 10)
    }

    pub(crate) fn country(&self, country: Country) -> String {
        self.format.country_name(country.as_str())
    }

    pub(crate) fn date(&self, date: Date) -> String {
        let is_month_first = MONTH_FIRST.contains(&self.locale.country.as_str());
        let key = if is_month_first { "date-month-first" } else { "date" };
        let month = self.mail().get(&format!("month-{}", date.month()));
        self.mail().get_with(key, &[("day", &date.day()), ("month", &month), ("year", &date.year())])
    }

    /// The day on which something happened, by the clock on the wall.
    pub(crate) fn day(&self, at: Timestamp) -> String {
        self.date(self.zone.to_datetime(at).date())
    }

    /// Day, time and which clock.
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        let local = at.to_zoned(self.zone.clone());
        let values: [(&str, &dyn std::fmt::Display); 3] = [
            ("date", &self.date(local.date())),
            ("time", &local.strftime("%H:%M").to_string()),
            ("zone", &local.strftime("%Z").to_string()),
        ];
        self.mail().get_with("moment", &values)
    }

    pub(crate) fn days(&self, days: DateRange) -> String {
        if days.first == days.last {
            return self.date(days.first);
        }
        self.mail().get_with("days", &[("first", &self.date(days.first)), ("last", &self.date(days.last))])
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn writer(locale: &str, zone: &str) -> Writer {
        Writer::new(locale.parse().unwrap(), TimeZone::get(zone).unwrap())
    }

    #[test]
    fn days_and_times_are_written_as_people_of_the_country_do() {
        let at: Timestamp = "2026-11-27T23:05:00Z".parse().unwrap();

        assert_eq!(writer("de-de", "Europe/Berlin").moment(at), "28. November 2026, 00:05 Uhr (CET)");
        assert_eq!(writer("en-gb", "Europe/London").moment(at), "27 November 2026, 23:05 (GMT)");
        assert_eq!(writer("en-us", "America/New_York").moment(at), "November 27, 2026, 18:05 (EST)");
        assert_eq!(writer("en-us", "UTC").day(at), "November 27, 2026");
    }

    #[test]
    fn one_day_is_no_range() {
        let (first, last) = (date(2026, 12, 1), date(2026, 12, 3));
        let writer = writer("de-at", "UTC");

        assert_eq!(writer.days(DateRange { first, last: first }), "1. Dezember 2026");
        assert_eq!(writer.days(DateRange { first, last }), "1. Dezember 2026 bis 3. Dezember 2026");
    }

    #[test]
    fn a_rate_has_the_digits_it_needs() {
        let percent = |millionths| writer("de-de", "UTC").percent(TaxRate(millionths));

        assert_eq!([percent(190_000), percent(82_500), percent(88_750)], ["19", "8,25", "8,875"]);
    }
}
