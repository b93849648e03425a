//! One connection that asks and reads answers, with as little work of its own as it takes.
//!
//! A whole HTTP client would take as much time as the server on the cores that both share, and hide how servers differ.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// More than any of the shop's answers has.
const HEADERS_MAX: usize = 64;

/// An answer that takes longer is a failure.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// How compressed answers are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accept {
    /// As browsers do.
    Brotli,
    /// To be read here.
    Plain,
}

/// The bytes of a request.
pub(crate) fn request(path: &str, accept: Accept) -> Box<[u8]> {
    let encoding = match accept {
        Accept::Brotli => "accept-encoding: br\r\n",
        Accept::Plain => "",
    };
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: */*\r\n{encoding}user-agent: ecom67-bench\r\n\r\n")
        .into_bytes()
        .into_boxed_slice()
}

/// A whole answer, in the connection's buffer.
#[derive(Debug)]
pub(crate) struct Answer<'connection> {
    /// Its status.
    pub(crate) status: u16,
    head: &'connection [u8],
    /// Its body, as it was sent.
    pub(crate) body: &'connection [u8],
}

impl Answer<'_> {
    /// The headers in order, names in lower case.
    pub(crate) fn headers(&self) -> Result<Vec<(String, Vec<u8>)>> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let mut response = httparse::Response::new(&mut headers);
        response.parse(self.head).map_err(invalid)?;
        Ok(response.headers.iter().map(|header| (header.name.to_ascii_lowercase(), header.value.to_vec())).collect())
    }
}

/// A connection that is kept.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 * 1_024) })
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.buffer.clear();
        self.stream.write_all(request).await?;
        let head = loop {
            self.read().await?;
            if let Some(head) = parse_head(&self.buffer)? {
                break head;
            }
        };
        let end = head.length + head.body_length;
        while self.buffer.len() < end {
            self.buffer.reserve(end - self.buffer.len());
            self.read().await?;
        }
        if self.buffer.len() > end {
            return Err(Error::new(ErrorKind::InvalidData, "more came than was asked for"));
        }
        let (head_bytes, body) = self.buffer.split_at(head.length);
        Ok(Answer { status: head.status, head: head_bytes, body })
    }

    /// The same with a limit on how long it may take; for single questions, since the limit costs something.
    pub(crate) async fn ask_in_time(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        tokio::time::timeout(ANSWER_TIMEOUT, self.ask(request))
            .await
            .unwrap_or_else(|_| Err(Error::new(ErrorKind::TimedOut, "the answer took too long")))
    }

    async fn read(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    length: usize,
    body_length: usize,
}

/// `None` as long as the head is not there whole.
fn parse_head(bytes: &[u8]) -> Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = response.parse(bytes).map_err(invalid)? else { return Ok(None) };
    let body_length = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let body_length = body_length.and_then(|header| std::str::from_utf8(header.value).ok()?.parse().ok());
    let body_length = body_length.ok_or_else(|| Error::new(ErrorKind::InvalidData, "an answer without its length"))?;
    Ok(Some(Head { status: response.code.unwrap_or_default(), length, body_length }))
}

fn invalid(error: httparse::Error) -> Error {
    Error::new(ErrorKind::InvalidData, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_when_it_is_whole() {
        let answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nabc";

        assert_eq!(parse_head(&answer[..20]).unwrap(), None);
        assert_eq!(parse_head(answer).unwrap(), Some(Head { status: 404, length: answer.len() - 3, body_length: 3 }));
        assert!(parse_head(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
    }
}
