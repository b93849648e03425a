//! Requests for checkouts, and the instant at which they are forgotten.

use ecom67_app::port::{CheckoutRequest, OrderCommit, OrderCommitError, OrderRefused, OrderWrite};
use jiff::SignedDuration;
use tokio::task::JoinSet;

use super::{contact, main, order, placed, placing, request, stocked};
use crate::{Stores, noon};

/// Some still see the request and some do not, by their own clocks, and somebody is sweeping up what is forgotten.
pub async fn at_the_instant_a_key_is_forgotten_it_names_one_order_more_and_no_two(stores: &Stores) {
    stocked(stores, "MUG", main(), 64).await;
    let first = placed(stores, 1).await.value;
    let memory = SignedDuration::from_hours(24);
    let forgotten_at = noon() + memory;
    let mut tasks = JoinSet::new();
    for number in 2..34 {
        let stores = stores.clone();
        let at = forgotten_at - SignedDuration::from_micros(i64::from(number % 2));
        let mut order = order(number.into());
        order.cart = first.cart;
        let request = CheckoutRequest { digest: [number; 32], expires_at: at + memory, ..request(&order, "first") };
        let write = OrderWrite::Place { contact: Box::new(contact()), request };
        let commit = OrderCommit { write, at, ..placing(&order) };
        tasks.spawn(async move {
            if number % 8 == 0 {
                stores.orders.forget_requests(forgotten_at).await.unwrap();
            }
            (number, stores.orders.commit(commit).await)
        });
    }

    let results = tasks.join_all().await;

    let made: Vec<u8> = results.iter().filter(|(_, result)| result.is_ok()).map(|(number, _)| *number).collect();
    let [made] = made[..] else { panic!("the key names the orders {made:?}") };
    for (_, result) in results.into_iter().filter(|(number, _)| *number != made) {
        let Err(OrderCommitError::Refused(reasons)) = result else { panic!("it failed: {result:?}") };
        assert_eq!(reasons, [OrderRefused::RequestMade]);
    }
    let key = "first".parse().unwrap();
    let known = stores.orders.find_request(first.cart, &key, forgotten_at).await.unwrap().expect("it is remembered");
    assert_eq!((known.digest, known.order), ([made; 32], order(made.into()).id));
}
