//! Rules: those in force on a day, and those that the code ships.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use error::{Error, Result};
use fields::{date_to_wire, etag, time_to_wire};
use prost::{Message, Name};
use proto::rules::v1 as pb;
use rules::{Days, Definition, Edition, First, Kind, Rule, Value};
use sqlx::types::Json;
use sqlx::{Connection, PgConnection};

use crate::service::Nouns;

/// How many days a registration may lag before it needs a reason.
pub static LATE_REGISTRATION: Rule<Days> = Rule::new(
    "late-registration",
    [
        "Dager en registrering kan komme etter dagen den gjelder fra, uten begrunnelse",
        "Dagar ei registrering kan kome etter dagen ho gjeld frå, utan grunngiving",
        "Days that a registration may come after the day it counts for, without a reason",
    ],
    &[First {
        valid_from: "1990-01-01",
        value: r#"{"days": 7}"#,
        source: "Hovedinstruks § 4.2, internal control; the number of days is assumed",
    }],
);

/// Rules of the platform's own.
static OWN: [&Definition; 1] = [&LATE_REGISTRATION.definition];

impl Nouns {
    /// Every rule that the service goes by, the platform's first.
    pub fn all_rules(&self) -> impl Iterator<Item = &'static Definition> {
        let packages = self.rules.iter().flat_map(|it| it.iter());
        OWN.iter().chain(packages).copied()
    }
}

/// The editions in force on a day, by rule.
#[derive(Debug)]
pub struct InForce(BTreeMap<String, (String, Value)>);

impl InForce {
    /// The edition of a rule that was read.
    pub fn get<T: Kind>(&self, rule: &Rule<T>) -> Result<Edition<T>> {
        let id = rule.definition.id;
        let found = self.0.get(id).cloned();
        let edition = found.and_then(|(name, value)| {
            let value = T::of(value)?;
            Some(Edition { value, name })
        });
        edition.ok_or_else(|| Error::Bug(format!("no edition of {id} was read")))
    }
}

/// Reads the editions of these rules that are in force on a day, by one statement.
pub async fn rules_on(
    db: &mut PgConnection,
    day: NaiveDate,
    of: &[&Definition],
) -> Result<InForce> {
    let ids: Vec<_> = of.iter().map(|it| it.id).collect();
    let found = sqlx::query!(
        r#"select distinct on (rule) rule, name, value as "value: Json<Value>"
             from platform.rule_editions
            where rule = any($1) and state = 'confirmed' and valid_from <= $2
            order by rule, valid_from desc, ordinal desc"#,
        &ids as &[&str],
        day,
    )
    .fetch_all(db)
    .await?;
    let found = found.into_iter().map(|it| (it.rule, (it.name, it.value.0)));
    Ok(InForce(found.collect()))
}

/// Enters what the code ships and the database does not have, confirmed, with an entry each. An edition that an
/// office has confirmed for the same day stands. Two that do this at a time do it once.
pub(crate) async fn ship(owner: &mut PgConnection, nouns: &Nouns) -> Result<()> {
    let mut tx = owner.begin().await?;
    sqlx::query!("lock table platform.rule_editions in share row exclusive mode")
        .execute(&mut *tx)
        .await?;
    for rule in nouns.all_rules() {
        for shipped in rule.shipped {
            ship_edition(&mut tx, nouns, rule, shipped).await?;
        }
    }
    Ok(tx.commit().await?)
}

async fn ship_edition(
    tx: &mut PgConnection,
    nouns: &Nouns,
    rule: &Definition,
    shipped: &First,
) -> Result<()> {
    let (valid_from, value) = shipped.read().map_err(|wrong| {
        let id = rule.id;
        Error::Bug(format!(
            "{id} ships {}, which is none: {wrong}",
            shipped.value
        ))
    })?;
    let added = sqlx::query!(
        r#"with known as (
               select coalesce(max(ordinal), 0) + 1 as next, bool_or(state = 'confirmed') as stands
                 from platform.rule_editions
                where rule = $1 and valid_from = $2
           )
           insert into platform.rule_editions
                  (name, version, rule, valid_from, ordinal, value, source, state)
           select 'rules/' || $1 || '/editions/' || $2::date || case when next > 1 then '-' || next else '' end,
                  1, $1, $2, next, $3, $4, 'confirmed'
             from known where stands is not true
           returning name, created_at"#,
        rule.id,
        valid_from,
        Json(value.clone()) as _,
        shipped.source,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(added) = added else { return Ok(()) };
    let edition = pb::RuleEdition {
        name: added.name,
        valid_from: Some(date_to_wire(valid_from)),
        value: Some(value.into()),
        source: shipped.source.to_owned(),
        state: pb::rule_edition::State::Confirmed.into(),
        etag: etag(1),
        create_time: Some(time_to_wire(added.created_at)),
        document: None,
    };
    sqlx::query!(
        "insert into platform.journal
             (recorded_at, method, subject, kind, version, actor, issuer, trace_id, after)
         values (clock_timestamp(), 'platform.rules.ship', $1, $2, 1, $3, 'self', '', $4)",
        edition.name,
        pb::RuleEdition::full_name(),
        nouns.workload(),
        edition.encode_to_vec(),
    )
    .execute(tx)
    .await?;
    Ok(())
}
