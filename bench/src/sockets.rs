//! WebSockets on which nothing happens: what each of them takes.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::carts::with_body;
use crate::catalog::Catalog;
use crate::client::Connection;
use crate::orders;

/// As many as one shopper may have.
const SOCKETS_OF_ONE: usize = 10;

/// How long a socket may take to open.
const OPEN_TIMEOUT: Duration = Duration::from_secs(10);

/// Opens so many sockets, each of which was told of its order once and hears nothing more.
pub(crate) async fn open(shop: SocketAddr, catalog: &Catalog, sockets: usize) -> Result<Vec<TcpStream>> {
    let placed = orders::place(shop, catalog, sockets.div_ceil(SOCKETS_OF_ONE)).await?;
    let mut connection = Connection::open(shop).await?;
    let mut opened = Vec::with_capacity(sockets);
    for number in 0..sockets {
        let order = &placed[number / SOCKETS_OF_ONE];
        let own = format!("cart-capability: {}\r\n", order.capability);
        let body = format!(r#"{{"order":"{}"}}"#, order.id);
        let answer = connection.ask_in_time(&with_body("POST", "/api/socket-tickets", &own, &body)).await?;
        ensure!(answer.status == 201, "there is no ticket: {}", String::from_utf8_lossy(answer.body));
        let ticket: Value = serde_json::from_slice(answer.body)?;
        let ticket = ticket["ticket"].as_str().context("a ticket is told")?;
        opened.push(tokio::time::timeout(OPEN_TIMEOUT, socket(shop, ticket)).await.context("a socket took too long")??);
    }
    Ok(opened)
}

async fn socket(shop: SocketAddr, ticket: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(shop).await?;
    let request = format!(
        "GET /ws HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: ecom67.v1, ticket.{ticket}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut told = Vec::new();
    // The head, and the order as it is now.
    while !told.windows(6).any(|bytes| bytes == b"totals") {
        if stream.read_buf(&mut told).await? == 0 {
            bail!("a socket was refused: {}", String::from_utf8_lossy(&told));
        }
    }
    Ok(stream)
}
