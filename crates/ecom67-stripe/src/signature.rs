//! The header `Stripe-Signature`: when a body was signed, and by whom.

use ecom67_app::port::WebhookError;
use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;

use crate::secret::WebhookSecret;

/// How far the time of signing may be from now, in either direction.
const TOLERANCE_SECONDS: i64 = 300;
/// The longest header that is looked at.
const HEADER_LENGTH_MAX: usize = 4_096;
/// The most signatures in it: as many as secrets may be valid at once, and then some.
const SIGNATURES_MAX: usize = 16;
const DIGEST_LENGTH: usize = 32;

/// The header with which `body` is sent, signed at `now`.
pub fn sign(body: &[u8], secret: &WebhookSecret, now: Timestamp) -> String {
    let seconds = now.as_second();
    let tag = signer(secret, &seconds.to_string(), body).finalize().into_bytes();
    let digits: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds},v1={digits}")
}

/// Whether one of `secrets` has signed `body`, about now.
pub(crate) fn verify(body: &[u8], header: &str, secrets: &[WebhookSecret], now: Timestamp) -> Result<(), WebhookError> {
    let header = Header::read(header).ok_or(WebhookError::NotSigned)?;
    // The time is looked at only once the signature is known: a stranger is told nothing about our clock.
    let is_ours = secrets.iter().any(|secret| {
        let signer = signer(secret, header.time, body);
        // Compared in constant time.
        header.signatures.iter().any(|signature| signer.clone().verify_slice(signature).is_ok())
    });
    if !is_ours {
        return Err(WebhookError::NotSigned);
    }
    let seconds: i64 = header.time.parse().map_err(|_| WebhookError::NotSigned)?;
    let is_recent = now.as_second().checked_sub(seconds).is_some_and(|age| age.abs() <= TOLERANCE_SECONDS);
    if is_recent { Ok(()) } else { Err(WebhookError::TooOld) }
}

/// What the signature is over, on its way to be one.
fn signer(secret: &WebhookSecret, time: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut signer = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()).expect("HMAC takes keys of any length");
    for part in [time.as_bytes(), b".", body] {
        signer.update(part);
    }
    signer
}

struct Header<'a> {
    /// As it was written, for so it was signed.
    time: &'a str,
    signatures: Vec<[u8; DIGEST_LENGTH]>,
}

impl<'a> Header<'a> {
    fn read(text: &'a str) -> Option<Self> {
        if text.len() > HEADER_LENGTH_MAX {
            return None;
        }
        let mut time = None;
        let mut signatures = Vec::new();
        for part in text.split(',') {
            let (name, value) = part.trim().split_once('=')?;
            match name {
                // Two times would leave it open which one is meant.
                "t" if time.replace(value).is_some() => return None,
                "v1" if signatures.len() < SIGNATURES_MAX => signatures.extend(digest(value)),
                // Other schemes, `v0` among them, prove nothing.
                _ => {}
            }
        }
        Some(Self { time: time?, signatures })
    }
}

fn digest(digits: &str) -> Option<[u8; DIGEST_LENGTH]> {
    let digits: &[u8; DIGEST_LENGTH * 2] = digits.as_bytes().try_into().ok()?;
    let mut digest = [0; DIGEST_LENGTH];
    for (byte, pair) in digest.iter_mut().zip(digits.as_chunks::<2>().0) {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
        *byte = u8::try_from(high? * 16 + low?).ok()?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;

    fn secret(text: &str) -> WebhookSecret {
        text.parse().unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn a_signature_known_from_elsewhere_is_the_one_that_is_made() {
        // Python: hmac.new(b"whsec_test", b"1700000000." + body, "sha256").hexdigest()
        let expected = "t=1700000000,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925";

        assert_eq!(sign(BODY, &secret("whsec_test"), at(1_700_000_000)), expected);
    }

    #[test]
    fn any_of_several_signatures_by_any_of_our_secrets_will_do() {
        let [old, new, other] = ["whsec_old", "whsec_new", "whsec_other"].map(secret);
        let by_old = sign(BODY, &old, at(1_000));
        let (_, by_new) =
            sign(BODY, &new, at(1_000)).split_once(',').map(|(t, v)| (t.to_owned(), v.to_owned())).unwrap();
        let both = format!("{by_old}, {by_new},v0=abc,v1=zz");

        assert_eq!(verify(BODY, &both, std::slice::from_ref(&new), at(1_000)), Ok(()));
        assert_eq!(verify(BODY, &by_old, &[new, old], at(1_000)), Ok(()));
        assert_eq!(verify(BODY, &both, &[other], at(1_000)), Err(WebhookError::NotSigned));
        assert_eq!(verify(BODY, &both, &[], at(1_000)), Err(WebhookError::NotSigned), "no secret, no belief");
    }

    #[test]
    fn the_time_may_be_five_minutes_off_either_way() {
        let secret = secret("whsec_a");
        let header = sign(BODY, &secret, at(10_000));

        for (now, expected) in
            [(9_700, Ok(())), (10_300, Ok(())), (9_699, Err(WebhookError::TooOld)), (10_301, Err(WebhookError::TooOld))]
        {
            assert_eq!(verify(BODY, &header, std::slice::from_ref(&secret), at(now)), expected, "{now}");
        }
    }

    #[test]
    fn neither_body_nor_time_nor_signature_may_be_changed() {
        let secret = [secret("whsec_a")];
        let header = sign(BODY, &secret[0], at(10_000));

        for (body, header) in [
            (&b"{\"id\":\"evt_2\"}"[..], header.clone()),
            (BODY, header.replace("t=10000", "t=10001")),
            (BODY, header.replace("v1=", "v0=")),
            (BODY, header.replace("t=10000", "t=10000,t=10000")),
            (BODY, header.replace("t=10000,", "")),
            (BODY, format!("{header}é")),
            (BODY, "t=,v1=".to_owned()),
            (BODY, String::new()),
            (BODY, format!("{header},x={}", "y".repeat(5_000))),
        ] {
            assert_eq!(verify(body, &header, &secret, at(10_000)), Err(WebhookError::NotSigned), "{header}");
        }
    }
}
