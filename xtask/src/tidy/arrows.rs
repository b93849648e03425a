//! Which crate may depend on which: arrows point inward only (domain ← app ← api and adapters ← binaries).

use cargo_metadata::{DependencyKind, Metadata};

const DOMAIN: &str = "ecom67-domain";
const RANKING: &str = "ecom67-ranking";
const WORDS: &str = "ecom67-words";
const APP: &str = "ecom67-app";
const API: &str = "ecom67-api";
const EMBEDDED: &str = "ecom67-embedded";
const AWS: &str = "ecom67-aws";
const MAIL: &str = "ecom67-mail";
const STRIPE: &str = "ecom67-stripe";
const AUDIT: &str = "ecom67-audit";
const TESTKIT: &str = "ecom67-testkit";

/// Engines and frameworks, each of which belongs to one kind of crate. A trailing `*` stands for any ending.
const WEB_FRAMEWORK: [&str; 4] = ["axum*", "hyper*", "tower-http", "utoipa*"];
const EMBEDDED_ENGINES: [&str; 4] = ["rusqlite", "libsqlite3-sys", "refinery", "tantivy*"];
const MAIL_ENGINES: [&str; 3] = ["lettre", "minijinja", "mrml"];
const AWS_ENGINES: [&str; 4] = ["aws-*", "serde_dynamo", "lambda_*", "aws_lambda_*"];

/// Where a crate stands, and what it may know.
struct Ring {
    members: &'static [&'static str],
    /// Crates of the workspace that its code may use.
    inward: &'static [&'static str],
    outside: Outside,
}

enum Outside {
    /// The crate's rules are worth more than any convenience: a new dependency is a decision made here.
    Only(&'static [&'static str]),
    AllBut(&'static [&'static [&'static str]]),
}

const RINGS: &[Ring] = &[
    Ring {
        members: &[DOMAIN],
        inward: &[],
        // Values and pure functions: nothing that does I/O, runs tasks or decides how things look on a wire.
        outside: Outside::Only(&[
            "blake3",
            "deunicode",
            "icu_normalizer",
            "iso_currency",
            "jiff",
            "rust_decimal",
            "rustc-hash",
            "thiserror",
            "unic-langid",
            "unicode-*",
            "uuid",
        ]),
    },
    // Numbers in, numbers out.
    Ring { members: &[RANKING], inward: &[], outside: Outside::Only(&["rand_chacha"]) },
    // Values in, texts out.
    Ring {
        members: &[WORDS],
        inward: &[DOMAIN],
        outside: Outside::Only(&["fluent-bundle", "jiff", "serde", "serde_json", "unic-langid"]),
    },
    Ring {
        members: &[APP],
        inward: &[DOMAIN],
        outside: Outside::Only(&[
            "arc-swap",
            "async-trait",
            "base64",
            "blake3",
            "bytes",
            "csv",
            "deunicode",
            "flate2",
            "fluent-bundle",
            "futures-*",
            "hmac",
            "jiff",
            "metrics",
            "pulldown-cmark",
            // Goods are kept in memory until they change.
            "quick_cache",
            "rand",
            "rand_chacha",
            "serde",
            "serde_json",
            "serde_path_to_error",
            "sha2",
            "subtle",
            "thiserror",
            "tokio",
            "tokio-util",
            "tracing",
            "unic-langid",
            "unicode-*",
            "uuid",
        ]),
    },
    Ring {
        members: &[API],
        inward: &[DOMAIN, APP, WORDS],
        outside: Outside::AllBut(&[&EMBEDDED_ENGINES, &AWS_ENGINES, &MAIL_ENGINES]),
    },
    Ring {
        members: &[EMBEDDED],
        inward: &[DOMAIN, APP, RANKING],
        outside: Outside::AllBut(&[&WEB_FRAMEWORK, &AWS_ENGINES, &MAIL_ENGINES]),
    },
    Ring {
        members: &[AWS],
        inward: &[DOMAIN, APP, RANKING],
        outside: Outside::AllBut(&[&WEB_FRAMEWORK, &EMBEDDED_ENGINES, &MAIL_ENGINES]),
    },
    Ring {
        members: &[MAIL],
        inward: &[DOMAIN, APP, WORDS],
        outside: Outside::AllBut(&[&WEB_FRAMEWORK, &EMBEDDED_ENGINES, &AWS_ENGINES]),
    },
    Ring {
        members: &[STRIPE],
        inward: &[DOMAIN, APP],
        // Its simulator speaks HTTP, so it may have a web framework.
        outside: Outside::AllBut(&[&EMBEDDED_ENGINES, &AWS_ENGINES, &MAIL_ENGINES]),
    },
    // Data in, findings out: what it is about comes through the ports.
    Ring {
        members: &[AUDIT],
        inward: &[DOMAIN, APP],
        outside: Outside::Only(&["jiff", "serde", "serde_json", "thiserror"]),
    },
    Ring {
        // Used by tests alone, so it may know whatever a test drives.
        members: &[TESTKIT],
        inward: &[DOMAIN, APP, API, EMBEDDED],
        outside: Outside::AllBut(&[]),
    },
    Ring {
        members: &["ecom67", "ecom67-lambda", "ecom67-bench"],
        inward: &[DOMAIN, APP, API, EMBEDDED, AWS, STRIPE, MAIL, AUDIT],
        outside: Outside::AllBut(&[]),
    },
    Ring {
        // A tool that drives the use cases with a world of its own: it knows no adapter, and nothing that ships knows it.
        members: &["ecom67-simulation"],
        inward: &[DOMAIN, APP],
        outside: Outside::AllBut(&[&WEB_FRAMEWORK, &EMBEDDED_ENGINES, &AWS_ENGINES]),
    },
    Ring { members: &["xtask"], inward: &[], outside: Outside::AllBut(&[]) },
];

#[derive(Debug)]
pub(crate) struct Crate {
    name: String,
    arrows: Vec<Arrow>,
}

#[derive(Debug)]
struct Arrow {
    to: String,
    is_in_workspace: bool,
    is_for_tests: bool,
}

pub(crate) fn crates_of(metadata: &Metadata) -> Vec<Crate> {
    let arrow = |dependency: &cargo_metadata::Dependency| Arrow {
        to: dependency.name.clone(),
        is_in_workspace: dependency.path.is_some(),
        is_for_tests: dependency.kind == DependencyKind::Development,
    };
    metadata
        .workspace_packages()
        .into_iter()
        .map(|package| Crate {
            name: package.name.to_string(),
            arrows: package.dependencies.iter().map(arrow).collect(),
        })
        .collect()
}

pub(crate) fn check(crates: &[Crate]) -> Vec<String> {
    crates.iter().flat_map(check_crate).collect()
}

fn check_crate(from: &Crate) -> Vec<String> {
    let Some(ring) = RINGS.iter().find(|ring| ring.members.contains(&from.name.as_str())) else {
        return vec![format!("{}: tell xtask's tidy/arrows.rs where this crate stands", from.name)];
    };
    from.arrows
        .iter()
        .filter(|arrow| !ring.allows(arrow))
        .map(|arrow| format!("{}: must not depend on {}", from.name, arrow.to))
        .collect()
}

impl Ring {
    fn allows(&self, arrow: &Arrow) -> bool {
        let to = arrow.to.as_str();
        if !arrow.is_in_workspace {
            // A test may use what it likes; it is not in the product.
            return arrow.is_for_tests || self.outside.allows(to);
        }
        let is_xtasks = self.members.contains(&"xtask");
        self.inward.contains(&to) || (arrow.is_for_tests && !is_xtasks && is_for_tests_of_others(to))
    }
}

/// Beside the testkit, a test of one crate may drive the real adapters.
fn is_for_tests_of_others(to: &str) -> bool {
    [TESTKIT, EMBEDDED, API, STRIPE, AUDIT].contains(&to)
}

impl Outside {
    fn allows(&self, name: &str) -> bool {
        match self {
            Self::Only(allowed) => allowed.iter().any(|pattern| fits(pattern, name)),
            Self::AllBut(groups) => !groups.iter().flat_map(|group| group.iter()).any(|pattern| fits(pattern, name)),
        }
    }
}

fn fits(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |beginning| name.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(to: &str) -> Arrow {
        Arrow { to: to.into(), is_in_workspace: to.starts_with("ecom67"), is_for_tests: false }
    }

    fn tests_use(to: &str) -> Arrow {
        Arrow { is_for_tests: true, ..uses(to) }
    }

    fn problems(name: &str, arrow: Arrow) -> usize {
        check(&[Crate { name: name.into(), arrows: vec![arrow] }]).len()
    }

    #[test]
    fn arrows_point_inward() {
        for (from, to) in [(APP, DOMAIN), (API, APP), (EMBEDDED, APP), (AWS, DOMAIN), ("ecom67", EMBEDDED)] {
            assert_eq!(problems(from, uses(to)), 0, "{from} -> {to}");
        }
        for (from, to) in
            [(DOMAIN, APP), (APP, EMBEDDED), (API, EMBEDDED), (EMBEDDED, API), (EMBEDDED, AWS), (API, "ecom67")]
        {
            assert_eq!(problems(from, uses(to)), 1, "{from} -> {to}");
        }
    }

    #[test]
    fn only_tests_use_the_testkit() {
        assert_eq!(problems(APP, uses(TESTKIT)), 1);
        assert_eq!(problems("ecom67", uses(TESTKIT)), 1);
        assert_eq!(problems(APP, tests_use(TESTKIT)), 0);
        assert_eq!(problems("xtask", tests_use(TESTKIT)), 1);
    }

    #[test]
    fn nothing_that_ships_knows_the_simulation() {
        for shipped in [DOMAIN, APP, API, EMBEDDED, AWS, STRIPE, "ecom67"] {
            assert_eq!(problems(shipped, uses("ecom67-simulation")), 1, "{shipped}");
            assert_eq!(problems(shipped, tests_use("ecom67-simulation")), 1, "{shipped}");
        }
        assert_eq!(problems("ecom67-simulation", uses(APP)), 0);
        assert_eq!(problems("ecom67-simulation", uses(EMBEDDED)), 1, "its store is its own");
    }

    #[test]
    fn the_domain_knows_no_framework() {
        for framework in ["serde", "tokio", "axum", "async-trait", "rusqlite"] {
            assert_eq!(problems(DOMAIN, uses(framework)), 1, "{framework}");
        }
        assert_eq!(problems(DOMAIN, uses("thiserror")), 0);
        assert_eq!(problems(DOMAIN, tests_use("proptest")), 0);
    }

    #[test]
    fn an_engine_belongs_to_its_adapter() {
        assert_eq!(problems(APP, uses("aws-sdk-dynamodb")), 1);
        assert_eq!(problems(API, uses("rusqlite")), 1);
        assert_eq!(problems(EMBEDDED, uses("axum-extra")), 1);
        assert_eq!(problems(AWS, uses("tantivy")), 1);
        assert_eq!(problems(AWS, uses("aws-sdk-dynamodb")), 0);
        assert_eq!(problems(EMBEDDED, uses("rusqlite")), 0);
    }

    #[test]
    fn a_crate_that_nobody_placed_is_a_problem() {
        assert_eq!(check(&[Crate { name: "ecom67-new".into(), arrows: vec![] }]).len(), 1);
    }
}
