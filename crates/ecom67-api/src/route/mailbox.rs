//! The mailbox of a demo: what shoppers would get by mail, for everybody to read. There is none in a shop that sends mails.
//!
//! A mail is shown in a frame, for it brings its own styles, which no page of the shop may. Its document is the one answer
//! with a security policy of its own: nothing but inline styles is allowed in it, and it is sandboxed, so that it has no
//! origin, no script and no form even if it is opened by itself. `srcdoc` would inherit the page's policy, which the page
//! would then have to give up.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use ecom67_app::port::{KeptMail, MailId, MailSummary, Mailbox};
use ecom67_domain::Language;
use ecom67_words::{Messages, mail_messages};
use hyper::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_TYPE, VARY};
use jiff::Timestamp;
use serde::Deserialize;

use super::Api;
use crate::edge::OwnPolicy;
use crate::page::accepted_languages;
use crate::problem::ApiError;

/// What the page may do beside what every page may: show a frame from here.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none'; \
     frame-ancestors 'none'";

/// What a mail may do: look as it was written, and open its links in a window of their own.
const MAIL_POLICY: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
     style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

/// Where it is.
pub(super) const PATH: &str = "/demo/mailbox";

const STYLES: &str = include_str!("../../../../web/templates/mailbox.css");

/// The languages of the page.
const LANGUAGES: [Language; 2] = [Language::ENGLISH, Language::GERMAN];

/// The routes, where there is a mailbox.
pub(super) fn routes(mailbox: Option<&Arc<dyn Mailbox>>) -> Router<Arc<Api>> {
    if mailbox.is_none() {
        return Router::new();
    }
    Router::new()
        .route(PATH, get(list_mails))
        .route("/demo/mailbox.css", get(styles))
        .route("/demo/mailbox/{mail}", get(show_mail))
        .route("/demo/mailbox/{mail}/text", get(show_text))
        .route("/demo/mailbox/{mail}/document", get(show_document))
        .route("/demo/mailbox/{mail}/attachments/{number}", get(show_attachment))
}

#[derive(Template)]
#[template(path = "mailbox.html")]
struct MailboxTemplate<'page> {
    words: Words,
    path: &'page str,
    mails: &'page [MailSummary],
    mail: Option<&'page KeptMail>,
    /// The mail as text, where that was asked for.
    text: Option<&'page str>,
}

/// What the page says, in one language.
struct Words {
    language: Language,
    messages: &'static Messages,
}

impl Words {
    fn say(&self, key: &str) -> String {
        self.messages.get(key)
    }

    fn code(&self) -> &str {
        self.language.as_str()
    }

    /// The other language.
    fn other(&self) -> &'static str {
        if self.language == Language::GERMAN { "en" } else { "de" }
    }

    /// By the one clock that everybody knows.
    fn time(&self, at: &Timestamp) -> String {
        let (date, time) = (at.strftime("%Y-%m-%d").to_string(), at.strftime("%H:%M").to_string());
        self.messages.get_with("moment", &[("date", &date), ("time", &time), ("zone", &"UTC")])
    }
}

#[derive(Deserialize)]
struct Chosen {
    language: Option<String>,
}

/// What was chosen in the address, else what the browser asks for.
fn words(chosen: &Chosen, headers: &HeaderMap) -> Words {
    let header = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let chosen = chosen.language.as_deref().and_then(|text| text.parse::<Language>().ok());
    let wanted = chosen.into_iter().chain(accepted_languages(header));
    let language = wanted.into_iter().find(|language| LANGUAGES.contains(language)).unwrap_or(Language::ENGLISH);
    Words { language, messages: mail_messages(language) }
}

/// Of nobody's cache: it shows what people typed.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

fn page(template: &MailboxTemplate<'_>) -> Result<Response, ApiError> {
    let html = template.render().map_err(|error| ApiError::internal(&error))?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CACHE_CONTROL, NO_STORE),
        (VARY, HeaderValue::from_static("accept-language")),
    ];
    Ok((axum::Extension(OwnPolicy(PAGE_POLICY)), headers, html).into_response())
}

fn no_mail() -> ApiError {
    ApiError::not_found("mail_not_found", "The mailbox has no such mail (any more).")
}

fn mailbox(api: &Api) -> Result<&Arc<dyn Mailbox>, ApiError> {
    api.mailbox.as_ref().ok_or_else(no_mail)
}

async fn find(api: &Api, id: &str) -> Result<KeptMail, ApiError> {
    let id: MailId = id.parse().map_err(|_| no_mail())?;
    mailbox(api)?.find(&id).await?.ok_or_else(no_mail)
}

async fn list_mails(
    State(api): State<Arc<Api>>,
    Query(chosen): Query<Chosen>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mails = mailbox(&api)?.list().await;
    let words = words(&chosen, &headers);
    page(&MailboxTemplate { words, path: PATH, mails: &mails, mail: None, text: None })
}

async fn show_mail(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    Query(chosen): Query<Chosen>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let kept = find(&api, &id).await?;
    let path = format!("{PATH}/{}", kept.mail.id);
    let words = words(&chosen, &headers);
    page(&MailboxTemplate { words, path: &path, mails: &[], mail: Some(&kept), text: None })
}

async fn show_text(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    Query(chosen): Query<Chosen>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let kept = find(&api, &id).await?;
    let path = format!("{PATH}/{}/text", kept.mail.id);
    let words = words(&chosen, &headers);
    page(&MailboxTemplate { words, path: &path, mails: &[], mail: Some(&kept), text: Some(&kept.mail.text) })
}

/// The mail itself, for the frame.
async fn show_document(State(api): State<Arc<Api>>, Path(id): Path<String>) -> Result<Response, ApiError> {
    let kept = find(&api, &id).await?;
    let headers = [(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")), (CACHE_CONTROL, NO_STORE)];
    Ok((axum::Extension(OwnPolicy(MAIL_POLICY)), headers, kept.mail.html).into_response())
}

/// What is attached to a mail, as text.
async fn show_attachment(
    State(api): State<Arc<Api>>,
    Path((id, number)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let kept = find(&api, &id).await?;
    let number: usize = number.parse().map_err(|_| no_mail())?;
    let attached = kept.mail.attachments.into_iter().nth(number).ok_or_else(no_mail)?;
    let headers = [(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")), (CACHE_CONTROL, NO_STORE)];
    Ok((axum::Extension(OwnPolicy(MAIL_POLICY)), headers, attached.text).into_response())
}

async fn styles() -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, STYLES).into_response()
}
