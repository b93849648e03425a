//! Running a command: here if the folder is free, through the server that holds it if not.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use ecom67_embedded::DataFolder;
use ecom67_embedded::folder::FolderError;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, watch};

use super::{Command, Ending, Event, Teller, execute};
use crate::config::ConfigMistakes;
use crate::control;
use crate::local::{LocalShop, ShopOptions};
use crate::payments::PaymentVariables;
use crate::render::Renderer;

/// How many events may wait for the terminal.
const EVENTS_WAITING_MAX: usize = 64;

/// Runs the command and shows what it tells.
pub(crate) async fn run(data: &Path, command: Command) -> anyhow::Result<ExitCode> {
    let mut renderer = Renderer::new();
    let held = if command.makes_a_shop() { DataFolder::hold(data) } else { DataFolder::hold_existing(data) };
    let ending = match held {
        Ok(folder) => {
            let payments = PaymentVariables::of_environment().resolve().map_err(ConfigMistakes)?;
            let shop = LocalShop::open(folder, &ShopOptions::for_commands(payments)).await?;
            // The shop and all that a command may be are too much for the stack of a debug build's main.
            Box::pin(run_here(shop, command, &mut renderer)).await?
        }
        Err(FolderError::InUse(_)) => control::run_there(data, &command, &mut renderer)
            .await
            .context("the data folder is in use, and the process that holds it does not take the command")?,
        Err(error) => return Err(error.into()),
    };
    Ok(match ending {
        Ending::Done => ExitCode::SUCCESS,
        Ending::Failed => ExitCode::from(1),
        Ending::RowsRefused => ExitCode::from(3),
    })
}

async fn run_here(shop: LocalShop, command: Command, renderer: &mut Renderer) -> anyhow::Result<Ending> {
    // What does not heed signals is ended by them as any other process.
    let mut signals = if command.heeds_interruption() { Some(Signals::heed()?) } else { None };
    let (sender, mut events) = mpsc::channel(EVENTS_WAITING_MAX);
    let (interrupt, interrupted) = watch::channel(false);
    let work = async {
        let teller = Teller::new(sender, interrupted);
        let ending = execute(&shop, command, &teller).await;
        let caught_up = if ending == Ending::Failed { Ok(()) } else { catch_up(&shop).await };
        if let Err(error) = caught_up {
            teller.failed(format!("{error:#}")).await;
            return Ending::Failed;
        }
        ending
    };
    let show = async {
        while let Some(event) = events.recv().await {
            renderer.show(&event);
        }
    };
    let done = async { tokio::join!(work, show).0 };
    let hurried = async {
        let Some(signals) = &mut signals else { return std::future::pending().await };
        signals.next().await;
        interrupt.send_replace(true);
        // Whoever asks twice will not wait: a crash here loses nothing either.
        signals.next().await;
    };
    tokio::select! {
        ending = done => Ok(ending),
        () = hurried => Ok(Ending::Failed),
    }
}

/// `SIGINT` and `SIGTERM`, which end the process no more once they are heeded.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn heed() -> anyhow::Result<Self> {
        let heed = |kind| signal(kind).context("signals cannot be heeded");
        Ok(Self { interrupt: heed(SignalKind::interrupt())?, terminate: heed(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Brings the index up to date: no server does it beside the command.
async fn catch_up(shop: &LocalShop) -> anyhow::Result<()> {
    while shop.indexer.step().await.context("the index could not be brought up to date")? > 0 {}
    Ok(())
}

/// Shows what an event tells; returns how the command ended, if it did.
pub(crate) fn show(renderer: &mut Renderer, event: &Event) -> Option<Ending> {
    renderer.show(event);
    match event {
        Event::Ended { ending } => Some(*ending),
        _ => None,
    }
}
