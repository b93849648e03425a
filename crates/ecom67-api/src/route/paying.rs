//! What the pages may load on which somebody pays, where Stripe charges cards.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use crate::edge::{OpensWindows, OwnPolicy};
use crate::page::is_paid_on;

/// The shop's own policy with what Stripe's guide to security asks for: its script, which it wants from its own address alone,
/// its frames, 3-D Secure and Link among them, and its API. What stands in the frames is bound by policies of its own.
const POLICY: &str = "default-src 'none'; script-src 'self' https://js.stripe.com https://*.js.stripe.com; style-src 'self'; \
     img-src 'self' data: https://*.stripe.com https://*.link.com; font-src 'self'; \
     connect-src 'self' https://api.stripe.com https://*.link.com; \
     frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com https://*.link.com; \
     manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Lets the pages on which somebody pays load what Stripe needs there; all others stay as they are.
pub(super) async fn with_stripe(request: Request, next: Next) -> Response {
    let is_paid_on = is_paid_on(request.uri().path());
    let mut response = next.run(request).await;
    if is_paid_on {
        response.extensions_mut().insert(OwnPolicy(POLICY));
        response.extensions_mut().insert(OpensWindows);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_runs_inline_and_scripts_come_from_the_shop_and_stripe_alone() {
        assert!(!POLICY.contains("unsafe"));
        let scripts = POLICY.split(';').find(|rule| rule.trim().starts_with("script-src")).unwrap();
        let from: Vec<&str> = scripts.split_whitespace().skip(1).collect();
        assert_eq!(from, ["'self'", "https://js.stripe.com", "https://*.js.stripe.com"]);
    }
}
