//! `ecom67 serve`: the shop, until it is told to stop.

use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use ecom67_api::allowance::{AddressAllowance, Allowance};
use ecom67_api::cart_answers::CartAnswers;
use ecom67_api::cursor::CursorSigner;
use ecom67_api::edge::{self, DURATION_BUCKETS};
use ecom67_api::page::{Manifest, Pages, PublicUrl};
use ecom67_api::present::{CardCache, Presenter};
use ecom67_api::route::{Api, router};
use ecom67_api::server::{self, ServerLimits};
use ecom67_api::socket::{SocketLimits, Sockets};
use ecom67_app::ids::SystemIds;
use ecom67_app::port::Mailbox;
use ecom67_app::reconciliation::Reconciliation;
use ecom67_app::{Chain, stopped};
use ecom67_embedded::DataFolder;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::config::ServeConfig;
use crate::local::LocalShop;
use crate::mail::Mailing;
use crate::payments::PaymentOptions;
use crate::{control, demo, web};

/// Files that are open beside the connections: the store, the index, pictures on their way out.
const FILES_BESIDE_CONNECTIONS: u64 = 256;

/// How often metrics are tidied.
const METRICS_INTERVAL: Duration = Duration::from_secs(5);

pub(crate) async fn serve(config: ServeConfig) -> anyhow::Result<ExitCode> {
    let folder = DataFolder::hold(&config.data)?;
    // Before anything is spent on it: a port that is taken is known at once.
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    let (limits, socket_limits) = limits();
    let metrics = start_metrics()?;
    let shop = Arc::new(LocalShop::open(folder, &config.shop()).await?);
    if let Some(missing) = shop.checkouts.orders.missing_workflows().await? {
        return Err(missing.into());
    }
    if config.demo {
        demo::seed(&shop).await.context("the demo could not be put in")?;
    }
    let site = site(&config, address)?;
    // What real people order is nobody's to read.
    let keeps_mails = config.demo && config.payments == PaymentOptions::Simulator;
    let mailing = Mailing::open(&config.mail, keeps_mails, &shop, site.as_ref().map(|site| site.join("")))?;
    let (stop, stopping) = watch::channel(false);
    let sockets = Sockets::new(socket_limits, stopping.clone());
    let mut router = router(api(&shop, &config, site, mailing.mailbox, metrics.clone(), Arc::clone(&sockets))?);
    if let Some(simulator) = &shop.payments.simulator {
        router = router.nest_service("/simulator", edge::around(simulator.router()));
    }
    // Before anybody is told that the shop is there, so that nobody can stop it any other way.
    let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let control = control::bind(&shop)?;
    let mut background = shop.start_background(mailing.handler, &stopping);
    background.push(tokio::spawn(tidy_metrics(metrics, stopping.clone())));
    let reconciliation = Reconciliation { orders: shop.checkouts.orders.clone() };
    let reconciling = reconciliation.run_every(config.reconcile_interval, Arc::new(SystemIds), stopping.clone());
    background.push(tokio::spawn(reconciling));
    let commands = tokio::spawn(control::listen(control, Arc::clone(&shop), stopping.clone()));
    let serving = tokio::spawn(server::serve(listener, router, limits, stopping));
    println!("listening on http://{address}");
    std::io::stdout().flush()?;
    wait_for_either(terminate, interrupt).await;
    tracing::info!("stopping");
    stop.send_replace(true);
    serving.await.context("the server ended badly")?;
    sockets.ended().await;
    commands.await.context("the control socket ended badly")??;
    for task in background {
        task.await.context("a background task ended badly")?;
    }
    // Once nobody is answered any more: what was counted last is written, too.
    if let Err(error) = shop.search_log.flush().await {
        tracing::warn!(error = %Chain(&error), "what was searched last could not be written");
    }
    Ok(ExitCode::SUCCESS)
}

/// The cards of lists are kept in a quarter of what answers are kept in, beside it: those of 20,000 products in one language.
const CARDS_PER_ANSWERS: u64 = 4;

/// The answers of carts likewise, packed: ten thousand carts of a few lines.
const CART_ANSWERS_PER_ANSWERS: u64 = 3;

/// How long who has just paid waits for the capture: mostly as long as the provider takes, and shorter than people get uneasy.
const CAPTURE_PATIENCE: Duration = Duration::from_secs(2);

/// How shoppers reach the shop.
fn site(config: &ServeConfig, address: SocketAddr) -> anyhow::Result<Option<PublicUrl>> {
    Ok(match &config.public_url {
        Some(url) => Some(url.clone()),
        // Every address of the machine is none that a shopper could use.
        None if address.ip().is_unspecified() => None,
        None => Some(format!("http://{address}").parse()?),
    })
}

fn api(
    shop: &Arc<LocalShop>,
    config: &ServeConfig,
    site: Option<PublicUrl>,
    mailbox: Option<Arc<dyn Mailbox>>,
    metrics: PrometheusHandle,
    sockets: Arc<Sockets>,
) -> anyhow::Result<Api> {
    let store = Arc::new(shop.database.clone());
    let presenter = Presenter {
        shop: Arc::clone(&shop.shop),
        products: Arc::clone(&store) as _,
        stock: store,
        index: Arc::clone(&shop.lists) as _,
        media: Arc::clone(&shop.media) as _,
        clock: Arc::clone(&shop.clock),
        cursors: CursorSigner::new(shop.secret_key("cursor")?),
        card_cache: Arc::new(CardCache::new(
            config.answer_cache_bytes / CARDS_PER_ANSWERS,
            Arc::clone(&shop.answers.changes),
        )),
        log: Arc::clone(&shop.search_log),
    };
    let assets = web::assets();
    let manifest = match assets.bytes(web::MANIFEST) {
        Some(json) => Manifest::read(json).context("the storefront's manifest cannot be read")?,
        None => Manifest::default(),
    };
    let pages = Pages::new(presenter.clone(), Arc::new(shop.database.clone()), manifest, site);
    Ok(Api {
        presenter,
        cart_answers: CartAnswers::new(
            config.answer_cache_bytes / CART_ANSWERS_PER_ANSWERS,
            Arc::clone(&shop.answers.changes),
        ),
        checkouts: shop.checkouts.clone(),
        webhooks: shop.payments.webhooks.clone(),
        look_ups: Arc::new(Allowance::new(config.look_ups_a_second)),
        code_tries: Arc::default(),
        new_carts: Arc::new(AddressAllowance::new(config.carts_a_second)),
        sockets,
        capture_patience: CAPTURE_PATIENCE,
        payment: shop.payments.config.clone(),
        is_https: config.public_url.as_ref().is_some_and(PublicUrl::is_https),
        pages,
        answers: Arc::clone(&shop.answers),
        assets: Arc::new(assets),
        version: env!("CARGO_PKG_VERSION"),
        demo: config.demo,
        mailbox,
        metrics,
        readiness: shop.readiness.clone(),
    })
}

fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    let recorder = PrometheusBuilder::new().set_buckets(&DURATION_BUCKETS)?.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).context("metrics were started twice")?;
    Ok(handle)
}

async fn tidy_metrics(metrics: PrometheusHandle, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(METRICS_INTERVAL) => metrics.run_upkeep(),
            () = stopped(&mut stop) => return,
        }
    }
}

async fn wait_for_either(mut one: Signal, mut other: Signal) {
    tokio::select! {
        _ = one.recv() => {}
        _ = other.recv() => {}
    }
}

/// What the server bears: no more connections and sockets than the system lets it have files beside the shop's own.
fn limits() -> (ServerLimits, SocketLimits) {
    let (limits, sockets) = (ServerLimits::default(), SocketLimits::default());
    let allowed = getrlimit(Resource::Nofile);
    let wanted = (limits.connections_max + sockets.sockets_max) as u64 + FILES_BESIDE_CONNECTIONS;
    let raised = allowed.maximum.unwrap_or(wanted).min(wanted).max(allowed.current.unwrap_or(wanted));
    let files = match setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum: allowed.maximum }) {
        Ok(()) => raised,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files cannot be raised");
            allowed.current.unwrap_or(wanted)
        }
    };
    let left = usize::try_from(files.saturating_sub(FILES_BESIDE_CONNECTIONS).max(2)).unwrap_or(usize::MAX);
    // A socket is somebody who waits; a connection, who asks.
    let sockets_max = sockets.sockets_max.min(left * 3 / 5);
    let connections_max = limits.connections_max.min(left - sockets_max);
    if connections_max < limits.connections_max {
        tracing::warn!(
            connections_max,
            sockets_max,
            "the system's limit of open files allows fewer connections than usual"
        );
    }
    (ServerLimits { connections_max, ..limits }, SocketLimits { sockets_max, ..sockets })
}
