//! Keeps one service running: starts it where it listened before, starts it again when it dies, and
//! when a service that it calls has moved.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use super::databases::DatabaseUrl;
use super::process::{DRAIN_MAX, Starter, tail};
use crate::console::say;
use crate::installation::{Installation, rotate_log};
use crate::issuer::ISSUERS;
use crate::linked::Linked;
use crate::pause::pause;

/// A service that dies is started again after this long, then after twice as long, and so on.
const BACK_OFF_FIRST: Duration = Duration::from_millis(100);
const BACK_OFF_MAX: Duration = Duration::from_secs(5);
/// One that has run for this long begins anew with the first.
const STEADY_AFTER: Duration = Duration::from_secs(10);
/// How often is looked at what another process writes: where it listens, whether it has ended.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);
/// Exit code of a service whose arguments are wrong; starting it again would not help.
const EX_USAGE: i32 = 64;
/// A free port.
const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Where services listen, by name; one that never listened is not there.
pub(crate) type Addresses = BTreeMap<&'static str, SocketAddr>;

/// The keeper of one service.
#[derive(Clone)]
pub(crate) struct Keeper {
    pub(crate) service: &'static Linked,
    pub(crate) database: DatabaseUrl,
    pub(crate) installation: Installation,
    pub(crate) starter: Starter,
    pub(crate) addresses: Arc<watch::Sender<Addresses>>,
    /// Cancelled when the service shall end.
    pub(crate) stop: CancellationToken,
    /// Cancelled when it shall not even drain.
    pub(crate) impatient: CancellationToken,
}

/// Why a service does not run any more.
enum End {
    Died(ExitStatus),
    Moved,
    Stopped,
}

impl Keeper {
    /// Keeps the service running until it shall stop.
    ///
    /// # Errors
    /// When it refuses its arguments, or cannot be started at all.
    pub(crate) async fn keep(self) -> Result<()> {
        let name = self.service.name;
        let mut back_off = BACK_OFF_FIRST;
        while let Some(callees) = self.callees().await {
            let begun = Instant::now();
            let log = self.installation.log(name);
            rotate_log(&log)?;
            let written_before = fs::metadata(&log).map_or(0, |it| it.len());
            match self.run_once(&callees).await? {
                End::Stopped => break,
                End::Moved => say(format_args!(
                    "norec: {name} follows those it calls to their new address"
                )),
                End::Died(status) if status.code() == Some(EX_USAGE) => {
                    bail!(
                        "{name} refuses its arguments:\n{}",
                        tail(&log, written_before)?
                    )
                }
                End::Died(status) => {
                    if begun.elapsed() >= STEADY_AFTER {
                        back_off = BACK_OFF_FIRST;
                    }
                    let after = back_off.as_millis();
                    say(format_args!(
                        "norec: {name} ended ({status}); starting it again in {after} ms"
                    ));
                    // Cut short by the end of all.
                    let _ = timeout(back_off, self.stop.cancelled()).await;
                    back_off = (back_off * 2).min(BACK_OFF_MAX);
                }
            }
        }
        Ok(())
    }

    /// One life of the process.
    async fn run_once(&self, callees: &Addresses) -> Result<End> {
        tokio::select! {
            () = self.stop.cancelled() => return Ok(End::Stopped),
            ended = self.predecessor_has_ended() => ended?,
        }
        let arguments = arguments(self.service, &self.installation, self.listen_at()?, callees);
        let mut process = self
            .starter
            .serve(self.service, &self.database, arguments)?;
        let end = tokio::select! {
            status = process.ended() => return Ok(End::Died(status?)),
            end = self.attend(callees) => end?,
        };
        process.end(&self.impatient).await?;
        Ok(end)
    }

    /// Tells the others where the service listens, and waits for a reason to end it.
    async fn attend(&self, callees: &Addresses) -> Result<End> {
        tokio::select! {
            () = self.stop.cancelled() => Ok(End::Stopped),
            moved = self.one_moved(callees) => moved.map(|()| End::Moved),
            never = self.announce_and_stay() => match never {},
        }
    }

    async fn announce_and_stay(&self) -> Infallible {
        let name = self.service.name;
        loop {
            if let Some(address) = self.installation.address(name) {
                self.addresses
                    .send_if_modified(|it| it.insert(name, address) != Some(address));
                return std::future::pending().await;
            }
            pause(LOOK_INTERVAL).await;
        }
    }

    /// The addresses of the services that this one calls, once all have one; `None` when it shall
    /// stop before.
    async fn callees(&self) -> Option<Addresses> {
        let mut changes = self.addresses.subscribe();
        let known =
            changes.wait_for(|it| self.service.calls.iter().all(|name| it.contains_key(name)));
        let mut callees = tokio::select! {
            () = self.stop.cancelled() => return None,
            known = known => known.ok()?.clone(),
        };
        callees.retain(|name, _| self.service.calls.contains(name));
        (!self.stop.is_cancelled()).then_some(callees)
    }

    /// Waits until one of them is elsewhere.
    async fn one_moved(&self, callees: &Addresses) -> Result<()> {
        let mut changes = self.addresses.subscribe();
        let moved = |it: &Addresses| {
            callees
                .iter()
                .any(|(name, address)| it.get(name) != Some(address))
        };
        changes
            .wait_for(moved)
            .await
            .context("this keeper holds the sender")?;
        Ok(())
    }

    /// The process of a killed `norec up` ends by itself, but it may still drain.
    async fn predecessor_has_ended(&self) -> Result<()> {
        let predecessor = self.installation.pid_file_of(self.service.name);
        let deadline = Instant::now() + DRAIN_MAX;
        while let Some(process) = predecessor.holder()? {
            let name = self.service.name;
            ensure!(
                Instant::now() < deadline,
                "process {process} still runs {name}: norec status"
            );
            pause(LOOK_INTERVAL).await;
        }
        Ok(())
    }

    /// Where the service listened before, unless somebody else does by now.
    fn listen_at(&self) -> Result<SocketAddr> {
        let name = self.service.name;
        let Some(before) = self.installation.address(name) else {
            return Ok(ANY_PORT);
        };
        match TcpListener::bind(before) {
            Ok(_) => Ok(before),
            Err(error) => {
                say(format_args!(
                    "norec: {name} cannot have {before} again ({error}) and gets a new port"
                ));
                match fs::remove_file(self.installation.address_file(name)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
                    _ => Ok(ANY_PORT),
                }
            }
        }
    }
}

/// What a service is started with.
fn arguments(
    service: &Linked,
    installation: &Installation,
    listen: SocketAddr,
    callees: &Addresses,
) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec![
        "--listen".into(),
        listen.to_string().into(),
        "--address-file".into(),
        installation.address_file(service.name).into(),
        "--issuers-file".into(),
        installation.issuer(ISSUERS).into(),
    ];
    for (callee, address) in callees {
        arguments.push("--source".into());
        arguments.push(format!("{callee}=http://{address}").into());
    }
    if !callees.is_empty() {
        arguments.push("--token-file".into());
        arguments.push(installation.token(service.name).into());
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linked::LINKED;

    #[test]
    fn a_service_that_calls_others_is_told_where_they_are_and_whose_token_it_has() {
        let installation = Installation::at(Some("/i".into())).unwrap();
        let of = |callees: &Addresses| {
            let arguments = arguments(&LINKED[0], &installation, ANY_PORT, callees);
            let words: Vec<_> = arguments.iter().map(|it| it.to_str().unwrap()).collect();
            words.join(" ")
        };
        let alone = "--listen 127.0.0.1:0 --address-file /i/services/grants.address \
                     --issuers-file /i/issuer/issuers.json";
        assert_eq!(of(&Addresses::new()), alone);
        let archive = SocketAddr::from(([127, 0, 0, 1], 7409));
        let calling = "--source archive=http://127.0.0.1:7409 --token-file /i/tokens/grants.jwt";
        assert_eq!(
            of(&Addresses::from([("archive", archive)])),
            format!("{alone} {calling}")
        );
    }
}
