//! Every statement on `contests` and `contest_entries`.

use chrono::{DateTime, NaiveDate, Utc};
use platform::{DocumentRef, Error, Received, Result, Roll};
use sqlx::PgConnection;
use sqlx::types::Json;

use super::{Contest, ContestName, EntrantName, Entry, Loan};

#[derive(sqlx::FromRow)]
struct ContestRow {
    version: i64,
    close_on: NaiveDate,
    roll: String,
    lent_on: Option<NaiveDate>,
    return_on: Option<NaiveDate>,
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    entrant: EntrantName,
    branch: String,
    points: i64,
    scale: String,
    received_at: DateTime<Utc>,
    received_document: Option<Json<DocumentRef>>,
}

impl From<EntryRow> for Entry {
    fn from(it: EntryRow) -> Self {
        Self {
            entrant: it.entrant,
            branch: it.branch,
            points: it.points,
            scale: it.scale,
            received: Received {
                at: it.received_at,
                document: it.received_document.map(|it| it.0),
            },
        }
    }
}

/// How the column spells where a deadline goes.
fn roll_column(roll: Roll) -> &'static str {
    match roll {
        Roll::Stays => "stays",
        Roll::NextWorkingDay => "next",
        Roll::PreviousWorkingDay => "previous",
    }
}

/// Writes a new contest.
pub(crate) async fn add(db: &mut PgConnection, it: &Contest) -> Result<()> {
    sqlx::query_scalar::<_, String>(
        "insert into contests (name, version, close_on, roll) values ($1, $2, $3, $4)
         on conflict (name) do nothing
         returning name",
    )
    .bind(&it.name)
    .bind(it.version)
    .bind(it.close_on)
    .bind(roll_column(it.roll))
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::already_exists(&it.name))?;
    Ok(())
}

/// Reads a contest with its entries.
pub(crate) async fn get(db: &mut PgConnection, name: &ContestName) -> Result<Contest> {
    let it: ContestRow = sqlx::query_as(
        "select version, close_on, roll, lent_on, return_on from contests where name = $1",
    )
    .bind(name)
    .fetch_optional(&mut *db)
    .await?
    .ok_or_else(|| Error::not_found(name))?;
    let entries: Vec<EntryRow> = sqlx::query_as(
        "select entrant, branch, points, scale, received_at, received_document
           from contest_entries where contest = $1 order by entrant",
    )
    .bind(name)
    .fetch_all(db)
    .await?;
    let rolls = [Roll::Stays, Roll::NextWorkingDay, Roll::PreviousWorkingDay];
    let roll = rolls.into_iter().find(|roll| roll_column(*roll) == it.roll);
    Ok(Contest {
        name: name.clone(),
        version: it.version,
        close_on: it.close_on,
        roll: roll.ok_or_else(|| Error::Bug(format!("{} is no roll", it.roll)))?,
        loan: it
            .lent_on
            .zip(it.return_on)
            .map(|(from, until)| Loan { from, until }),
        entries: entries.into_iter().map(Into::into).collect(),
    })
}

/// What somebody has entered, in every contest, by contest.
pub(crate) async fn of_entrant(db: &mut PgConnection, entrant: &EntrantName) -> Result<Vec<Entry>> {
    let entries: Vec<EntryRow> = sqlx::query_as(
        "select entrant, branch, points, scale, received_at, received_document
           from contest_entries where entrant = $1 order by contest",
    )
    .bind(entrant)
    .fetch_all(db)
    .await?;
    Ok(entries.into_iter().map(Into::into).collect())
}

/// Writes a contest that was read under its case's lock.
pub(crate) async fn save(db: &mut PgConnection, it: &Contest) -> Result<()> {
    sqlx::query_scalar::<_, String>(
        "update contests set version = $2, lent_on = $3, return_on = $4
          where name = $1 and version + 1 = $2
         returning name",
    )
    .bind(&it.name)
    .bind(it.version)
    .bind(it.loan.map(|it| it.from))
    .bind(it.loan.map(|it| it.until))
    .fetch_one(db)
    .await?;
    Ok(())
}

/// Writes an entry.
pub(crate) async fn enter(db: &mut PgConnection, to: &ContestName, it: &Entry) -> Result<()> {
    sqlx::query(
        "insert into contest_entries
             (contest, entrant, branch, points, scale, received_at, received_document)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(to)
    .bind(&it.entrant)
    .bind(&it.branch)
    .bind(it.points)
    .bind(&it.scale)
    .bind(it.received.at)
    .bind(it.received.document.as_ref().map(Json))
    .execute(db)
    .await?;
    Ok(())
}

/// Takes an entry away.
pub(crate) async fn remove(
    db: &mut PgConnection,
    from: &ContestName,
    entrant: &EntrantName,
) -> Result<()> {
    sqlx::query("delete from contest_entries where contest = $1 and entrant = $2")
        .bind(from)
        .bind(entrant)
        .execute(db)
        .await?;
    Ok(())
}
