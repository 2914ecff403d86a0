//! Tokens of a wrong form: metadata, base64 and JSON.

use serde_json::json;

use super::fixture::{Case, LOCAL, MASKINPORTEN, encode, good, signed, token, usual, with};
use crate::Reject;

pub(super) fn cases() -> Vec<Case> {
    [
        metadata(),
        parts(),
        base64(),
        json_of_parts(),
        duplicates(),
        depth(),
    ]
    .concat()
}

fn metadata() -> Vec<Case> {
    let token = token(&good(MASKINPORTEN));
    let bearer = format!("Bearer {token}");
    let value = bearer.as_bytes();
    let raw = |name, text: &str, expected| Case::raw(name, &[text.as_bytes()], expected);
    let padded = |length| {
        let claims = with(LOCAL, "padding", "x".repeat(length));
        super::fixture::token(&claims)
    };
    vec![
        Case::raw("no authorization", &[], Reject::TokenMissing),
        Case::raw(
            "the same token twice",
            &[value, value],
            Reject::SeveralTokens,
        ),
        Case::raw(
            "a good token and an empty value",
            &[value, b""],
            Reject::SeveralTokens,
        ),
        Case::raw(
            "a password before a good token",
            &[b"Basic eDp5", value],
            Reject::SeveralTokens,
        ),
        Case::token("a token of 1 MiB", &padded(1 << 20), Reject::TooLong),
        Case::token(
            "a good token of just over 16 KiB",
            &padded(12_200),
            Reject::TooLong,
        ),
        raw("an empty value", "", Reject::Scheme),
        raw("a scheme without token", "Bearer", Reject::Scheme),
        raw("a token without scheme", &token, Reject::Scheme),
        raw(
            "basic authentication",
            "Basic a2FyaTpwYXNzd29yZA==",
            Reject::Scheme,
        ),
        raw("a DPoP token", &format!("DPoP {token}"), Reject::Scheme),
        raw(
            "a tab behind the scheme",
            &format!("Bearer\t{token}"),
            Reject::Scheme,
        ),
        raw(
            "a blank before the scheme",
            &format!(" {bearer}"),
            Reject::Scheme,
        ),
        raw(
            "two tokens in one value",
            &format!("{bearer}, {bearer}"),
            Reject::Parts,
        ),
    ]
}

fn parts() -> Vec<Case> {
    let good = token(&good(MASKINPORTEN));
    let parts: Vec<&str> = good.split('.').collect();
    let none = encode(r#"{"alg":"none"}"#);
    let bad = |name, token: String| Case::token(name, &token, Reject::Parts);
    vec![
        bad("an empty token", String::new()),
        bad("an opaque token", "d2hhdGV2ZXI".to_owned()),
        bad("no signature", parts[..2].join(".")),
        bad("an empty signature", format!("{}.{}.", parts[0], parts[1])),
        bad(
            "alg none with an empty signature",
            format!("{none}.{}.", parts[1]),
        ),
        bad("an empty payload", format!("{}..{}", parts[0], parts[2])),
        bad("an encrypted token of five parts", format!("{good}.AA.AA")),
        bad("a fourth part", format!("{good}.")),
    ]
}

fn base64() -> Vec<Case> {
    let good = token(&good(MASKINPORTEN));
    let (message, signature) = good.rsplit_once('.').unwrap();
    // 256 bytes leave four bits of the last character unused. They are zero in the one canonical
    // spelling, `A`, `Q`, `g` or `w`; the next letter sets one of them.
    let last = signature.chars().last().unwrap();
    assert!("AQgw".contains(last), "the signature has no unused bits");
    let next = char::from(u8::try_from(u32::from(last)).unwrap() + 1);
    let trailing = format!("{message}.{}{next}", &signature[..signature.len() - 1]);
    let bad = |name, token: String| Case::token(name, &token, Reject::Base64);
    vec![
        bad("bits behind the last byte", trailing),
        bad("padding", format!("{good}==")),
        bad("a line break at the end", format!("{good}\r\n")),
        bad(
            "a line break in the payload",
            good.replacen('.', ".\r\n", 1),
        ),
        bad(
            "a blank at the start of a part",
            good.replacen('.', ". ", 1),
        ),
        bad("a blank at the end", format!("{good} ")),
        bad(
            "the other alphabet",
            format!("{message}.+/{}", &signature[2..]),
        ),
        bad(
            "a letter that is not ASCII",
            format!("{message}.å{}", &signature[2..]),
        ),
        Case::raw(
            "bytes that are no text",
            &[b"Bearer \xff\xfe.\xff.\xff"],
            Reject::Base64,
        ),
    ]
}

fn json_of_parts() -> Vec<Case> {
    let claims = good(MASKINPORTEN);
    let (signer, header) = usual(&claims);
    let header = header.to_string();
    let with_header =
        |name, text: &str| Case::token(name, &signed(signer, text, "{}"), Reject::HeaderJson);
    let with_payload =
        |name, text: &str| Case::token(name, &signed(signer, &header, text), Reject::PayloadJson);
    let claims_with = |text| claims.to_string().replace('}', text);
    let not_utf8 = format!("{}.{}.AA", encode(&header), encode(b"{\"iss\":\"\xff\"}"));
    vec![
        with_header("a header that is no JSON", "alg=RS256"),
        with_header("a header that is a list", "[]"),
        with_header("a header that is a text", "\"RS256\""),
        with_payload("a payload that is no JSON", "iss=me"),
        with_payload("a payload that is a list of claims", &format!("[{claims}]")),
        with_payload("a payload that is a number", "1"),
        with_payload("a payload of white space", " "),
        with_payload("a token in a token", &token(&claims)),
        with_payload("two objects", &format!("{claims}{claims}")),
        with_payload("a byte order mark", &format!("\u{feff}{claims}")),
        with_payload("an exp of 1e999", &claims_with(r#","x":1e999}"#)),
        with_payload("an exp that is NaN", &claims_with(r#","x":NaN}"#)),
        with_payload(
            "half of a surrogate pair",
            &claims_with(r#","x":"\ud800"}"#),
        ),
        with_payload("a comma too many", &claims_with(",}")),
        Case::token("a payload that is no UTF-8", &not_utf8, Reject::PayloadJson),
    ]
}

fn duplicates() -> Vec<Case> {
    let claims = good(MASKINPORTEN);
    let (signer, header) = usual(&claims);
    let (header, claims) = (header.to_string(), claims.to_string());
    let bad = |name, header: &str, payload: &str| {
        Case::token(name, &signed(signer, header, payload), Reject::DuplicateKey)
    };
    let first = |key: &str| claims.replacen('{', &format!("{{{key},"), 1);
    let consumer = claims.replace(r#""ID":"#, r#""ID":"0192:999999999","ID":"#);
    vec![
        bad(
            "aud twice",
            &header,
            &first(r#""aud":"https://evil.example/""#),
        ),
        bad("exp twice", &header, &first(r#""exp":9999999999"#)),
        bad(
            "iss twice and equal",
            &header,
            &first(r#""iss":"https://maskinporten.no/""#),
        ),
        bad(
            "aud twice, once escaped",
            &header,
            &first(r#""a\u0075d":"https://evil.example/""#),
        ),
        bad("ID twice in consumer", &header, &consumer),
        bad(
            "alg twice",
            &header.replacen('{', r#"{"alg":"none","#, 1),
            &claims,
        ),
    ]
}

fn depth() -> Vec<Case> {
    let deep = |lists: usize| -> serde_json::Value {
        let text = format!("{}{}", "[".repeat(lists), "]".repeat(lists));
        serde_json::from_str(&text).unwrap()
    };
    let claims = with(MASKINPORTEN, "x", deep(8));
    let (signer, mut header) = usual(&claims);
    let very_deep = format!(r#"{{"x":{}"#, "[".repeat(5_000));
    let deep_payload = signed(signer, &header.to_string(), &very_deep);
    let deepest = format!(r#"{{"x":{}"#, r#"{"x":"#.repeat(100_000));
    let deepest = signed(signer, &header.to_string(), &deepest);
    header["x"] = json!({"x": deep(7)});
    let deep_header = signed(signer, &header.to_string(), &good(MASKINPORTEN).to_string());
    vec![
        Case::claims("nine levels in the payload", &claims, Reject::TooDeep),
        Case::token("nine levels in the header", &deep_header, Reject::TooDeep),
        Case::token("as deep as 8 KiB allow", &deep_payload, Reject::TooDeep),
        Case::token("a hundred thousand levels", &deepest, Reject::TooLong),
    ]
}
