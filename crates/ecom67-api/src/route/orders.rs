//! Checkout and orders.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use ecom67_app::carts::CartError;
use ecom67_app::checkouts::{Checkout, CheckoutError, Shortage, ShownLegalTexts};
use ecom67_app::document::OrderContactDocument;
use ecom67_app::orders::{OrderError, OrderPayment, PlacedOrder};
use ecom67_app::port::{PaymentError, StoreError};
use ecom67_domain::Money;
use ecom67_domain::order::{CancelReason, ContentError, LegalTextDigest, LegalTextKind, OrderRefusal};
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, HeaderMap, HeaderValue, LOCATION};
use jiff::SignedDuration;
use serde::Deserialize;
use tracing::{Instrument as _, Span};
use utoipa::{IntoResponses, ToSchema};

use super::Api;
use crate::body::{read_body, read_json};
use crate::client::ClientAddress;
use crate::parameters::{LocaleParameters, Parameters};
use crate::present::{Audience, legal_text_view, order_view};
use crate::problem::{ApiError, Problem, ProblemLine};
use crate::shopper::{Orderer, idempotency_key, no_such_cart, no_such_order, refuse_other_sites, shown_capability};
use crate::view;

/// Of nobody's cache: it is one shopper's own.
const OWN: HeaderValue = HeaderValue::from_static("private, no-store");

/// The most bytes of a checkout: two addresses of the longest lines.
const BODY_BYTES_MAX: usize = 16_384;

/// The most bytes of what the payment provider tells.
const WEBHOOK_BYTES_MAX: usize = 256 * 1024;

/// A cart to be ordered.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckoutBody {
    /// The `id` of the quote that the shopper saw. Nobody else names an amount.
    #[schema(min_length = 32, max_length = 32)]
    quote_id: String,
    /// Who orders, and where it goes.
    contact: view::OrderContact,
    /// The `legal_links` of the navigation that the shopper saw beside the button: where they are not what applies now, nothing
    /// is ordered. Where they are not named, whatever applies is agreed to.
    #[serde(default)]
    #[schema(max_items = 2)]
    legal_texts: Option<Vec<ShownLegalText>>,
    /// Whether whoever orders agrees that what is digital is delivered at once, before the time to withdraw is over, and knows that
    /// they lose the right of withdrawal from it by that. Needed where a line is `digital` and there is a text on withdrawal.
    #[serde(default)]
    consents_to_immediate_digital_delivery: bool,
}

/// A text of the shop that was shown to whoever orders.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ShownLegalText {
    /// What it is about.
    kind: view::LegalTextKind,
    /// Its digest.
    #[schema(min_length = 64, max_length = 64)]
    digest: String,
}

/// An order to be found.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderLookUpBody {
    /// Its number, as people type it.
    #[schema(max_length = 20, example = "K7QM-2XRT")]
    number: String,
    /// The e-mail address it was made with.
    #[schema(max_length = 254)]
    email: String,
}

/// How a checkout, or a step of an order, may fail.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "for the description alone")]
pub(super) enum OrderProblems {
    /// The body, a header or the locale is wrong
    #[response(status = BAD_REQUEST, content_type = "application/problem+json")]
    Invalid(Problem),
    /// From a page of another site
    #[response(status = FORBIDDEN, content_type = "application/problem+json")]
    OtherSite(Problem),
    /// No such cart or order, or not the caller's
    #[response(status = NOT_FOUND, content_type = "application/problem+json")]
    NotFound(Problem),
    /// The quote has changed (`cart`), the terms have (`legal_links`), too few are there (`lines`), a consent is missing (`field`), or the order is not in a state for it
    #[response(status = CONFLICT, content_type = "application/problem+json")]
    Conflict(Problem),
    /// The body is too large
    #[response(status = PAYLOAD_TOO_LARGE, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// Not JSON
    #[response(status = UNSUPPORTED_MEDIA_TYPE, content_type = "application/problem+json")]
    NotJson(Problem),
    /// The `Idempotency-Key` was used for another request
    #[response(status = UNPROCESSABLE_ENTITY, content_type = "application/problem+json")]
    KeyReused(Problem),
    /// Too many orders of this e-mail address or network await payment, or too many are looked up; `Retry-After` says when to try again
    #[response(status = TOO_MANY_REQUESTS, content_type = "application/problem+json")]
    TooMany(Problem),
    /// Too much is waiting
    #[response(status = SERVICE_UNAVAILABLE, content_type = "application/problem+json")]
    Busy(Problem),
}

fn conflict(code: &'static str, detail: impl std::fmt::Display) -> ApiError {
    ApiError::new(StatusCode::CONFLICT, code, format!("{detail}."))
}

fn contended() -> ApiError {
    let detail = "Many order the same at this moment. Please try again in a second.";
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail)
}

impl From<OrderError> for ApiError {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::NotFound => no_such_order(),
            OrderError::Refused(refusal) => conflict(refusal_code(refusal), refusal),
            OrderError::Contended => contended(),
            OrderError::Payment(error) => error.into(),
            OrderError::Store(error) => error.into(),
        }
    }
}

const fn refusal_code(refusal: OrderRefusal) -> &'static str {
    match refusal {
        OrderRefusal::Cancelled => "order_cancelled",
        OrderRefusal::PaidFor => "order_paid_for",
        OrderRefusal::NotPaid => "order_not_paid",
        OrderRefusal::OtherAmount => "payment_of_other_amount",
        OrderRefusal::NotExtendable => "hold_not_extendable",
        OrderRefusal::RefundTooLarge { .. } => "refund_too_large",
        OrderRefusal::TooManyRefunds => "too_many_refunds",
        OrderRefusal::NoSuchRefund { .. } => "refund_not_found",
        OrderRefusal::RefundNotStuck { .. } => "refund_not_stuck",
    }
}

impl From<PaymentError> for ApiError {
    fn from(error: PaymentError) -> Self {
        match error {
            PaymentError::Unavailable { .. } | PaymentError::OutcomeUnknown(_) | PaymentError::Failed { .. } => {
                let detail = "The payment provider does not answer at present. Please try again in a minute.";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "payment_unavailable", detail)
            }
            PaymentError::Refused { .. }
            | PaymentError::OtherState { .. }
            | PaymentError::NotFound
            | PaymentError::KeyReused
            | PaymentError::Unreadable(_) => Self::internal(&error),
        }
    }
}

/// Whoever pays or cancels one of them can order at once; else one is over when a hold has run out, or sooner.
fn too_many_open(code: &'static str, message: &str, hold: SignedDuration) -> ApiError {
    let detail = format!("{message}. Pay or cancel one of them, or try again when their time is over.");
    let seconds = u32::try_from(hold.as_secs()).unwrap_or(u32::MAX).max(1);
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, code, detail).after(seconds)
}

/// A checkout that failed, told with what the shopper has to look at again.
async fn checkout_problem(api: &Api, audience: &Audience, error: CheckoutError) -> ApiError {
    let message = error.to_string();
    match error {
        // No field of a checkout names the card.
        CheckoutError::Cart(CartError::GiftCard(refusal)) => conflict(refusal.code(), message),
        CheckoutError::Cart(error) => error.into(),
        CheckoutError::KeyReused { .. } => {
            ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", format!("{message}."))
                .at("Idempotency-Key")
        }
        CheckoutError::QuoteChanged(open) => match api.presenter.cart(audience, &open).await {
            Ok(cart) => conflict("quote_changed", message).at("quote_id").with_cart(&cart),
            Err(error) => error.into(),
        },
        CheckoutError::TermsChanged => {
            // As they are at this moment, and not as they were when the request came in.
            let present = api.presenter.audience(&audience.locale.to_string());
            let links = api.presenter.legal_links(present.as_ref().unwrap_or(audience));
            conflict("terms_changed", message).at("legal_texts").with_legal_links(links)
        }
        CheckoutError::OutOfStock(shortages) => conflict("out_of_stock", message).with_lines(problem_lines(shortages)),
        CheckoutError::QuantityNotAllowed(beyond) => {
            conflict("quantity_not_allowed", message).with_lines(problem_lines(beyond))
        }
        CheckoutError::TooManyOpenOfCustomer => {
            too_many_open("too_many_open_orders_of_email", &message, api.checkouts.hold)
        }
        CheckoutError::TooManyOpenFromNetwork => {
            too_many_open("too_many_open_orders_from_network", &message, api.checkouts.hold)
        }
        CheckoutError::Content(error) => match error {
            ContentError::Empty => conflict("cart_empty", message),
            ContentError::NoDelivery => conflict("delivery_missing", message),
            ContentError::NoDigitalConsent => {
                conflict("digital_consent_missing", message).at("consents_to_immediate_digital_delivery")
            }
            ContentError::AddressNeeded => conflict("address_missing", message),
            ContentError::Gone { .. } => conflict("article_gone", message),
        },
        CheckoutError::Quote(error) => conflict(error.code(), message),
        CheckoutError::NotPayable { due, least } => {
            let money = |money: Money| format!("{} {}", money.to_decimal(), money.currency().code());
            let right = least.map(|least| format!("; at least {} can be", money(least))).unwrap_or_default();
            conflict("amount_not_payable", format!("{} cannot be paid{right}", money(due)))
        }
        CheckoutError::Contended => contended(),
        CheckoutError::Order(error) => error.into(),
        CheckoutError::Store(error) => error.into(),
    }
}

fn problem_lines(shortages: Vec<Shortage>) -> Vec<ProblemLine> {
    let line = |Shortage { sku, asked, available }| ProblemLine { sku: sku.to_string(), asked, available };
    shortages.into_iter().map(line).collect()
}

/// Orders what is in the cart: its goods are held from then on, and the answer says how it is paid. Whoever asks again, with
/// the same key or from another tab, gets the same order.
#[utoipa::path(
    post, path = "/api/checkouts", tag = "orders", request_body = CheckoutBody,
    params(LocaleParameters, CheckoutHeaders),
    responses(
        (status = CREATED, body = view::Order),
        (status = OK, body = view::Order, description = "It had been ordered before"),
        OrderProblems
    )
)]
pub(super) async fn place_order(
    State(api): State<Arc<Api>>,
    Parameters(LocaleParameters { locale }): Parameters<LocaleParameters>,
    client: ClientAddress,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let audience = api.presenter.audience(&locale)?;
    let missing =
        || ApiError::invalid("Idempotency-Key", "idempotency_key_missing", "A name for this attempt, such as a UUID.");
    let key = idempotency_key(&headers)?.ok_or_else(missing)?;
    let (capability, has_cookie) = shown_capability(&headers, &audience).ok_or_else(no_such_cart)?;
    if has_cookie {
        refuse_other_sites(&headers)?;
    }
    let body: CheckoutBody = read_json(&headers, body, BODY_BYTES_MAX).await?;
    let quote = body.quote_id.parse();
    let quote = quote.map_err(|invalid: ecom67_domain::violation::Invalid| {
        ApiError::invalid("quote_id", invalid.code, invalid.expected)
    })?;
    let contact =
        OrderContactDocument::from(body.contact).to_contact().map_err(|violations| first_violation(&violations))?;
    let legal_texts = body.legal_texts.as_deref().map(shown_legal_texts).transpose()?;
    let asked = Checkout {
        cart: capability.key(),
        place: audience.place(),
        language: audience.language(),
        key,
        quote,
        contact,
        legal_texts,
        has_digital_consent: body.consents_to_immediate_digital_delivery,
        from: client.of_somebody(),
    };
    // An order that is begun is finished, even if whoever ordered hangs up meanwhile: pressed again, the button finds it.
    let checkouts = api.checkouts.clone();
    let placing = tokio::spawn(async move { checkouts.place(&asked).await }.instrument(Span::current()));
    let placed = match placing.await.map_err(|error| ApiError::internal(&error))? {
        Ok(placed) => placed,
        Err(error) => return Err(checkout_problem(&api, &audience, error).await),
    };
    let status = if placed.is_repeated { StatusCode::OK } else { StatusCode::CREATED };
    let location = HeaderValue::try_from(format!("/api/orders/{}", placed.order.value.id)).ok();
    let mut response = (status, answer(&api, &placed).await?).into_response();
    response.headers_mut().extend(location.map(|location| (LOCATION, location)));
    Ok(response)
}

fn shown_legal_texts(texts: &[ShownLegalText]) -> Result<ShownLegalTexts, ApiError> {
    let shown = |ShownLegalText { kind, digest }: &ShownLegalText| {
        let kind = match kind {
            view::LegalTextKind::Terms => LegalTextKind::Terms,
            view::LegalTextKind::Withdrawal => LegalTextKind::Withdrawal,
        };
        let digest: LegalTextDigest = digest.parse().map_err(|invalid: ecom67_domain::violation::Invalid| {
            ApiError::invalid("legal_texts", invalid.code, format!("{}.", invalid.expected))
        })?;
        Ok((kind, digest))
    };
    Ok(ShownLegalTexts::new(texts.iter().map(shown).collect::<Result<Vec<_>, ApiError>>()?))
}

/// The order as it is now. How it is to be paid is not told here: for that the provider is asked, by `POST …/payment`.
#[utoipa::path(
    get, path = "/api/orders/{order}", tag = "orders",
    params(("order" = String, Path, description = "The order's id"), LocaleParameters, OrderHeaders),
    responses((status = OK, body = view::Order), OrderProblems)
)]
pub(super) async fn find_order(State(api): State<Arc<Api>>, Orderer(key): Orderer) -> Result<Response, ApiError> {
    let order = api.checkouts.orders.find(key).await?;
    answer(&api, &PlacedOrder { order, payment: OrderPayment::Nothing, is_repeated: true }).await
}

/// A text of the shop under which the order was placed, as it was then.
#[utoipa::path(
    get, path = "/api/orders/{order}/legal-texts/{kind}", tag = "orders",
    params(
        ("order" = String, Path, description = "The order's id"),
        ("kind" = view::LegalTextKind, Path, description = "What it is about"),
        LocaleParameters,
        OrderHeaders
    ),
    responses((status = OK, body = view::LegalText), OrderProblems)
)]
pub(super) async fn find_legal_text(
    State(api): State<Arc<Api>>,
    Orderer(key): Orderer,
    Path(segments): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let (_, kind) = segments;
    let no_such_text = || {
        ApiError::not_found("legal_text_not_found", "The order was not placed under such a text: terms, withdrawal.")
    };
    let order = api.checkouts.orders.find(key).await?.value;
    let text = order.content.legal_texts.iter().find(|text| text.kind.as_str() == kind).ok_or_else(no_such_text)?;
    let kept = api.checkouts.legal_texts.find(text.digest).await?;
    let lost = || StoreError::failed(format!("the {kind} of order {} are not kept", order.id));
    let mut response = Json(legal_text_view(text.kind, &kept.ok_or_else(lost)?)).into_response();
    response.headers_mut().insert(CACHE_CONTROL, OWN);
    Ok(response)
}

/// Asks the payment provider how the payment stands, and answers with the order as it is then: for a browser that has just
/// confirmed a payment, or comes back from where it was sent to.
#[utoipa::path(
    post, path = "/api/orders/{order}/payment", tag = "orders",
    params(("order" = String, Path, description = "The order's id"), LocaleParameters, OrderHeaders),
    responses((status = OK, body = view::Order), OrderProblems)
)]
pub(super) async fn settle_order(State(api): State<Arc<Api>>, Orderer(key): Orderer) -> Result<Response, ApiError> {
    let id = api.checkouts.orders.find(key).await?.value.id;
    let orders = &api.checkouts.orders;
    answer(&api, &orders.captured(orders.settle(id).await?, api.capture_patience).await?).await
}

/// Holds the goods for longer, once.
#[utoipa::path(
    post, path = "/api/orders/{order}/hold-extension", tag = "orders",
    params(("order" = String, Path, description = "The order's id"), LocaleParameters, OrderHeaders),
    responses((status = OK, body = view::Order), OrderProblems)
)]
pub(super) async fn extend_hold(State(api): State<Arc<Api>>, Orderer(key): Orderer) -> Result<Response, ApiError> {
    answer(&api, &api.checkouts.orders.extend_hold(key).await?).await
}

/// Takes an order back that is not paid for: its goods are free again, and the cart is open as it was.
#[utoipa::path(
    post, path = "/api/orders/{order}/cancellation", tag = "orders",
    params(("order" = String, Path, description = "The order's id"), LocaleParameters, OrderHeaders),
    responses((status = OK, body = view::Order), OrderProblems)
)]
pub(super) async fn cancel_order(State(api): State<Arc<Api>>, Orderer(key): Orderer) -> Result<Response, ApiError> {
    let id = api.checkouts.orders.find(key).await?.value.id;
    let order = api.checkouts.orders.cancel(id, CancelReason::Shopper).await?;
    answer(&api, &PlacedOrder { order, payment: OrderPayment::Nothing, is_repeated: true }).await
}

/// Finds an order by its number and the e-mail address it was made with. Neither alone tells anything.
#[utoipa::path(
    post, path = "/api/order-look-ups", tag = "orders", request_body = OrderLookUpBody,
    responses((status = OK, body = view::Order), OrderProblems)
)]
pub(super) async fn look_up_order(
    State(api): State<Arc<Api>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    refuse_other_sites(&headers)?;
    let OrderLookUpBody { number, email } = read_json(&headers, body, BODY_BYTES_MAX).await?;
    let number = number.parse().map_err(|invalid: ecom67_domain::violation::Invalid| {
        ApiError::invalid("number", invalid.code, invalid.expected)
    })?;
    let email = email.parse().map_err(|invalid: ecom67_domain::violation::Invalid| {
        ApiError::invalid("email", invalid.code, invalid.expected)
    })?;
    if !api.look_ups.takes() {
        let detail = "Orders are looked up too often at this moment. Please try again in a second.";
        return Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_many_look_ups", detail));
    }
    let order = api.checkouts.orders.look_up(number, &email).await?;
    answer(&api, &PlacedOrder { order, payment: OrderPayment::Nothing, is_repeated: true }).await
}

/// What the payment provider tells: a reason to ask it. Without a secret to prove it by there is no such address.
#[utoipa::path(
    post, path = "/api/webhooks/payments", tag = "orders",
    request_body(content = String, content_type = "application/json"),
    responses((status = OK, description = "Heard"), OrderProblems)
)]
pub(super) async fn hear_webhook(
    State(api): State<Arc<Api>>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let unknown = || ApiError::not_found("not_found", "There is nothing at this address.");
    let webhooks = api.webhooks.as_ref().ok_or_else(unknown)?;
    let body: Bytes = read_body(body, WEBHOOK_BYTES_MAX).await?.into();
    let signature = headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let event = webhooks.verify(&body, signature, api.checkouts.carts.clock.now()).map_err(|error| {
        tracing::warn!(%error, "a webhook was not believed");
        ApiError::new(StatusCode::BAD_REQUEST, "webhook_invalid", format!("{error}."))
    })?;
    api.checkouts.orders.heard(&event).await?;
    Ok(StatusCode::OK)
}

/// What proves that an order is the caller's.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "for the description alone")]
pub(super) struct OrderHeaders {
    /// What opened the cart; a browser has a cookie instead.
    #[param(rename = "Cart-Capability")]
    capability: Option<String>,
}

/// What a checkout says of itself.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "for the description alone")]
pub(super) struct CheckoutHeaders {
    /// What opens the cart; a browser has a cookie instead.
    #[param(rename = "Cart-Capability")]
    capability: Option<String>,
    /// Names this attempt: sent again with the same name it is made once.
    #[param(rename = "Idempotency-Key", max_length = 100)]
    idempotency_key: String,
}

fn first_violation(violations: &ecom67_domain::Violations) -> ApiError {
    match violations.as_slice().first() {
        Some(violation) => {
            let detail = format!("{}.", violation.expected);
            ApiError::invalid(format!("contact.{}", violation.field), violation.code, detail)
        }
        None => ApiError::invalid("contact", "contact_invalid", "Who orders, and where it goes."),
    }
}

/// An answer for one shopper alone.
async fn answer(api: &Api, placed: &PlacedOrder) -> Result<Response, ApiError> {
    let order = &placed.order.value;
    let contact = api.checkouts.orders.contact(order.id).await?;
    let mut response = Json(order_view(order, contact.as_ref(), &placed.payment)).into_response();
    response.headers_mut().insert(CACHE_CONTROL, OWN);
    Ok(response)
}
