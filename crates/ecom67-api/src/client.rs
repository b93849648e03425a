//! Where a request comes from.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};

use axum::extract::FromRequestParts;
use hyper::header::HeaderMap;
use hyper::http::request::Parts;

/// Who is at the other end of the connection: a client, or a proxy before the shop. The server puts it into each request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The header in which a proxy says for whom it asks; each one adds at the end who was at its own other end.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address that a request comes from. What a header says of it holds only where it was a proxy that said it: somebody
/// on this machine or in its private network. For counting alone, never for who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Without a server there is no other end.
        let peer = parts.extensions.get().copied().unwrap_or(Peer(Ipv4Addr::LOCALHOST.into()));
        Ok(client_address(peer, &parts.headers))
    }
}

impl ClientAddress {
    /// The address, unless it is of this machine or its private network: then it is a proxy's that has named nobody, and
    /// stands for everybody.
    pub(crate) fn of_somebody(self) -> Option<IpAddr> {
        Some(self.0).filter(|address| !is_near(*address))
    }
}

fn client_address(Peer(peer): Peer, headers: &HeaderMap) -> ClientAddress {
    let peer = peer.to_canonical();
    // Whatever stands before the last was said by whoever asked the proxy.
    let said = headers.get_all(FORWARDED_FOR).iter().next_back();
    let last = said.and_then(|said| said.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    ClientAddress(last.filter(|_| is_near(peer)).unwrap_or(peer))
}

/// Whether an address is of this machine or of a private network.
const fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(peer: &str, said: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for said in said {
            headers.append(FORWARDED_FOR, said.parse().unwrap());
        }
        client_address(Peer(peer.parse().unwrap()), &headers).0.to_string()
    }

    #[test]
    fn a_proxy_nearby_says_for_whom_it_asks_and_nobody_else_does() {
        for proxy in ["127.0.0.1", "::1", "::ffff:10.0.0.9", "172.17.0.1", "fd00::1"] {
            assert_eq!(address(proxy, &["198.51.100.7"]), "198.51.100.7", "{proxy}");
        }
        assert_eq!(address("203.0.113.5", &["198.51.100.7"]), "203.0.113.5");
    }

    #[test]
    fn whom_a_proxy_did_not_name_is_nobody_in_particular() {
        let named = |peer: &str| ClientAddress(peer.parse().unwrap()).of_somebody().is_some();

        assert!(named("198.51.100.7") && named("2001:db8::7"));
        assert!(!named("127.0.0.1") && !named("10.0.0.9") && !named("fd00::1"));
    }

    #[test]
    fn of_several_addresses_only_the_last_was_seen_by_the_proxy() {
        assert_eq!(address("127.0.0.1", &["192.0.2.1, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(address("127.0.0.1", &["192.0.2.1", "2001:db8::7"]), "2001:db8::7");
        for nonsense in ["", "unknown", "198.51.100.7, ", "198.51.100.7:1234"] {
            assert_eq!(address("127.0.0.1", &[nonsense]), "127.0.0.1", "{nonsense}");
        }
    }
}
