//! Records of a file, one at a time and in bounded memory, each with its place.

use std::io::{self, BufRead, Read};

/// The longest record in bytes: beyond it a file has lost its line ends, or a quote.
pub(super) const RECORD_BYTES_MAX: usize = 4 * 1024 * 1024;

/// What separates records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Line ends.
    Lines,
    /// Line ends outside of quotes (RFC 4180), with this separator between fields.
    Csv { separator: u8 },
}

/// Reads records.
pub(super) struct Records<R> {
    input: R,
    shape: Shape,
    bytes_max: usize,
    buffer: Vec<u8>,
    /// Bytes and lines before the next record.
    offset: u64,
    lines: u64,
}

/// What came next.
#[derive(Debug)]
pub(super) enum Next<'records> {
    /// A record without its line end, with the line it begins on.
    Record { line: u64, bytes: &'records [u8] },
    /// A record that was too long, and skipped.
    TooLong { line: u64 },
    /// Reading failed within the record that begins on this line.
    Broken { line: u64, error: io::Error },
    /// Nothing more.
    End,
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(input: R, shape: Shape, bytes_max: usize) -> Self {
        Self { input, shape, bytes_max, buffer: Vec::new(), offset: 0, lines: 0 }
    }

    pub(super) fn set_shape(&mut self, shape: Shape) {
        self.shape = shape;
    }

    /// Bytes and lines before the next record.
    pub(super) const fn place(&self) -> (u64, u64) {
        (self.offset, self.lines)
    }

    /// Goes on to a place that an earlier reader of the same file told.
    pub(super) fn skip_to(&mut self, offset: u64, lines: u64) -> io::Result<()> {
        let ahead = offset.saturating_sub(self.offset);
        let skipped = io::copy(&mut self.input.by_ref().take(ahead), &mut io::sink())?;
        self.offset += skipped;
        self.lines = lines;
        Ok(())
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Next<'_> {
        self.buffer.clear();
        let line = self.lines + 1;
        let mut quote = Quote::FieldStart;
        loop {
            let start = self.buffer.len();
            let room = (self.bytes_max - start) as u64 + 1;
            let read = match self.input.by_ref().take(room).read_until(b'\n', &mut self.buffer) {
                Ok(read) => read,
                Err(error) => return Next::Broken { line, error },
            };
            self.offset += read as u64;
            let has_end = self.buffer.ends_with(b"\n");
            if read == 0 && start == 0 {
                return Next::End;
            }
            if has_end || read > 0 {
                self.lines += 1;
            }
            if !has_end && self.buffer.len() > self.bytes_max {
                return match self.skip_line() {
                    Ok(()) => Next::TooLong { line },
                    Err(error) => Next::Broken { line, error },
                };
            }
            if let Shape::Csv { separator } = self.shape {
                quote = quote.after(&self.buffer[start..], separator);
            }
            let is_whole = quote != Quote::Inside || read == 0;
            if is_whole {
                break;
            }
            if self.buffer.len() >= self.bytes_max {
                return Next::TooLong { line };
            }
        }
        let bytes = self.buffer.strip_suffix(b"\n").unwrap_or(&self.buffer);
        Next::Record { line, bytes: bytes.strip_suffix(b"\r").unwrap_or(bytes) }
    }

    /// Reads to the line's end and keeps nothing.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let bytes = self.input.fill_buf()?;
            let (count, ended) = match bytes.iter().position(|byte| *byte == b'\n') {
                Some(place) => (place + 1, true),
                None => (bytes.len(), bytes.is_empty()),
            };
            self.input.consume(count);
            self.offset += count as u64;
            if ended {
                return Ok(());
            }
        }
    }
}

/// Where in a field of CSV a reader stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    FieldStart,
    Outside,
    Inside,
    /// Behind a quote inside quotes: either the end, or the first of two that stand for one.
    Closing,
}

impl Quote {
    fn after(self, bytes: &[u8], separator: u8) -> Self {
        bytes.iter().fold(self, |state, byte| match (state, byte) {
            (Self::Inside, b'"') => Self::Closing,
            (Self::Inside, _) | (Self::Closing | Self::FieldStart, b'"') => Self::Inside,
            (_, byte) if *byte == separator => Self::FieldStart,
            (Self::FieldStart | Self::Outside | Self::Closing, _) => Self::Outside,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufReader, Cursor};

    fn all(text: &[u8], shape: Shape, bytes_max: usize) -> Vec<String> {
        let mut records = Records::new(BufReader::with_capacity(7, Cursor::new(text.to_vec())), shape, bytes_max);
        let mut seen = Vec::new();
        loop {
            match records.next() {
                Next::Record { line, bytes } => seen.push(format!("{line}:{}", String::from_utf8_lossy(bytes))),
                Next::TooLong { line } => seen.push(format!("{line}:too long")),
                Next::Broken { line, error } => seen.push(format!("{line}:{error}")),
                Next::End => {
                    assert_eq!(records.place().0, text.len() as u64);
                    return seen;
                }
            }
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped_and_the_next_one_is_read() {
        let text = b"short\n0123456789012345678901234567890\r\nlast";

        assert_eq!(all(text, Shape::Lines, 10), ["1:short", "2:too long", "3:last"]);
    }

    #[test]
    fn a_line_of_just_the_greatest_length_is_read() {
        assert_eq!(all(b"0123456789\nx\n", Shape::Lines, 10), ["1:0123456789", "2:x"]);
        assert_eq!(all(b"0123456789", Shape::Lines, 10), ["1:0123456789"]);
    }

    #[test]
    fn a_quoted_field_may_go_over_several_lines() {
        let text = b"sku,text\nA,\"one\ntwo, \"\"three\"\"\"\nB,plain \"quote\nC,\"\"\n";
        let shape = Shape::Csv { separator: b',' };

        assert_eq!(
            all(text, shape, 100),
            ["1:sku,text", "2:A,\"one\ntwo, \"\"three\"\"\"", "4:B,plain \"quote", "5:C,\"\""]
        );
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_one_record_and_not_the_file() {
        let text = b"A,\"open\n1\n2\n3\n4\n5\nB,fine\n";

        let seen = all(text, Shape::Csv { separator: b',' }, 12);

        assert_eq!(seen, ["1:too long", "4:3", "5:4", "6:5", "7:B,fine"]);
    }

    /// A file of one endless line would take all memory if lines were read whole.
    struct Endless(u64);

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = buffer.len().min(usize::try_from(self.0).unwrap());
            buffer[..count].fill(b'x');
            self.0 -= count as u64;
            Ok(count)
        }
    }

    #[test]
    fn a_line_of_100_megabytes_is_skipped_without_being_held() {
        let input = BufReader::new(Endless(100 * 1024 * 1024).chain(Cursor::new(b"\nnext\n")));
        let mut records = Records::new(input, Shape::Lines, RECORD_BYTES_MAX);

        assert!(matches!(records.next(), Next::TooLong { line: 1 }));
        assert!(matches!(records.next(), Next::Record { line: 2, bytes: b"next" }));
        assert!(records.buffer.capacity() <= 2 * RECORD_BYTES_MAX);
    }
}
