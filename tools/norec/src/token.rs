//! `norec token`: a token of the local issuer, printed.

use std::process::ExitCode;

use anyhow::Result;
use chrono::TimeDelta;
use clap::Args;

use crate::caller::CallerArgs;
use crate::console::answer;
use crate::installation::Installation;
use crate::issuer::{Issuer, LIFETIME_MAX};

/// Print a token for a person, a machine or a workload
///
/// The services of this installation accept it; no other does. Keep it out of command lines, which
/// everybody on the machine can read: put it in a file or in the environment.
#[derive(Args, Debug)]
pub(crate) struct TokenArgs {
    #[command(flatten)]
    caller: CallerArgs,

    /// How long it is valid: a number and s, m or h, at most 24h
    #[arg(long, default_value = "1h", value_parser = lifetime)]
    lifetime: TimeDelta,

    /// Print it as the header that carries it: `authorization: Bearer …`
    #[arg(long)]
    header: bool,
}

pub(crate) fn run(installation: &Installation, args: TokenArgs) -> Result<ExitCode> {
    let token = Issuer::of(installation)?.token(&args.caller.into(), args.lifetime)?;
    if args.header {
        answer(format_args!("authorization: Bearer {token}"))?;
    } else {
        answer(token)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads `90s`, `30m` or `24h`.
fn lifetime(text: &str) -> Result<TimeDelta, String> {
    let read = || {
        let unit = text.chars().last()?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => return None,
        };
        let number: u32 = text[..text.len() - 1].parse().ok()?;
        let lifetime = TimeDelta::try_seconds(i64::from(number) * seconds)?;
        (lifetime > TimeDelta::zero() && lifetime <= LIFETIME_MAX).then_some(lifetime)
    };
    read().ok_or_else(|| {
        "it is a number and s, m or h, such as 90s, 30m or 1h; at most 24h".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_a_number_with_a_unit_and_at_most_a_day() {
        let table = [
            ("1s", Some(1)),
            ("90s", Some(90)),
            ("30m", Some(1800)),
            ("24h", Some(86_400)),
            ("86400s", Some(86_400)),
            ("86401s", None),
            ("25h", None),
            ("0s", None),
            ("-1h", None),
            ("1", None),
            ("h", None),
            ("1d", None),
            ("1t⏱", None),
            ("", None),
            ("99999999999h", None),
        ];
        for (text, seconds) in table {
            assert_eq!(
                lifetime(text).ok().map(|it| it.num_seconds()),
                seconds,
                "{text}"
            );
        }
    }
}
