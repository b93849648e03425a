//! The control socket: commands on a served data folder run in the server, so that there is never a second writer.
//!
//! One command a connection: the client sends it as a line of JSON, the server answers with a line an event. The
//! socket lies in the data folder and only its owner may use it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use ecom67_app::stopped;
use ecom67_embedded::DataFolder;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::command::{Command, Ending, Event, Teller, execute};
use crate::local::LocalShop;
use crate::render::Renderer;

/// The longest command.
const COMMAND_BYTES_MAX: u64 = 1024 * 1024;

/// How long a client has to say what it wants.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(10);

/// How many events may wait for the client.
const EVENTS_WAITING_MAX: usize = 64;

/// Makes the socket, which whoever holds the folder does.
pub(crate) fn bind(shop: &LocalShop) -> anyhow::Result<UnixListener> {
    let path = DataFolder::socket(shop.folder.path());
    // Left behind by a process that was killed: this one holds the folder now.
    if path.exists() {
        std::fs::remove_file(&path).context("the old control socket cannot be removed")?;
    }
    let listener = UnixListener::bind(&path).with_context(|| {
        format!("the control socket {} cannot be made; its path may have at most 107 bytes", path.display())
    })?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Takes commands until it is time to stop; those that run are cancelled then, and end where they can go on later.
pub(crate) async fn listen(
    listener: UnixListener,
    shop: Arc<LocalShop>,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let mut commands = JoinSet::new();
    loop {
        tokio::select! {
            () = stopped(&mut stop) => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(commands.spawn(serve(Arc::clone(&shop), stream))),
                Err(error) => {
                    tracing::warn!(%error, "a command's connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            Some(ended) = commands.join_next() => if let Err(error) = ended {
                tracing::error!(%error, "a command ended badly");
            },
        }
    }
    commands.shutdown().await;
    std::fs::remove_file(DataFolder::socket(shop.folder.path())).context("the control socket cannot be removed")
}

async fn serve(shop: Arc<LocalShop>, stream: UnixStream) {
    if let Err(error) = serve_command(&shop, stream).await {
        tracing::warn!(error = format!("{error:#}"), "a command was not carried out");
    }
}

async fn serve_command(shop: &LocalShop, stream: UnixStream) -> anyhow::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut line = String::new();
    let mut limited = BufReader::new(reader.take(COMMAND_BYTES_MAX));
    tokio::time::timeout(COMMAND_TIMEOUT, limited.read_line(&mut line)).await.context("no command came")??;
    let command: Command = serde_json::from_str(&line).context("the command is not understood")?;
    let (sender, mut events) = mpsc::channel(EVENTS_WAITING_MAX);
    let (_nobody, uninterrupted) = watch::channel(false);
    let work = async {
        // When the client is interrupted it goes away, and that is heard.
        let teller = Teller::new(sender.clone(), uninterrupted);
        let ending = execute(shop, command, &teller).await;
        drop(sender.send(Event::Ended { ending }).await);
        drop(sender);
    };
    let tell = async move {
        while let Some(event) = events.recv().await {
            let mut line = serde_json::to_vec(&event)?;
            line.push(b'\n');
            // When the client has gone, the closed channel cancels the command.
            writer.write_all(&line).await?;
        }
        anyhow::Ok(())
    };
    let (told, ()) = tokio::join!(tell, work);
    told.context("the client has gone")
}

/// Has the process that holds the folder run the command, and shows what it tells.
pub(crate) async fn run_there(data: &Path, command: &Command, renderer: &mut Renderer) -> anyhow::Result<Ending> {
    let path = DataFolder::socket(data);
    let stream = UnixStream::connect(&path).await.with_context(|| format!("{} does not answer", path.display()))?;
    let (reader, mut writer) = stream.into_split();
    let mut line = serde_json::to_vec(command)?;
    line.push(b'\n');
    writer.write_all(&line).await?;
    let mut lines = BufReader::new(reader).lines();
    while let Some(line) = lines.next_line().await? {
        let event: Event = serde_json::from_str(&line).context("the server speaks another release's language")?;
        if let Some(ending) = crate::command::show(renderer, &event) {
            return Ok(ending);
        }
    }
    bail!("the server went away before the command was done; what it told is done is done")
}
