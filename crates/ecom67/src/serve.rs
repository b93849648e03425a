//! `ecom67 serve`: the shop, until it is told to stop.

use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use ecom67_api::cursor::CursorSigner;
use ecom67_api::page::{Manifest, Pages, PublicUrl};
use ecom67_api::present::Presenter;
use ecom67_api::route::{Api, router};
use ecom67_api::server::{self, ServerLimits};
use ecom67_embedded::DataFolder;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::config::ServeConfig;
use crate::local::LocalShop;
use crate::{control, demo, web};

/// Buckets of durations, in seconds.
const DURATION_BUCKETS: [f64; 12] = [0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0];

/// How often metrics are tidied.
const METRICS_INTERVAL: std::time::Duration = std::time::Duration::from_secs(5);

pub(crate) async fn serve(config: ServeConfig) -> anyhow::Result<ExitCode> {
    let folder = DataFolder::hold(&config.data)?;
    // Before anything is spent on it: a port that is taken is known at once.
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    let metrics = start_metrics()?;
    let shop = Arc::new(LocalShop::open(folder, config.answer_cache_bytes).await?);
    if config.demo && shop.is_empty() {
        demo::seed(&shop).await.context("the demo could not be put in")?;
    }
    let router = router(api(&shop, &config, address, metrics.clone())?);
    let (stop, stopping) = watch::channel(false);
    let mut background = shop.start_background(&stopping);
    background.push(tokio::spawn(tidy_metrics(metrics, stopping.clone())));
    let commands = tokio::spawn(control::listen(Arc::clone(&shop), stopping.clone()));
    let serving = tokio::spawn(server::serve(listener, router, ServerLimits::default(), stopping));
    println!("listening on http://{address}");
    std::io::stdout().flush()?;
    wait_for_signal().await?;
    tracing::info!("stopping");
    stop.send_replace(true);
    serving.await.context("the server ended badly")?;
    commands.await.context("the control socket ended badly")??;
    for task in background {
        task.await.context("a background task ended badly")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn api(
    shop: &Arc<LocalShop>,
    config: &ServeConfig,
    address: SocketAddr,
    metrics: PrometheusHandle,
) -> anyhow::Result<Api> {
    let store = Arc::new(shop.database.clone());
    let presenter = Presenter {
        shop: Arc::clone(&shop.shop),
        products: Arc::clone(&store) as _,
        stock: store,
        index: Arc::clone(&shop.index) as _,
        media: Arc::clone(&shop.media) as _,
        clock: Arc::clone(&shop.clock),
        cursors: CursorSigner::new(shop.secret_key("cursor")?),
    };
    let assets = web::assets();
    let manifest = match assets.bytes(web::MANIFEST) {
        Some(json) => Manifest::read(json).context("the storefront's manifest cannot be read")?,
        None => Manifest::default(),
    };
    let site: Option<PublicUrl> = match &config.public_url {
        Some(url) => Some(url.parse()?),
        // Every address of the machine is none that a shopper could use.
        None if address.ip().is_unspecified() => None,
        None => Some(format!("http://{address}").parse()?),
    };
    let pages = Pages::new(presenter.clone(), Arc::new(shop.database.clone()), manifest, site);
    Ok(Api {
        presenter,
        pages,
        answers: Arc::clone(&shop.answers),
        assets: Arc::new(assets),
        version: env!("CARGO_PKG_VERSION"),
        demo: config.demo,
        metrics,
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
            () = crate::local::stopped(&mut stop) => return,
        }
    }
}

async fn wait_for_signal() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
