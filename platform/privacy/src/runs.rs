//! What a run of retention does: foreseen, and done.

use chrono::NaiveDate;
use platform::{Error, Nouns, Result, Tx, date_to_wire, etag, reason, refused, time_to_wire};
use proto::privacy::v1 as pb;
use sqlx::PgConnection;

use crate::retention::{Fate, Found, RunName};
use crate::store;
use crate::store::rules::Kept;
use crate::store::vault::Row;
use crate::wire::day;

/// Resources of one kind that a run names; the next one names those behind.
const NAMED_MAX: usize = 1_000;
/// Resources that are judged at once.
const JUDGED_AT_ONCE: i64 = 500;

/// What a run on this day does, by what is there now.
pub(crate) async fn foresee(
    db: &mut PgConnection,
    nouns: &Nouns,
    on: NaiveDate,
) -> Result<pb::Retention> {
    let rules = Kept::on(db, nouns, on).await?;
    let mut retention = pb::Retention {
        on: Some(date_to_wire(on)),
        request_keys: store::runs::old_keys(db, on).await?,
        ..Default::default()
    };
    let mut after = String::new();
    loop {
        let rows = store::vault::all(db, on, &after, JUDGED_AT_ONCE).await?;
        let Some(last) = rows.last() else {
            return Ok(retention);
        };
        after.clone_from(&last.resource);
        for row in rows {
            judge(&mut retention, nouns, &rules, on, row)?;
        }
    }
}

fn judge(
    retention: &mut pb::Retention,
    nouns: &Nouns,
    rules: &Kept,
    on: NaiveDate,
    row: Row,
) -> Result<()> {
    let unknown = || Error::Bug(format!("{} keeps a {} of nobody", nouns.service, row.kind));
    let personal = nouns.personal().find(|it| it.kind == row.kind);
    let personal = personal.ok_or_else(unknown)?;
    let from = (personal.kept_from)(&row.after).map_err(|_| unknown())?;
    let (months, edition) = rules.of(personal.rule)?;
    let found = Found {
        from: from.as_ref().and_then(day),
        is_erased: row.is_erased,
        hold: row.hold.clone(),
    };
    let named = match found.fate(months, on) {
        Fate::Stays => return Ok(()),
        Fate::Undated => &mut retention.undated,
        Fate::Held => &mut retention.held,
        Fate::Due => &mut retention.due,
        Fate::Late => &mut retention.late,
    };
    if named.len() == NAMED_MAX {
        retention.more = true;
        return Ok(());
    }
    named.push(pb::Retained {
        resource: row.resource,
        kind: row.kind,
        person: row.person,
        from,
        rule: edition,
        hold: row.hold.unwrap_or_default(),
    });
    Ok(())
}

/// Does a run, and records it under its name; none where it was done before.
pub(crate) async fn run(
    tx: &mut Tx,
    nouns: &Nouns,
    name: &RunName,
    on: NaiveDate,
) -> Result<Option<pb::RetentionRun>> {
    let Some(created_at) = store::runs::add(tx, name).await? else {
        return Ok(None);
    };
    // Seen once more under the locks of their cases, so that no verb lays a text over what is emptied.
    let locked = roots(&emptied(&foresee(tx, nouns, on).await?));
    store::cases::lock(tx, &locked).await?;
    let mut retention = foresee(tx, nouns, on).await?;
    let resources = emptied(&retention);
    if roots(&resources).iter().any(|it| !locked.contains(it)) {
        return Err(refused(reason::Busy));
    }

    store::vault::empty(tx, &[], &resources).await?;
    let forgotten = store::runs::forget_keys(tx, on).await?;
    retention.request_keys = i64::try_from(forgotten).unwrap_or(i64::MAX);

    let run = pb::RetentionRun {
        name: name.to_string(),
        retention: Some(retention),
        etag: etag(1),
        create_time: Some(time_to_wire(created_at)),
    };
    tx.record(1, run, &[]).await.map(Some)
}

fn emptied(retention: &pb::Retention) -> Vec<String> {
    let both = retention.due.iter().chain(&retention.late);
    both.map(|it| it.resource.clone()).collect()
}

/// The cases that resources belong to: the roots of their names.
pub(crate) fn roots(resources: &[String]) -> Vec<String> {
    let root = |name: &String| {
        let segments: Vec<_> = name.split('/').take(2).collect();
        segments.join("/")
    };
    let mut roots: Vec<_> = resources.iter().map(root).collect();
    roots.sort_unstable();
    roots.dedup();
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_the_root_of_a_name() {
        let names = ["visitors/2/notes/1", "visitors/1", "visitors/2"].map(str::to_owned);
        assert_eq!(roots(&names), ["visitors/1", "visitors/2"]);
    }
}
