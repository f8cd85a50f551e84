//! The certificate of a pool that signs SAML requests. The sandbox signs none: it is well formed, the same at every call,
//! and made from the pool's id alone, so nothing is kept for it.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use data_encoding::BASE64;
use time::OffsetDateTime;

/// How long a certificate is valid, as Cognito's are.
const YEARS: i32 = 10;

/// `id-Ed25519` as an algorithm.
const ED25519: &[u8] = &[0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70];

/// `id-at-commonName`.
const COMMON_NAME: &[u8] = &[0x06, 0x03, 0x55, 0x04, 0x03];

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const UTF8_STRING: u8 = 0x0c;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;

/// The certificate of a pool in base64, as DER; `created` is when, in seconds since 1970, it begins to be valid.
pub(super) fn of(pool_id: &str, created: i64) -> Result<String, String> {
    let seed = digest(&SHA256, format!("cognitops sandbox {pool_id}").as_bytes());
    let key = Ed25519KeyPair::from_seed_unchecked(seed.as_ref()).map_err(|error| error.to_string())?;
    let body = to_be_signed(pool_id, created, key.public_key().as_ref(), &seed.as_ref()[..8])?;
    let signature = bits(key.sign(&body).as_ref());
    Ok(BASE64.encode(&tagged(SEQUENCE, &[&body, ED25519, &signature])))
}

/// A certificate of version 1 that its subject issued itself.
fn to_be_signed(pool_id: &str, created: i64, key: &[u8], number: &[u8]) -> Result<Vec<u8>, String> {
    let from = OffsetDateTime::from_unix_timestamp(created).map_err(|error| error.to_string())?;
    let to = from.replace_year(from.year() + YEARS).unwrap_or(from + time::Duration::days(3_652));
    let name = tagged(
        SEQUENCE,
        &[&tagged(SET, &[&tagged(SEQUENCE, &[COMMON_NAME, &tagged(UTF8_STRING, &[pool_id.as_bytes()])])])],
    );
    // A number above zero: no first bit, and no leading zeros either.
    let number = tagged(INTEGER, &[&[0x40 | (number[0] & 0x3f)], &number[1..]]);
    let validity = tagged(SEQUENCE, &[&moment(from), &moment(to)]);
    let key = tagged(SEQUENCE, &[ED25519, &bits(key)]);
    Ok(tagged(SEQUENCE, &[&number, ED25519, &name, &validity, &name, &key]))
}

/// A time: with two digits of the year up to 2049, as certificates must have it.
fn moment(at: OffsetDateTime) -> Vec<u8> {
    let year = at.year();
    let (tag, year) = if (1950..2050).contains(&year) {
        (UTC_TIME, format!("{:02}", year % 100))
    } else {
        (GENERALIZED_TIME, format!("{year:04}"))
    };
    let (month, day) = (u8::from(at.month()), at.day());
    let text = format!("{year}{month:02}{day:02}{:02}{:02}{:02}Z", at.hour(), at.minute(), at.second());
    tagged(tag, &[text.as_bytes()])
}

/// Whole bytes as a bit string.
fn bits(bytes: &[u8]) -> Vec<u8> {
    tagged(BIT_STRING, &[&[0], bytes])
}

/// A value of DER: tag, length, content.
fn tagged(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len().to_be_bytes();
    let length = &length[length.iter().position(|byte| *byte != 0).unwrap_or(length.len() - 1)..];
    let mut value = vec![tag];
    if content.len() >= 0x80 {
        #[allow(clippy::cast_possible_truncation)] // a length has eight bytes at most
        value.push(0x80 | length.len() as u8);
    }
    value.extend(length);
    value.extend(content);
    value
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ED25519 as ALGORITHM, UnparsedPublicKey};

    use super::*;

    #[test]
    fn it_is_signed_with_the_key_in_it_and_stays_the_same() {
        let text = of("us-east-1_AbCdEfGhI", 1_700_000_000).unwrap();
        assert_eq!(of("us-east-1_AbCdEfGhI", 1_700_000_000).unwrap(), text);
        assert_ne!(of("us-east-1_AbCdEfGhJ", 1_700_000_000).unwrap(), text);
        let der = BASE64.decode(text.as_bytes()).unwrap();
        let (rest, signature) = der.split_at(der.len() - 64);
        // Behind the whole's own head lies what is signed, and behind that 10 bytes of algorithm and bit string.
        let body = &rest[3..rest.len() - 10];
        let key = &body[body.len() - 32..];
        UnparsedPublicKey::new(&ALGORITHM, key).verify(body, signature).unwrap();
        assert!(body.windows(13).any(|part| part == b"231114221320Z"));
        assert!(body.windows(13).any(|part| part == b"331114221320Z"));
    }
}
