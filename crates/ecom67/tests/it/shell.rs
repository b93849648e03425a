//! A shell of its own: commands that are run, servers that are started, and files for them.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// How long anything may take before a test gives it up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The market, location and category that the test's products name.
pub(crate) const BASICS: &str = r#"{"type":"market","code":"gb","countries":["GB"],"currency":"GBP","tax":"included","languages":["en"]}
{"type":"location","code":"main","name":"Main warehouse","country":"GB"}
{"type":"category","code":"mugs","name":{"en":"Mugs"}}
"#;

/// A line with a product of one variant, whose SKU is its code in capitals.
pub(crate) fn product_line(code: &str) -> String {
    format!(
        r#"{{"type":"product","code":"{code}","categories":["mugs"],"texts":{{"en":{{"name":"Mug {code}"}}}},"variants":[{{"sku":"{}","prices":{{"gb":{{"currency":"GBP","amount":1490}}}},"stock":{{"main":7}}}}]}}
"#,
        code.to_ascii_uppercase()
    )
}

/// A file with the basics and so many products.
pub(crate) fn catalog(products: usize) -> String {
    (0..products).fold(BASICS.to_owned(), |lines, number| lines + &product_line(&format!("mug-{number}")))
}

/// A folder for a shop's data and the files about it.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("the machine has room for a test") }
    }

    /// The shop's data folder, which is not there at first.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A path for something else.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("the folder can be written");
        path
    }

    /// `ecom67` with these arguments on the data folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = ecom67();
        command.env("ECOM67_DATA", self.data()).args(arguments);
        command
    }

    /// Runs `ecom67` with these arguments on the data folder, to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(&mut self.command(arguments))
    }

    /// Runs a command that must succeed.
    pub(crate) fn done(&self, arguments: &[&str]) -> Ended {
        let ended = self.run(arguments);
        assert_eq!(ended.status, Some(0), "{arguments:?}: {ended:?}");
        ended
    }

    /// Serves the data folder on a free port.
    pub(crate) fn serve(&self) -> Server {
        Server::start(self.command(&["serve"]))
    }
}

/// `ecom67` as it was built for this test, deaf to the settings of whoever runs the test.
pub(crate) fn ecom67() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ecom67"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ECOM67_") {
            command.env_remove(name);
        }
    }
    command.env("ECOM67_LOG", "warn").stdin(Stdio::null());
    command
}

/// How a command ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The exit status; `None` where a signal ended it.
    pub(crate) status: Option<i32>,
    pub(crate) output: String,
    pub(crate) errors: String,
}

impl Ended {
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the command can be started");
        Self {
            status: output.status.code(),
            output: String::from_utf8(output.stdout).expect("the output is text"),
            errors: String::from_utf8(output.stderr).expect("the errors are text"),
        }
    }
}

/// A served shop, killed when it goes out of scope.
pub(crate) struct Server {
    child: Child,
    /// `http://` and where it listens.
    pub(crate) address: String,
    agent: ureq::Agent,
}

/// An answer of a served shop.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    fn of(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Self {
        let mut response = response.unwrap_or_else(|error| panic!("the shop does not answer: {error}"));
        let body = response.body_mut().read_to_string().unwrap_or_else(|error| panic!("half an answer: {error}"));
        Self { status: response.status().as_u16(), headers: response.headers().clone(), body }
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Server {
    /// Starts `serve` on a free port and waits until it answers.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command
            .env("ECOM67_LISTEN", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server can be started");
        let mut line = String::new();
        let output = child.stdout.as_mut().expect("the output is piped");
        BufReader::new(output).read_line(&mut line).expect("the server says where it listens");
        let address = line.strip_prefix("listening on ").and_then(|rest| rest.split_whitespace().next());
        let address = address.unwrap_or_else(|| panic!("it said {line:?}")).to_owned();
        let configuration = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
        Self { child, address, agent: configuration.build().into() }
    }

    /// What the shop answers to a GET.
    pub(crate) fn get(&self, path: &str) -> Answer {
        Answer::of(self.agent.get(self.url(path)).call())
    }

    /// What the shop answers to a GET with headers.
    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = ureq::http::Request::get(self.url(path));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.ask(request.body(()).expect("the test's requests are valid"))
    }

    /// What the shop answers to any request.
    pub(crate) fn ask(&self, request: ureq::http::Request<()>) -> Answer {
        Answer::of(self.agent.run(request))
    }

    /// What the shop answers to any request with a body.
    pub(crate) fn ask_with(&self, request: ureq::http::Request<String>) -> Answer {
        Answer::of(self.agent.run(request))
    }

    /// The same, from a shop that may be killed meanwhile: `None` where no whole answer came.
    pub(crate) fn try_ask(&self, request: ureq::http::Request<String>) -> Option<Answer> {
        let mut response = self.agent.run(request).ok()?;
        let body = response.body_mut().read_to_string().ok()?;
        Some(Answer { status: response.status().as_u16(), headers: response.headers().clone(), body })
    }

    /// What the shop answers to a POST.
    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = ureq::http::Request::post(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(self.agent.run(request.body(body.to_owned()).expect("the test's requests are valid")))
    }

    /// What the shop answers to a GET, which is not followed anywhere.
    pub(crate) fn redirect(&self, path: &str) -> Answer {
        let request = self.agent.get(self.url(path)).config().max_redirects(0).max_redirects_will_error(false);
        Answer::of(request.build().call())
    }

    /// The whole address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// How many products the list of everything has.
    pub(crate) fn listed(&self) -> u64 {
        let list = self.get("/api/products?locale=en-gb&limit=1").json();
        list["total"]["count"].as_u64().unwrap_or_else(|| panic!("a total was expected: {list}"))
    }

    /// `127.0.0.1:` and the port.
    pub(crate) fn socket(&self) -> &str {
        self.address.strip_prefix("http://").expect("the shop is served over HTTP")
    }

    /// Kills the server as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("the server can be killed");
        self.child.wait().expect("the server has ended");
    }

    /// The same while others speak with it.
    pub(crate) fn kill_now(&self) {
        self.signal(Signal::KILL);
    }

    /// Asks the server to stop, as a service manager does.
    pub(crate) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Sends the server a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("the server takes signals");
    }

    /// Waits until the server has ended; its exit status, and what it had said after its first line.
    pub(crate) fn ended(&mut self) -> (Option<i32>, String) {
        let status = wait_for("the server ends", || self.child.try_wait().expect("the server can be waited for"));
        let mut rest = String::new();
        let output = self.child.stdout.as_mut().expect("the output is piped");
        output.read_to_string(&mut rest).expect("the output is text");
        (status.code(), rest)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Looks again and again until there is something; fails with `what` when it takes too long.
pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("the folders of tests have plain names")
}
