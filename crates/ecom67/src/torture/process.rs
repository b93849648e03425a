//! The processes of a torture: this very program, as a shop, as the payment provider, and for commands.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};

/// How a server begins what it says when it answers.
const READY: &str = "listening on ";

/// How long a server may take until it says so: one that was killed reads its log first.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a server may take to end once it was asked to.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a command may take.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(300);

/// How often an ending process is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Look-ups by number a second: these are counted for all together.
const LOOK_UPS_A_SECOND: &str = "100000";
/// Unpaid orders of one customer: most come back now and then, and one so often that they are at the limit.
pub(super) const OPEN_ORDERS: u32 = 2;

/// The keys that shop and provider share.
#[derive(Clone)]
pub(super) struct Keys {
    /// What the shop shows.
    pub(super) secret: String,
    /// What browsers show.
    pub(super) publishable: String,
    webhook: String,
}

impl Keys {
    /// Keys that nobody else has.
    pub(super) fn drawn() -> Self {
        let drawn = || format!("{:032x}", rand::random::<u128>());
        Self {
            secret: format!("sk_test_{}", drawn()),
            publishable: format!("pk_test_{}", drawn()),
            webhook: format!("whsec_{}", drawn()),
        }
    }
}

/// How both servers are started, each time alike.
#[derive(Clone)]
pub(super) struct Setup {
    pub(super) keys: Keys,
    /// Where the shop is.
    pub(super) shop: SocketAddr,
    /// Where the provider is.
    pub(super) provider: SocketAddr,
    /// For how many seconds goods are held that are not paid for.
    pub(super) hold: u32,
    pub(super) seed: u64,
}

/// Two addresses that were free just now. Each process has to know the other's before either starts, and to have the same
/// one again after it was killed.
pub(super) fn free_addresses() -> Result<[SocketAddr; 2]> {
    let free = || TcpListener::bind("127.0.0.1:0").context("no port is free");
    let (first, second) = (free()?, free()?);
    Ok([first.local_addr()?, second.local_addr()?])
}

/// This program, and the folder it is to work in.
#[derive(Clone, Debug)]
pub(super) struct Program {
    binary: PathBuf,
    folder: PathBuf,
}

impl Program {
    /// The program that this is.
    pub(super) fn this(folder: &Path) -> Result<Self> {
        let binary = std::env::current_exe().context("the program does not know where it is")?;
        Ok(Self { binary, folder: folder.to_owned() })
    }

    /// The shop's data folder.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.join("shop")
    }

    /// Deaf to the settings of whoever runs it, but for what is logged.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("ECOM67_") && name != "ECOM67_LOG" {
                command.env_remove(name);
            }
        }
        if std::env::var_os("ECOM67_LOG").is_none() {
            command.env("ECOM67_LOG", "warn");
        }
        command.args(arguments).env("ECOM67_DATA", self.data()).stdin(Stdio::null());
        command
    }

    fn log(&self, name: &str) -> Result<File> {
        let path = self.folder.join(name);
        File::options()
            .create(true)
            .append(true)
            .open(&path)
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Fills the shop.
    pub(super) async fn import(&self, catalog: &Path) -> Result<()> {
        let path = catalog.to_str().context("the folder's name is no text")?;
        self.said(&["import", "jsonl", path]).await.map(drop)
    }

    /// Issues a gift card with so much on it, and returns its code.
    pub(super) async fn issue_gift_card(&self, pence: u64) -> Result<String> {
        let amount = format!("{}.{:02}", pence / 100, pence % 100);
        let said = self.said(&["gift-card", "issue", "--amount", &amount, "--currency", "GBP", "--json"]).await?;
        let card: serde_json::Value = serde_json::from_str(&said).context("a gift card is issued without its form")?;
        Ok(card["code"].as_str().context("a gift card is issued without a code")?.to_owned())
    }

    /// Runs a command to its end, and returns what it said.
    pub(super) async fn said(&self, arguments: &[&str]) -> Result<String> {
        let mut command = self.command(arguments);
        command.stderr(self.log("commands.log")?).stdout(Stdio::piped());
        let what = arguments.join(" ");
        let output = tokio::task::spawn_blocking(move || {
            let child = command.spawn()?;
            ended_in_time(child, COMMAND_TIMEOUT)
        });
        let (is_done, said) = output.await?.with_context(|| format!("`{what}` cannot be run"))?;
        if !is_done {
            bail!("`{what}` failed; see commands.log");
        }
        Ok(said)
    }

    /// Starts the shop.
    pub(super) async fn shop(&self, setup: &Setup) -> Result<Server> {
        let mut command = self.command(&["serve"]);
        command
            .env("ECOM67_LISTEN", setup.shop.to_string())
            .env("ECOM67_HOLD_SECONDS", setup.hold.to_string())
            .env("ECOM67_LOOK_UPS_A_SECOND", LOOK_UPS_A_SECOND)
            .env("ECOM67_OPEN_ORDERS_PER_EMAIL", OPEN_ORDERS.to_string())
            .env("ECOM67_STRIPE_API", format!("http://{}", setup.provider));
        with_keys(&mut command, &setup.keys).stderr(self.log("shop.log")?);
        Server::start(command).await.context("the shop does not start; see shop.log")
    }

    /// Starts the provider, which answers late, twice and not at all, and tells the shop what happened.
    pub(super) async fn provider(&self, setup: &Setup) -> Result<Server> {
        let mut command = self.command(&["simulator", "--listen", &setup.provider.to_string()]);
        command
            .arg("--ledger")
            .arg(self.folder.join("provider"))
            .args(["--webhook-url", &format!("http://{}/api/webhooks/payments", setup.shop)])
            .args(["--webhook-delay-ms", "800", "--webhook-duplicates", "40", "--seed", &setup.seed.to_string()]);
        for fault in faults(setup.seed) {
            command.args(["--fault", &fault]);
        }
        with_keys(&mut command, &setup.keys).stderr(self.log("provider.log")?);
        Server::start(command).await.context("the provider does not start; see provider.log")
    }
}

fn with_keys<'command>(command: &'command mut Command, keys: &Keys) -> &'command mut Command {
    command
        .env("ECOM67_STRIPE_SECRET_KEY", &keys.secret)
        .env("ECOM67_STRIPE_PUBLISHABLE_KEY", &keys.publishable)
        .env("ECOM67_STRIPE_WEBHOOK_SECRETS", &keys.webhook)
}

/// What goes wrong at the provider. Each operation has one rule, for the first that concerns a call decides.
fn faults(seed: u64) -> Vec<String> {
    let rule = |operation: &str, fault: &str, probability: f64| {
        format!(
            r#"{{"operation":"{operation}","fault":{{"kind":"{fault}"}},"probability":{probability},"seed":{seed}}}"#
        )
    };
    vec![
        rule("create", "answer_lost", 0.04),
        rule("retrieve", "failed_for_now", 0.02),
        rule("confirm", "answer_lost", 0.04),
        rule("capture", "failed_after", 0.03),
        rule("cancel", "answer_lost", 0.05),
        rule("refund", "failed_before", 0.05),
    ]
}

/// A server, killed when it goes out of scope.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
}

impl Server {
    async fn start(mut command: Command) -> Result<Self> {
        command.stdout(Stdio::piped());
        tokio::task::spawn_blocking(move || {
            let mut server = Self { child: command.spawn()? };
            server.wait_until_ready()?;
            Ok(server)
        })
        .await?
    }

    /// Waits until it says that it listens.
    fn wait_until_ready(&mut self) -> Result<()> {
        let output = self.child.stdout.take().context("there is no output")?;
        let (sender, first) = mpsc::channel();
        // Read to its end, so that it can say more without being stopped by that.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(std::io::Result::ok) {
                drop(sender.send(line));
            }
        });
        let line = first.recv_timeout(START_TIMEOUT).map_err(|_| anyhow!("it did not say where it listens"))?;
        ensure!(line.starts_with(READY), "it said {line:?}");
        Ok(())
    }

    /// Kills it as a power cut would. A process that was killed is gone at once, so nobody waits elsewhere for it.
    pub(super) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end, and waits until it has.
    pub(super) async fn terminate(mut self) -> Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        let ended = tokio::task::spawn_blocking(move || {
            let began = Instant::now();
            while began.elapsed() < STOP_TIMEOUT {
                if let Some(status) = self.child.try_wait()? {
                    return Ok(status.success());
                }
                std::thread::sleep(LOOK_EVERY);
            }
            bail!("it does not end")
        });
        if ended.await?? { Ok(()) } else { bail!("it ended badly") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Whether a command succeeded, and what it said; it is killed when it takes too long.
fn ended_in_time(mut child: Child, patience: Duration) -> Result<(bool, String)> {
    let output = child.stdout.take().context("there is no output")?;
    let reading = std::thread::spawn(move || std::io::read_to_string(output));
    let began = Instant::now();
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None if began.elapsed() > patience => {
                child.kill()?;
                break child.wait()?;
            }
            None => std::thread::sleep(LOOK_EVERY),
        }
    };
    let said = reading.join().map_err(|_| anyhow!("what it said cannot be read"))??;
    Ok((status.success(), said))
}
