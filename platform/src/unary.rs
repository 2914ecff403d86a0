//! The one message of a call that takes one: read whole before the call is handed on, for tonic reads a
//! second one too and drops it.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use proto::{Refused, reason};

use crate::rpc::MESSAGE_BYTES_MAX;

/// Bytes before a message: whether it is compressed, and its length.
const HEAD: usize = 5;

/// Reads a body that is one message behind its head. One that is too large is refused when its head has
/// come, and a second one with its first byte.
pub(crate) async fn one_message<B>(body: &mut B) -> Result<Bytes, Refused>
where
    B: http_body::Body<Data = Bytes> + Unpin,
{
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { break };
        if let Ok(data) = frame.into_data() {
            read.extend_from_slice(&data);
            missing(&read)?;
        }
    }
    match missing(&read)? {
        0 => Ok(read.freeze()),
        _ => Err(reason::RequestUndecodable.into()),
    }
}

/// How many bytes are still to come, as far as is known.
fn missing(read: &[u8]) -> Result<usize, Refused> {
    let Some((head, message)) = read.split_first_chunk::<HEAD>() else {
        return Ok(HEAD - read.len());
    };
    let [_, length @ ..] = *head;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > MESSAGE_BYTES_MAX {
        let limit_bytes = MESSAGE_BYTES_MAX;
        return Err(reason::RequestTooLarge { limit_bytes }.into());
    }
    let missing = length.checked_sub(message.len());
    missing.ok_or_else(|| reason::RequestUndecodable.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B-F23: bytes behind the message are refused, whatever they are.
    #[test]
    fn a_body_is_one_message() {
        let too_large = Err("REQUEST_TOO_LARGE");
        let undecodable = Err("REQUEST_UNDECODABLE");
        for (read, expected) in [
            (&b""[..], Ok(5)),
            (b"\0\0\0\0", Ok(1)),
            (b"\0\0\0\0\0", Ok(0)),
            (b"\0\0\0\0\x02", Ok(2)),
            (b"\0\0\0\0\x02ab", Ok(0)),
            (b"\0\0\x40\0\0", Ok(4 * 1024 * 1024)),
            (b"\0\0\x40\0\x01", too_large),
            (b"\0\xff\xff\xff\xff", too_large),
            (b"\0\0\0\0\x02abc", undecodable),
            (b"\0\0\0\0\0\0\0\0\0\0", undecodable),
        ] {
            let missing = missing(read).map_err(|it| it.texts.name);
            assert_eq!(missing, expected, "{read:?}");
        }
    }
}
