//! Makes sure that the folders to be embedded are there, and that a change in one of them is noticed.

use std::path::Path;
use std::{env, fs, io};

/// What the binary carries: the web apps, and the demo's pictures, both made by `cargo xtask build`.
const EMBEDDED: [&str; 3] = ["../../web/apps/storefront/dist", "../../target/demo-pictures", "../../demo/catalog"];

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    for folder in EMBEDDED {
        fs::create_dir_all(Path::new(&root).join(folder))?;
        println!("cargo::rerun-if-changed={folder}");
    }
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
