//! Load, and what it measures.
//!
//! A *closed loop* asks again as soon as it has an answer: it tells how much a server can do. An *open loop* asks by the
//! clock, whether or not earlier answers have come, and counts each answer's time from the moment it was due: it tells
//! how long shoppers wait, those included who came while the server stalled (no coordinated omission).

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use hdrhistogram::Histogram;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::chance::Chance;
use crate::client::{Accept, Connection, request};

/// Threads of the client: as many as the machine this was made for has cores.
const THREADS: usize = 2;

/// Latencies are told to one part in a thousand, up to a minute, in nanoseconds.
const LATENCY_MAX: u64 = 60_000_000_000;

/// Requests, prepared.
#[derive(Debug)]
pub(crate) struct Requests {
    bytes: Vec<Box<[u8]>>,
    order: Order,
    taken: AtomicUsize,
}

/// In which order they are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Each as often as any other.
    Random,
    /// One after another, over all connections and runs: none comes twice while there are others.
    InTurn,
}

impl Requests {
    /// Prepares a request for each path.
    pub(crate) fn new<Path: AsRef<str>>(paths: impl IntoIterator<Item = Path>, order: Order) -> Self {
        let bytes = paths.into_iter().map(|path| request(path.as_ref(), Accept::Brotli)).collect();
        Self { bytes, order, taken: AtomicUsize::new(0) }
    }

    /// Requests of any kind.
    pub(crate) const fn prepared(bytes: Vec<Box<[u8]>>, order: Order) -> Self {
        Self { bytes, order, taken: AtomicUsize::new(0) }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    fn next(&self, chance: &mut Chance) -> &[u8] {
        let place = match self.order {
            Order::Random => chance.below(self.bytes.len()),
            Order::InTurn => self.taken.fetch_add(1, Ordering::Relaxed) % self.bytes.len(),
        };
        &self.bytes[place]
    }
}

/// What a run of load has measured.
#[derive(Debug)]
pub(crate) struct Measured {
    /// Answers.
    pub(crate) answers: u64,
    /// Bytes of their bodies.
    pub(crate) body_bytes: u64,
    /// How long it took.
    pub(crate) elapsed: Duration,
    latencies: Histogram<u64>,
}

impl Measured {
    /// Answers a second.
    #[expect(clippy::cast_precision_loss, reason = "there are fewer answers than a float can count")]
    pub(crate) fn rate(&self) -> f64 {
        self.answers as f64 / self.elapsed.as_secs_f64()
    }

    /// The latency that so many percent of the answers do not exceed, in milliseconds.
    #[expect(clippy::cast_precision_loss, reason = "a minute in nanoseconds is less than a float can count")]
    pub(crate) fn latency_ms(&self, percent: f64) -> f64 {
        self.latencies.value_at_quantile(percent / 100.0) as f64 / 1e6
    }
}

/// What a run is to do.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Whom to ask.
    pub(crate) address: SocketAddr,
    /// What.
    pub(crate) requests: Arc<Requests>,
    /// Over how many connections.
    pub(crate) connections: usize,
    /// For how long.
    pub(crate) duration: Duration,
    /// Where chance begins.
    pub(crate) seed: u64,
}

/// Asks again as soon as an answer is there.
pub(crate) fn closed(plan: &Plan) -> Result<Measured> {
    run(plan, |plan, _, start| Pace::Closed { until: start + plan.duration })
}

/// Asks for everything once, as fast as answers come.
pub(crate) fn once(plan: &Plan) -> Result<Measured> {
    let left = Arc::new(AtomicUsize::new(plan.requests.len()));
    let requests =
        Arc::new(Requests { bytes: plan.requests.bytes.clone(), order: Order::InTurn, taken: AtomicUsize::new(0) });
    let plan = Plan { requests, ..plan.clone() };
    run(&plan, |_, _, _| Pace::Counted { left: Arc::clone(&left) })
}

/// Asks `rate` times a second.
pub(crate) fn open(plan: &Plan, rate: f64) -> Result<Measured> {
    run(plan, move |plan, thread, start| {
        let threads = threads(plan);
        let interval = Duration::from_secs_f64(1.0 / rate) * u32::try_from(threads).unwrap_or(1);
        // The threads take turns.
        let first = start + interval * u32::try_from(thread).unwrap_or_default() / u32::try_from(threads).unwrap_or(1);
        Pace::Open(Mutex::new(pacer(first, start + plan.duration, interval)))
    })
}

fn threads(plan: &Plan) -> usize {
    THREADS.min(plan.connections)
}

fn run(plan: &Plan, pace: impl Fn(&Plan, usize, Instant) -> Pace + Sync) -> Result<Measured> {
    if plan.requests.bytes.is_empty() {
        bail!("there is nothing to ask for");
    }
    let threads = threads(plan);
    let ready = Barrier::new(threads);
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtimes = (0..threads).map(|_| runtime()).collect::<std::io::Result<Vec<_>>>()?;
    let parts = std::thread::scope(|scope| {
        let spawn = |(thread, runtime): (usize, tokio::runtime::Runtime)| {
            let (ready, pace) = (&ready, &pace);
            let connections = plan.connections / threads + usize::from(thread < plan.connections % threads);
            scope.spawn(move || runtime.block_on(run_thread(plan, thread, connections, ready, pace)))
        };
        let handles: Vec<_> = runtimes.into_iter().enumerate().map(spawn).collect();
        let join = |handle: std::thread::ScopedJoinHandle<'_, Result<Measured>>| {
            handle.join().unwrap_or_else(|_| bail!("a thread of the client panicked"))
        };
        handles.into_iter().map(join).collect::<Result<Vec<_>>>()
    })?;
    let mut all = empty()?;
    for part in parts {
        add(&mut all, &part)?;
        all.elapsed = all.elapsed.max(part.elapsed);
    }
    Ok(all)
}

async fn run_thread(
    plan: &Plan,
    thread: usize,
    count: usize,
    ready: &Barrier,
    pace: &(impl Fn(&Plan, usize, Instant) -> Pace + Sync),
) -> Result<Measured> {
    let mut connections = Vec::new();
    for _ in 0..count {
        connections.push(Connection::open(plan.address).await);
    }
    // Every thread comes here, whatever has failed: the others would wait for ever.
    ready.wait();
    let start = Instant::now();
    let pace = Arc::new(pace(plan, thread, start));
    let mut workers = Vec::new();
    for (number, connection) in connections.into_iter().enumerate() {
        let connection = connection.context("cannot connect")?;
        let chance = Chance::seeded(plan.seed.wrapping_add((thread * 1_000 + number) as u64));
        workers.push(tokio::spawn(work(connection, Arc::clone(&plan.requests), chance, Arc::clone(&pace))));
    }
    let mut all = empty()?;
    for worker in workers {
        add(&mut all, &worker.await.context("a connection's task ended badly")??)?;
    }
    all.elapsed = start.elapsed();
    Ok(all)
}

async fn work(
    mut connection: Connection,
    requests: Arc<Requests>,
    mut chance: Chance,
    pace: Arc<Pace>,
) -> Result<Measured> {
    let mut measured = empty()?;
    while let Some(due) = pace.next().await {
        let request = requests.next(&mut chance);
        let answer = connection.ask(request).await.with_context(|| first_line(request))?;
        if !matches!(answer.status, 200 | 201) {
            bail!("{} was answered with {}", first_line(request), answer.status);
        }
        measured.body_bytes += answer.body.len() as u64;
        measured.answers += 1;
        let latency = u64::try_from(due.elapsed().as_nanos()).unwrap_or(LATENCY_MAX);
        measured.latencies.saturating_record(latency);
    }
    Ok(measured)
}

fn first_line(request: &[u8]) -> String {
    String::from_utf8_lossy(request).lines().next().unwrap_or_default().to_owned()
}

fn empty() -> Result<Measured> {
    let latencies = Histogram::new_with_bounds(1_000, LATENCY_MAX, 3)?;
    Ok(Measured { answers: 0, body_bytes: 0, elapsed: Duration::ZERO, latencies })
}

fn add(all: &mut Measured, part: &Measured) -> Result<()> {
    all.answers += part.answers;
    all.body_bytes += part.body_bytes;
    Ok(all.latencies.add(&part.latencies)?)
}

enum Pace {
    Closed {
        until: Instant,
    },
    Counted {
        left: Arc<AtomicUsize>,
    },
    /// Who is free waits here in line, the first of them for the clock.
    Open(Mutex<UnboundedReceiver<Instant>>),
}

impl Pace {
    /// Waits until the next request is due and tells since when; `None` at the end.
    async fn next(&self) -> Option<Instant> {
        match self {
            Self::Closed { until } => {
                let now = Instant::now();
                (now < *until).then_some(now)
            }
            Self::Counted { left } => {
                let take = |left: usize| left.checked_sub(1);
                let was = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
                was.is_ok().then(Instant::now)
            }
            Self::Open(due) => due.lock().await.recv().await,
        }
    }
}

/// Tells when requests are due, when they are. A thread sleeps exactly to some fifty microseconds; the runtime's own clock
/// would be exact to a millisecond, which is what is to be measured.
fn pacer(first: Instant, until: Instant, interval: Duration) -> UnboundedReceiver<Instant> {
    let (tell, told) = unbounded_channel();
    std::thread::spawn(move || {
        let mut due = first;
        while due < until {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            if tell.send(due).is_err() {
                // Nobody asks any more: something has failed.
                return;
            }
            due += interval;
        }
    });
    told
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// A server on a thread of its own that answers everything after a pause.
    fn slow_server(pause: Duration) -> SocketAddr {
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                loop {
                    let (mut stream, _) = listener.accept().await.unwrap();
                    tokio::spawn(async move {
                        let mut buffer = [0; 4_096];
                        while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                            tokio::time::sleep(pause).await;
                            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.unwrap();
                        }
                    });
                }
            });
        });
        told.recv().unwrap()
    }

    fn plan(address: SocketAddr, connections: usize) -> Plan {
        let requests = Arc::new(Requests::new(["/"], Order::Random));
        Plan { address, requests, connections, duration: Duration::from_millis(400), seed: 1 }
    }

    #[test]
    fn a_closed_loop_asks_when_it_has_its_answer() {
        let measured = closed(&plan(slow_server(Duration::from_millis(20)), 4)).unwrap();

        assert!((20..=80).contains(&measured.answers), "{measured:?}");
        assert!(measured.latency_ms(50.0) >= 20.0);
        assert_eq!(measured.body_bytes, measured.answers * 2);
    }

    #[test]
    fn an_open_loop_counts_the_wait_before_a_request_could_be_sent() {
        // Two connections can have 100 answers a second at most; 400 are due.
        let measured = open(&plan(slow_server(Duration::from_millis(20)), 2), 400.0).unwrap();

        assert!((150..=160).contains(&measured.answers), "{measured:?}");
        assert!(measured.latency_ms(99.0) > 300.0, "{}", measured.latency_ms(99.0));
    }

    #[test]
    fn once_is_once() {
        let requests = Arc::new(Requests::new((0..50).map(|number| format!("/{number}")), Order::Random));
        let plan = Plan { requests, ..plan(slow_server(Duration::from_millis(1)), 4) };

        assert_eq!(once(&plan).unwrap().answers, 50);
    }

    #[test]
    fn in_turn_no_request_comes_twice_before_all_came() {
        let requests = Requests::new(["/a", "/b", "/c"], Order::InTurn);
        let mut chance = Chance::seeded(1);

        let first: Vec<_> = (0..3).map(|_| first_line(requests.next(&mut chance))).collect();

        assert_eq!(first, ["GET /a HTTP/1.1", "GET /b HTTP/1.1", "GET /c HTTP/1.1"]);
    }
}
