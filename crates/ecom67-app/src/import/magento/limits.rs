//! How many of a variant one cart may have, as Magento's rows say it.

use ecom67_domain::QuantityLimits;
use ecom67_domain::cart::LINE_QUANTITY_MAX;

use super::fields::Fields;
use crate::document::QuantityDocument;
use crate::import::report::Problem;

/// The least, the most and the increment of a row, where they are its own: those of Magento's configuration are in no file.
///
/// Magento sells multiples of the increment alone, so the least and the most that count are those that are some.
pub(super) fn quantity(fields: &Fields<'_>) -> Result<Option<QuantityDocument>, Problem> {
    let is_in_sets = fields.get("enable_qty_increments") == "1" && fields.get("use_config_enable_qty_inc") != "1";
    let step = if is_in_sets { units(fields, "qty_increments", "use_config_qty_increments")? } else { None };
    let (min_column, max_column) =
        (said(fields, ["min_cart_qty", "min_sale_qty"]), said(fields, ["max_cart_qty", "max_sale_qty"]));
    let min = units(fields, min_column, "use_config_min_sale_qty")?;
    let max = units(fields, max_column, "use_config_max_sale_qty")?;

    let step = step.unwrap_or(1);
    let least = min.unwrap_or(1).checked_next_multiple_of(step).unwrap_or(u32::MAX);
    // No line has more than that anyway.
    let most = max.filter(|max| *max < LINE_QUANTITY_MAX).map(|max| max - max % step);
    let limits = QuantityLimits::new(Some(least), most, Some(step)).map_err(|invalid| {
        let column = match most {
            _ if step > LINE_QUANTITY_MAX => "qty_increments",
            Some(most) if most < least => max_column,
            _ => min_column,
        };
        Problem::refused(column, invalid.code, invalid.expected)
    })?;
    Ok(QuantityDocument::of(limits))
}

/// The column that says something, of the names that one has in different exports.
fn said(fields: &Fields<'_>, names: [&'static str; 2]) -> &'static str {
    let [usual, other] = names;
    if fields.get(usual).is_empty() && !fields.get(other).is_empty() { other } else { usual }
}

/// The units in a column; none where that is empty or zero, or the configuration's.
fn units(fields: &Fields<'_>, column: &'static str, configured: &str) -> Result<Option<u32>, Problem> {
    let text = fields.get(column);
    if text.is_empty() || fields.get(configured) == "1" {
        return Ok(None);
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_whole = fraction.bytes().all(|byte| byte == b'0');
    match whole.parse::<u32>() {
        Ok(units) if is_whole => Ok((units > 0).then_some(units)),
        _ => Err(Problem::refused(column, "quantity_limits_invalid", "a whole number of units")),
    }
}
