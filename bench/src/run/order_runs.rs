//! Runs of whole orders: by few and many buyers, of one wanted variant, and beside many other orders.

use std::net::TcpListener;

use anyhow::{Context, Result};
use ecom67_app::ids::{Ids, SystemIds};

use super::Bench;
use crate::catalog::Catalog;
use crate::order_store;
use crate::orders::{self, Places, Wanted};
use crate::process::Server;
use crate::report::{Figure, Goal};

/// Buyers who all want the same at once.
const HOT_BUYERS: usize = 1_000;
/// The part of the rate of others that they are to get.
const HOT_SHARE: f64 = 0.8;
/// The part of the rate that many orders in the store may leave.
const MANY_SHARE: f64 = 0.75;

impl Bench<'_> {
    pub(super) fn orders(&mut self, shop: &Server, catalog: &Catalog) -> Result<()> {
        for buyers in [1, 8, 32, 256] {
            let bought = self.buy(shop, catalog, Wanted::Anything, buyers, &format!("{buyers} buyers"))?;
            let figure = if buyers == 32 { bought.with_goal(Goal::AtLeast(3_000.0)) } else { bought };
            self.figures.push(figure);
        }
        let spread = self.buy(shop, catalog, Wanted::Anything, HOT_BUYERS, &format!("{HOT_BUYERS} buyers"))?;
        let hot =
            self.buy(shop, catalog, Wanted::OneVariant, HOT_BUYERS, &format!("{HOT_BUYERS} buyers of one variant"))?;
        let goal = Goal::AtLeast(spread.value * HOT_SHARE);
        self.figures.extend([spread, hot.with_goal(goal)]);
        Ok(())
    }

    fn buy(&self, shop: &Server, catalog: &Catalog, wanted: Wanted, buyers: usize, who: &str) -> Result<Figure> {
        self.buy_at(shop, None, catalog, wanted, buyers, who)
    }

    fn buy_at(
        &self,
        shop: &Server,
        provider: Option<&Server>,
        catalog: &Catalog,
        wanted: Wanted,
        buyers: usize,
        who: &str,
    ) -> Result<Figure> {
        self.say(&format!("whole orders, {who}"));
        let before = shop.cpu_time()?;
        let places = Places { shop: shop.address, provider: provider.map(|server| server.address) };
        let buying = orders::buy(places, catalog, wanted, buyers, self.seconds(1.0));
        let mut bought = self.runtime.block_on(buying)?;
        let used = shop.cpu_time()?.saturating_sub(before).as_secs_f64() * 1e3;
        let count = |many: usize| f64::from(u32::try_from(many).unwrap_or(u32::MAX));
        let orders = count(bought.took.len()).max(1.0);
        let (used, asked) = (used / orders, count(bought.requests.len()) / orders);
        let (whole, request) =
            (orders::percentile_ms(&mut bought.took, 99), orders::percentile_ms(&mut bought.requests, 99));
        let longest = orders::percentile_ms(&mut bought.requests, 100);
        let note = format!(
            "{used:.2} ms of a core and {asked:.1} requests each; p99 of an order {whole:.1} ms, of a request {request:.1} ms, the longest {longest:.0} ms"
        );
        Ok(Figure::new(format!("paid orders, {who}"), bought.rate(), "/s").with_note(note))
    }

    /// The same with the payment provider in a process of its own, which tells the shop by webhooks what happened.
    pub(super) fn orders_with_provider(&mut self, catalog: &Catalog) -> Result<()> {
        // The provider has to know where the shop will be.
        let listen = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).context("no port is free")?;
        let drawn = |prefix: &str| format!("{prefix}{}", hex(&SystemIds.secret()));
        let keys = [
            ("ECOM67_STRIPE_SECRET_KEY", drawn("sk_test_")),
            ("ECOM67_STRIPE_PUBLISHABLE_KEY", drawn("pk_test_")),
            ("ECOM67_STRIPE_WEBHOOK_SECRETS", drawn("whsec_")),
        ];
        let webhooks = format!("http://{listen}/api/webhooks/payments");
        let ledger = self.path("provider");
        let arguments = [
            "simulator".as_ref(),
            "--listen".as_ref(),
            "127.0.0.1:0".as_ref(),
            "--webhook-url".as_ref(),
            webhooks.as_ref(),
            "--webhook-events".as_ref(),
            "followed".as_ref(),
            "--ledger".as_ref(),
            ledger.as_os_str(),
        ];
        let provider = Server::start(&self.arguments.server, arguments, &keys, &self.path("provider.log"))?;
        let api = ("ECOM67_STRIPE_API", format!("http://{}", provider.address));
        let variables: Vec<_> = keys.into_iter().chain([api]).collect();
        let shop = self.serve_at(&listen.to_string(), &variables)?;
        self.rested(&shop)?;
        let who = "32 buyers, provider in a process of its own";
        let used = provider.cpu_time()?;
        let figure = self.buy_at(&shop, Some(&provider), catalog, Wanted::Anything, 32, who)?;
        let used = provider.cpu_time()?.saturating_sub(used).as_secs_f64();
        let note = format!("{}; the provider used {used:.1} s of a core", figure.note);
        self.figures.push(figure.with_goal(Goal::AtLeast(1_200.0)).with_note(note));
        shop.stop()?;
        provider.stop()
    }

    /// The same with many orders in the store, and a list of them.
    pub(super) fn many_orders(&mut self, catalog: &Catalog) -> Result<()> {
        let Some(count) = self.arguments.orders else { return Ok(()) };
        let database = self.shop_folder().join("shop.sqlite");
        self.say(&format!("keeping {count} orders"));
        let said = |kept: usize| self.say(&format!("  {kept} of {count}"));
        let mut lists = self.runtime.block_on(order_store::fill(&database, count, said))?;
        let figure =
            Figure::new(format!("list of orders, {count} of them: p99"), orders::percentile_ms(&mut lists, 99), "ms");
        self.figures.push(figure.with_goal(Goal::AtMost(10.0)));
        let shop = self.serve()?;
        self.rested(&shop)?;
        let rate = |figures: &[Figure], name: &str| {
            figures.iter().find(|figure| figure.name == name).map(|figure| figure.value)
        };
        for buyers in [1, 32] {
            let before = rate(&self.figures, &format!("paid orders, {buyers} buyers"));
            let figure =
                self.buy(&shop, catalog, Wanted::Anything, buyers, &format!("{buyers} buyers, {count} orders kept"))?;
            let goal = before.map(|before| Goal::AtLeast(before * MANY_SHARE));
            self.figures.push(match goal {
                Some(goal) => figure.with_goal(goal),
                None => figure,
            });
        }
        shop.stop()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
