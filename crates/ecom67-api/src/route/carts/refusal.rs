//! Why something was not done to a cart, as it is answered.

use ecom67_app::carts::CartError;
use ecom67_app::gift_cards::GiftCardRefusal;
use ecom67_domain::cart::CartRefusal;
use hyper::StatusCode;

use crate::problem::ApiError;
use crate::shopper::no_such_cart;

impl From<CartError> for ApiError {
    fn from(error: CartError) -> Self {
        let message = error.to_string();
        match error {
            CartError::NotFound => no_such_cart(),
            CartError::NotSold { .. } => Self::not_found("article_not_sold", format!("{message}.")).at("sku"),
            CartError::CouponUnknown { .. } => Self::not_found("coupon_unknown", format!("{message}.")).at("coupon"),
            CartError::GiftCard(refusal) => {
                let status = match refusal {
                    GiftCardRefusal::Unknown => StatusCode::NOT_FOUND,
                    GiftCardRefusal::Expired
                    | GiftCardRefusal::Blocked
                    | GiftCardRefusal::Empty
                    | GiftCardRefusal::OtherCurrency { .. } => StatusCode::CONFLICT,
                };
                Self::new(status, refusal.code(), format!("{message}.")).at("code")
            }
            CartError::DeliveryUnknown { .. } => {
                Self::not_found("delivery_unknown", format!("{message}.")).at("method")
            }
            CartError::OtherMarket { .. } => {
                Self::new(StatusCode::CONFLICT, "cart_of_other_market", format!("{message}."))
            }
            CartError::OtherCountry { .. } => {
                Self::new(StatusCode::CONFLICT, "country_not_served", format!("{message}.")).at("country")
            }
            CartError::Stale { .. } => {
                let detail = format!("{message}. Read it again before you change it.");
                Self::new(StatusCode::PRECONDITION_FAILED, "cart_changed", detail)
            }
            CartError::KeyReused { .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", format!("{message}."))
                    .at("Idempotency-Key")
            }
            CartError::Refused(refusal) => refused(&refusal),
            CartError::Store(error) => error.into(),
        }
    }
}

fn refused(refusal: &CartRefusal) -> ApiError {
    let status = match refusal {
        CartRefusal::NotThere { .. } => StatusCode::NOT_FOUND,
        CartRefusal::TooManyLines
        | CartRefusal::OtherMarket { .. }
        | CartRefusal::NotEnough { .. }
        | CartRefusal::TooManyUnits { .. }
        | CartRefusal::TooManyOfProduct { .. }
        | CartRefusal::TooFewUnits { .. }
        | CartRefusal::NotInSets { .. }
        | CartRefusal::TooManyCoupons
        | CartRefusal::TooManyGiftCards
        | CartRefusal::TooManySaved
        | CartRefusal::TooManyWishes
        | CartRefusal::InCheckout { .. } => StatusCode::CONFLICT,
    };
    let problem = ApiError::new(status, refusal.code(), format!("{refusal}."));
    match refusal {
        CartRefusal::NotEnough { asked, available, .. } => problem.at("quantity").with_units(*asked, *available),
        CartRefusal::TooManyUnits { asked, max, .. } => problem.at("quantity").with_units(*asked, u64::from(*max)),
        CartRefusal::TooManyOfProduct { asked, allowed, .. } => problem.at("quantity").with_units(*asked, *allowed),
        CartRefusal::TooFewUnits { asked, min, .. } => problem.at("quantity").with_units(*asked, u64::from(*min)),
        CartRefusal::NotInSets { asked, allowed, .. } => problem.at("quantity").with_units(*asked, u64::from(*allowed)),
        _ => problem,
    }
}
