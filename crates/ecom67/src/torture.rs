//! `ecom67 torture`: the proof from outside that no order goes wrong.
//!
//! It starts this very program as a shop, and once more as the payment provider, each in a process of its own, and lets
//! people buy over HTTP as browsers would: every button pressed twice, cards that are declined, goods that run out, coupons
//! that are used up. All the while the shop is killed and started again. At the end everything may come to rest, and the
//! provider's ledger, the shop's records and what buyers were told are laid side by side ([`ecom67_audit`]).

mod buyer;
mod client;
mod evidence;
mod goods;
mod kills;
mod paying;
mod plan;
mod pressing;
mod process;
mod report;
mod scene;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use ecom67_app::stopped;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::client::Client;
use self::goods::Goods;
use self::kills::{Killer, Victim};
use self::plan::Plan;
use self::process::{Keys, Program, Setup};
use self::report::{Report, Run};
use self::scene::Scene;

/// People who come for each order that is to be placed, at most: some find that what they want is gone.
const VISITS_PER_ORDER_MAX: u64 = 4;

/// How long the shop has at the end until nothing is left to be done, beside the time that goods are held.
const REST_TIMEOUT: Duration = Duration::from_secs(120);

/// How often is looked whether anything is left to be done.
const REST_LOOK_EVERY: Duration = Duration::from_millis(500);

/// How often is told meanwhile what is waited for.
const REST_TOLD_EVERY: Duration = Duration::from_secs(5);

/// How often is told how far it is.
const PROGRESS_EVERY: Duration = Duration::from_secs(2);

/// The flags of `torture`.
#[derive(Args, Clone, Debug)]
pub(crate) struct TortureFlags {
    /// How many orders are to be placed
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    orders: u64,
    /// How many people buy at the same time
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=512))]
    buyers: u16,
    /// After how many seconds the shop is killed, more or less by half; 0 for never
    #[arg(long, value_name = "SECONDS", default_value_t = 4, value_parser = clap::value_parser!(u64).range(0..=3_600))]
    kill_every: u64,
    /// For how many seconds goods are held that are not paid for
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(5..=900))]
    hold: u32,
    /// What chance begins with; who buys what, and how, is the same for the same seed, and how it falls together is not
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Keep the folder with everything in it; where something was found it is kept anyway
    #[arg(long)]
    keep: bool,
}

/// Tortures a shop, and reports.
pub(crate) async fn run(flags: TortureFlags) -> Result<ExitCode> {
    let folder = tempfile::Builder::new().prefix("ecom67-torture-").tempdir().context("no folder can be made")?;
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    // Whoever interrupts it leaves no process behind: each is killed when its handle goes.
    let report = tokio::select! {
        report = tortured(&flags, folder.path()) => report,
        _ = terminate.recv() => Err(anyhow::anyhow!("it was told to stop")),
        _ = interrupt.recv() => Err(anyhow::anyhow!("it was told to stop")),
    };
    let mut report = match report {
        Ok(report) => report,
        Err(error) => return Err(error.context(format!("the torture did not end; its files are in {}", kept(folder)))),
    };
    if flags.keep || !report.is_clean() {
        report.folder = Some(kept(folder));
    }
    if flags.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn kept(folder: TempDir) -> String {
    folder.keep().display().to_string()
}

async fn tortured(flags: &TortureFlags, folder: &Path) -> Result<Report> {
    let program = Program::this(folder)?;
    let goods = Arc::new(Goods::stocked_for(flags.orders, &mut StdRng::seed_from_u64(flags.seed)));
    let catalog = folder.join("catalog.jsonl");
    tokio::fs::write(&catalog, &goods.lines).await?;
    program.import(&catalog).await?;
    let mut codes = Vec::new();
    for pence in &goods.gift_cards {
        codes.push(program.issue_gift_card(*pence).await?);
    }
    let [shop, provider] = process::free_addresses()?;
    let setup = Setup { keys: Keys::drawn(), shop, provider, hold: flags.hold, seed: flags.seed };
    let provider = program.provider(&setup).await?;
    let shop = program.shop(&setup).await?;
    let scene = Arc::new(Scene::new(&setup, codes));
    let began = Instant::now();
    let (stop, stopping) = watch::channel(false);
    let killer = Killer {
        every: Duration::from_secs(flags.kill_every),
        scene: Arc::clone(&scene),
        began,
        random: StdRng::seed_from_u64(flags.seed ^ u64::MAX),
        stopping: stopping.clone(),
    };
    let victim = Victim { program: program.clone(), setup, shop, provider };
    let mut killing = tokio::spawn(killer.kill_again_and_again(victim));
    let telling = tokio::spawn(tell_progress(Arc::clone(&scene), flags.orders, began, stopping));
    tokio::select! {
        bought = buy_all(flags, &scene, &goods) => bought?,
        // A shop that does not start again would be waited for by everybody in turn.
        ended = &mut killing => {
            ended.context("what kills the shop ended badly")??;
            bail!("what kills the shop ended before people did");
        }
    }
    let took = began.elapsed();
    stop.send_replace(true);
    telling.await.context("telling how far it is ended badly")?;
    let (victim, kills) = killing.await.context("what kills the shop ended badly")??;
    let Victim { setup, shop, provider, .. } = victim;
    eprintln!("waiting until nothing is left to be done");
    wait_for_rest(&program, flags.hold).await?;
    shop.terminate().await.context("the shop does not end")?;
    eprintln!("auditing");
    if let Err(error) = program.said(&["check"]).await {
        scene.unexpected("check", format!("{error:#}"));
    }
    let evidence = evidence::gathered(&program.data(), &setup, &scene, &goods).await?;
    provider.terminate().await.context("the provider does not end")?;
    Ok(Report::of(Run { seed: flags.seed, buyers: flags.buyers, took, kills }, &scene, &evidence))
}

/// Lets everybody buy, one after the other in each place, until so many orders are placed or nobody comes any more.
async fn buy_all(flags: &TortureFlags, scene: &Arc<Scene>, goods: &Arc<Goods>) -> Result<()> {
    let (orders, visits) = (flags.orders, flags.orders.saturating_mul(VISITS_PER_ORDER_MAX));
    let mut places = JoinSet::new();
    for _ in 0..flags.buyers {
        let (scene, goods, seed) = (Arc::clone(scene), Arc::clone(goods), flags.seed);
        places.spawn(async move {
            let mut client = Client::new(Arc::clone(&scene))?;
            while scene.placed.load(Ordering::Relaxed) < orders {
                let number = scene.visits.fetch_add(1, Ordering::Relaxed);
                if number >= visits {
                    break;
                }
                // Each by a chance of their own: what one does depends on nobody else.
                let mut random = StdRng::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(number));
                let plan = Plan::drawn(number, &goods, &mut random);
                client.seat(number);
                buyer::visit(&client, &plan).await;
            }
            anyhow::Ok(())
        });
    }
    while let Some(place) = places.join_next().await {
        place.context("a buyer ended badly")??;
    }
    Ok(())
}

async fn tell_progress(scene: Arc<Scene>, orders: u64, began: Instant, mut stopping: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(PROGRESS_EVERY) => {}
            () = stopped(&mut stopping) => return,
        }
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let took = began.elapsed();
        let placed = count(&scene.placed);
        eprintln!(
            "{:>5} s  {placed} of {orders} orders ({} a second), {} kills, {} requests, {} of them again, {} waiting",
            took.as_secs(),
            report::rate(placed, took),
            count(&scene.kills),
            count(&scene.requests),
            count(&scene.again),
            count(&scene.waiting)
        );
    }
}

/// Waits until no order has anything left to be done, and tells for what it waits. One that never has is not waited for for
/// ever: the audit names it.
async fn wait_for_rest(program: &Program, hold: u32) -> Result<()> {
    let (began, mut told) = (Instant::now(), Instant::now());
    // An order may have been placed just now, and been extended.
    let patience = REST_TIMEOUT + Duration::from_secs(u64::from(hold) * 2);
    while began.elapsed() < patience {
        let mut open = Vec::new();
        for state in ["capturing", "cancelling", "pending_payment"] {
            if !program.said(&["order", "list", "--limit", "1", "--state", state]).await?.is_empty() {
                open.push(state);
            }
        }
        if open.is_empty() {
            return Ok(());
        }
        if told.elapsed() >= REST_TOLD_EVERY {
            told = Instant::now();
            eprintln!("{:>5} s  some orders are still {}", began.elapsed().as_secs(), open.join(", "));
        }
        tokio::time::sleep(REST_LOOK_EVERY).await;
    }
    Ok(())
}
