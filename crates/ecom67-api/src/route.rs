//! The router: one module per function of the platform.

mod assets;
mod carts;
mod catalog;
mod content;
mod deliver;
mod gift_cards;
mod mailbox;
mod operation;
mod orders;
mod pages;
mod paying;
mod signals;
mod socket;
mod write_headers;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use ecom67_app::checkouts::Checkouts;
use ecom67_app::port::{Mailbox, WebhookVerifier};
use metrics_exporter_prometheus::PrometheusHandle;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use assets::{AssetFile, Assets};
pub use deliver::Made;
pub use operation::{BuildProgress, Readiness};

use crate::allowance::{AddressAllowance, Allowance, CodeTries};
use crate::answer::AnswerCache;
use crate::cart_answers::CartAnswers;
use crate::edge;
use crate::page::Pages;
use crate::present::Presenter;
use crate::problem::ApiError;
use crate::socket::Sockets;
use crate::view;

/// What the handlers work with.
pub struct Api {
    /// Composes views.
    pub presenter: Presenter,
    /// Answers that are kept.
    pub answers: Arc<AnswerCache>,
    /// Carts as they were answered before.
    pub cart_answers: CartAnswers,
    /// The pages' first HTML.
    pub pages: Pages,
    /// Makes, changes and orders carts.
    pub checkouts: Checkouts,
    /// Believes what the payment provider tells; where there is no secret for it, nothing is heard.
    pub webhooks: Option<Arc<dyn WebhookVerifier>>,
    /// How many orders are looked up by those who are nobody here.
    pub look_ups: Arc<Allowance>,
    /// How often codes of gift cards are tried.
    pub code_tries: Arc<CodeTries>,
    /// How many carts are made from one address.
    pub new_carts: Arc<AddressAllowance>,
    /// On which shoppers follow their orders.
    pub sockets: Arc<Sockets>,
    /// How long who has just paid waits for the capture, rather than ask again in a moment.
    pub capture_patience: Duration,
    /// How shoppers pay.
    pub payment: view::PaymentConfig,
    /// Whether shoppers reach the shop by HTTPS: then their cookies travel by nothing else.
    pub is_https: bool,
    /// The web apps' files.
    pub assets: Arc<Assets>,
    /// The release.
    pub version: &'static str,
    /// Whether this is a demo, in which nothing is sold.
    pub demo: bool,
    /// The mailbox of a demo; there is none where mails are sent.
    pub mailbox: Option<Arc<dyn Mailbox>>,
    /// Renders the metrics.
    pub metrics: PrometheusHandle,
    /// Whether the shop was able to serve once.
    pub readiness: Readiness,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "E-Com67",
        description = "The shop's catalog, and what is done there. Failures are problems (RFC 9457) with a stable `code`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "catalog", description = "Products, lists and search"),
        (name = "carts", description = "Carts of guests; who has one shows what opens it"),
        (name = "orders", description = "Checkout, and what became of it; who ordered shows what opened the cart"),
        (name = "content", description = "Pages, home, navigation and markets"),
        (name = "media", description = "Pictures"),
        (name = "signals", description = "What browsers tell of what people follow and look at; never who"),
        (name = "operation", description = "What the machine needs to know"),
    )
)]
struct Document;

fn documented() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(catalog::list_products))
        .routes(routes!(catalog::find_product))
        .routes(routes!(catalog::search_products))
        .routes(routes!(catalog::suggest))
        .routes(routes!(catalog::list_popular))
        .routes(routes!(catalog::list_categories))
        .routes(routes!(catalog::find_collection))
        .routes(routes!(content::find_page))
        .routes(routes!(content::find_home))
        .routes(routes!(content::find_navigation))
        .routes(routes!(content::list_markets))
        .routes(routes!(content::find_config))
}

fn documented_plain() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(content::find_picture))
        .routes(routes!(carts::create_cart))
        .routes(routes!(carts::find_cart))
        .routes(routes!(carts::add_cart_line))
        .routes(routes!(carts::set_cart_line, carts::remove_cart_line))
        .routes(routes!(carts::save_for_later, carts::remove_saved))
        .routes(routes!(carts::move_to_cart))
        .routes(routes!(carts::add_wish, carts::remove_wish))
        .routes(routes!(carts::find_quote))
        .routes(routes!(carts::enter_coupon, carts::remove_coupon))
        .routes(routes!(gift_cards::apply_gift_card))
        .routes(routes!(gift_cards::remove_gift_card))
        .routes(routes!(carts::set_destination))
        .routes(routes!(carts::choose_delivery))
        .routes(routes!(carts::set_cart_note))
        .routes(routes!(carts::accept_prices))
        .routes(routes!(orders::place_order))
        .routes(routes!(orders::find_order))
        .routes(routes!(orders::find_legal_text))
        .routes(routes!(orders::settle_order))
        .routes(routes!(orders::extend_hold))
        .routes(routes!(orders::cancel_order))
        .routes(routes!(orders::look_up_order))
        .routes(routes!(orders::hear_webhook))
        .routes(routes!(socket::create_ticket))
        .routes(routes!(signals::count_click))
        .routes(routes!(signals::count_view))
        .routes(routes!(operation::health))
        .routes(routes!(operation::readiness))
        .routes(routes!(operation::render_metrics))
}

/// The description of the API, as it stands in `openapi.json`.
pub fn openapi(version: &str) -> utoipa::openapi::OpenApi {
    let (_, mut document) = documented().merge(documented_plain()).split_for_parts();
    version.clone_into(&mut document.info.version);
    document
}

/// The whole shop: API, pages, pictures and files, in its whole stack of middleware.
pub fn router(api: Api) -> Router {
    // Each request takes its state along: one count for all of it.
    let api = Arc::new(api);
    let description = serde_json::to_vec(&openapi(api.version)).unwrap_or_default();
    let kept = Router::from(documented())
        .route("/openapi.json", get(async move || deliver::description(description.clone())))
        .fallback(pages::page)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(api.clone(), deliver::deliver));
    let kept = match api.payment.provider {
        view::PaymentProviderName::Stripe => kept.layer(from_fn(paying::with_stripe)),
        view::PaymentProviderName::Simulator => kept,
    };
    let plain = Router::from(documented_plain())
        .route("/assets/{*path}", get(assets::hashed_file))
        .route("/ws", get(socket::open_socket))
        .route("/docs", get(assets::docs))
        .route("/docs/", get(assets::docs))
        .route("/docs/{*path}", get(assets::docs_file))
        .merge(mailbox::routes(api.mailbox.as_ref()))
        .method_not_allowed_fallback(method_not_allowed);
    edge::around(kept.merge(plain)).with_state(api)
}

async fn method_not_allowed() -> ApiError {
    ApiError::new(
        axum::http::StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This address does not answer to that method; the Allow header lists those it does.",
    )
}
