//! Prices and stock from a spreadsheet: products that are there, updated in place.

use std::collections::HashMap;

use csv::StringRecord;
use ecom67_domain::stock::ON_HAND_MAX;
use ecom67_domain::{Currency, LocationCode, Money, Sku};

use super::csv_values;
use super::report::Problem;
use super::rows::{CompareAt, HeaderError, Mapper, PriceSetting, Record, Row, StockPriceRow, Work};
use crate::shop::Shop;

const COLUMNS: [&str; 6] = ["sku", "market", "price", "compare_at", "stock", "location"];

/// Makes a row of each line.
pub(super) struct StockPrices {
    /// The place of each column in the file.
    places: HashMap<&'static str, usize>,
    count: usize,
    separator: u8,
    markets: Vec<(String, Currency)>,
    locations: Vec<LocationCode>,
}

impl StockPrices {
    pub(super) fn new(shop: &Shop) -> Self {
        Self {
            places: HashMap::new(),
            count: 0,
            separator: b',',
            markets: shop.markets.iter().map(|market| (market.code.to_string(), market.currency)).collect(),
            locations: shop.locations.iter().cloned().collect(),
        }
    }

    fn row(&self, line: u64, values: &StringRecord) -> Result<StockPriceRow, Vec<Problem>> {
        if values.len() != self.count {
            let expected = format!("{} fields, as the first line has: there are {}", self.count, values.len());
            return Err(vec![Problem::refused("", "csv_fields_wrong", expected)]);
        }
        let get = |column| self.places.get(column).and_then(|place| values.get(*place)).unwrap_or_default().trim();
        let sku = get("sku");
        let parsed = sku.parse::<Sku>().map_err(|invalid| Problem::refused("sku", invalid.code, invalid.expected));
        let price = self.price(get("market"), get("price"), get("compare_at"));
        let stock = self.stock(get("location"), get("stock"));
        match (parsed, price, stock) {
            (Ok(sku), Ok(price), Ok(stock)) => Ok(StockPriceRow { line, sku, price, stock }),
            (parsed, price, stock) => {
                let problems = [parsed.err(), price.err(), stock.err()];
                Err(problems.into_iter().flatten().map(|problem| problem.with_sku(sku)).collect())
            }
        }
    }

    fn price(&self, market: &str, price: &str, compare_at: &str) -> Result<Option<PriceSetting>, Problem> {
        if price.is_empty() && compare_at.is_empty() {
            return Ok(None);
        }
        let known = match (market, self.markets.as_slice()) {
            ("", [only]) => Some(only),
            (code, markets) => markets.iter().find(|(known, _)| known == code),
        };
        let Some((code, currency)) = known else {
            let codes = self.markets.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>().join(", ");
            return Err(Problem::refused("market", "market_unknown", format!("the code of a market: {codes}")));
        };
        let market = code.parse().map_err(|_| Problem::refused("market", "market_unknown", "the code of a market"))?;
        let amount = if price.is_empty() { None } else { Some(minor_units("price", price, *currency)?) };
        let compare_at = match compare_at {
            "" => None,
            "none" | "-" => Some(CompareAt::Gone),
            text => Some(CompareAt::Is(minor_units("compare_at", text, *currency)?)),
        };
        Ok(Some(PriceSetting { market, currency: *currency, amount, compare_at }))
    }

    fn stock(&self, location: &str, stock: &str) -> Result<Option<(LocationCode, u64)>, Problem> {
        if stock.is_empty() {
            return Ok(None);
        }
        let units = stock.parse::<u64>().ok().filter(|units| *units <= ON_HAND_MAX).ok_or_else(|| {
            Problem::refused("stock", "stock_invalid", format!("a whole number of units from 0 to {ON_HAND_MAX}"))
        })?;
        let code = if location.is_empty() { LocationCode::main().to_string() } else { location.to_owned() };
        let known = self.locations.iter().find(|known| known.as_str() == code);
        let known = known.ok_or_else(|| {
            Problem::refused("location", "location_unknown", format!("the code of a location: there is no {code}"))
        })?;
        Ok(Some((known.clone(), units)))
    }
}

/// Reads a price as people write it: with a point or a comma before the decimals, and nothing between thousands.
///
/// A separator with three digits behind it may be either (`1,234` is one thing in London and another in Berlin). So
/// there may be no more decimals than the currency has, and no comma where it has three.
fn minor_units(column: &'static str, text: &str, currency: Currency) -> Result<i64, Problem> {
    let exponent = currency.exponent() as usize;
    let decimals = text.split_once(['.', ',']).map_or(0, |(_, decimals)| decimals.len());
    let may_be_thousands = decimals > exponent || (exponent == 3 && text.contains(','));
    let expected = || {
        format!(
            "a price in {currency}, such as {}, without separators of thousands",
            Money::new(123_456, currency).to_decimal()
        )
    };
    if may_be_thousands {
        return Err(Problem::refused(column, "price_invalid", expected()));
    }
    let money = Money::from_decimal(&text.replacen(',', ".", 1), currency);
    Ok(money.map_err(|invalid| Problem::refused(column, invalid.code, expected()))?.minor())
}

impl Mapper for StockPrices {
    fn has_header(&self) -> bool {
        true
    }

    fn header(&mut self, text: &str) -> Result<u8, HeaderError> {
        // Where people write 14,90 their spreadsheets put semicolons between fields.
        let separators = [b',', b';', b'\t'];
        let count = |separator: &u8| text.bytes().filter(|byte| byte == separator).count();
        self.separator = separators.into_iter().max_by_key(count).filter(|best| count(best) > 0).unwrap_or(b',');
        let names = csv_values(text, self.separator);
        self.count = names.len();
        for (place, name) in names.iter().enumerate() {
            let name = name.trim().to_ascii_lowercase();
            if let Some(column) = COLUMNS.into_iter().find(|column| *column == name) {
                self.places.insert(column, place);
            }
        }
        let is_missing = |column: &&str| !self.places.contains_key(*column);
        if is_missing(&"sku") || COLUMNS[2..5].iter().all(is_missing) {
            return Err(HeaderError { missing: vec!["sku", "price or stock"] });
        }
        Ok(self.separator)
    }

    fn map(&mut self, record: &Record<'_>, rows: &mut Vec<Row>) {
        let line = record.line();
        rows.push(match self.row(line, &csv_values(record.text, self.separator)) {
            Ok(row) => Row::new(line, Work::StockPrice(row)),
            Err(problems) => Row::refused(line, problems),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{LocationDocument, MarketDocument, ShopDocument, TaxDocument};
    use crate::import::checkpoint::Place;

    fn shop() -> Shop {
        let mut shop = Shop::default();
        for (code, country, currency) in [("de", "DE", "EUR"), ("kw", "KW", "KWD"), ("jp", "JP", "JPY")] {
            let market = MarketDocument {
                code: code.into(),
                countries: vec![country.into()],
                currency: currency.into(),
                tax: TaxDocument::Included,
                languages: vec!["en".into()],
                low_price_notice: false,
            };
            shop.apply(ShopDocument::Market(market)).unwrap();
        }
        let main = LocationDocument { code: "main".into(), name: "Main".into(), country: "DE".into() };
        shop.apply(ShopDocument::Location(main)).unwrap();
        shop
    }

    fn read(header: &str, line: &str) -> Result<StockPriceRow, Vec<(String, &'static str)>> {
        let mut mapper = StockPrices::new(&shop());
        mapper.header(header).unwrap();
        let mut rows = Vec::new();
        mapper.map(&Record { place: Place { file: 0, offset: 9, lines: 1 }, text: line }, &mut rows);
        let row = rows.remove(0);
        match row.work {
            Work::StockPrice(row) => Ok(row),
            _ => Err(row.problems.into_iter().map(|problem| (problem.field, problem.code)).collect()),
        }
    }

    const HEADER: &str = "sku,market,price,compare_at,stock,location";

    #[test]
    fn prices_are_read_as_people_write_them() {
        let price = |header, line| read(header, line).unwrap().price.map(|price| (price.amount, price.compare_at));

        assert_eq!(price(HEADER, "MUG,de,14.90,19.90,,"), Some((Some(1490), Some(CompareAt::Is(1990)))));
        assert_eq!(price(HEADER, "MUG,de,14.9,none,,"), Some((Some(1490), Some(CompareAt::Gone))));
        assert_eq!(price(HEADER, "MUG,de,\"14,90\",,,"), Some((Some(1490), None)));
        assert_eq!(price("Sku;Market;Price", "MUG;de;14,90"), Some((Some(1490), None)));
        assert_eq!(price(HEADER, "MUG,jp,1490,,,"), Some((Some(1490), None)));
        assert_eq!(price(HEADER, "MUG,kw,4.995,,,"), Some((Some(4995), None)));
        assert_eq!(price(HEADER, "MUG,de,,,7,"), None);
    }

    #[test]
    fn what_may_be_thousands_or_decimals_is_refused_rather_than_guessed() {
        for (line, field) in [
            ("MUG,de,\"1,234\",,,", "price"),
            ("MUG,de,1.230,,,", "price"),
            ("MUG,de,\"1.234,56\",,,", "price"),
            ("MUG,kw,\"1,230\",,,", "price"),
            ("MUG,jp,14.90,,,", "price"),
            ("MUG,de,12 EUR,,,", "price"),
            ("MUG,de,9,1e9,,", "compare_at"),
        ] {
            assert_eq!(read(HEADER, line).unwrap_err(), [(field.to_owned(), "price_invalid")], "{line}");
        }
    }

    #[test]
    fn empty_fields_leave_things_as_they_are_and_wrong_ones_are_all_told() {
        let row = read(HEADER, "MUG,,,,12,").unwrap();
        assert_eq!((row.price, row.stock), (None, Some((LocationCode::main(), 12))));

        let problems = read(HEADER, "M\u{7},xx,1,,-3,").unwrap_err();
        let codes: Vec<_> = problems.iter().map(|(_, code)| *code).collect();
        assert_eq!(codes, ["sku_invalid", "market_unknown", "stock_invalid"]);
        assert_eq!(read(HEADER, "MUG,de,1,,1,moon").unwrap_err()[0].1, "location_unknown");
        assert_eq!(read(HEADER, "MUG,de,1").unwrap_err()[0].1, "csv_fields_wrong");
    }

    #[test]
    fn a_file_that_names_nothing_to_set_is_none_of_ours() {
        assert!(StockPrices::new(&shop()).header("sku,name").is_err());
        assert!(StockPrices::new(&shop()).header("price;stock").is_err());
    }
}
