//! The facts that a figure counts: every statement on `counted_facts`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use platform::Result;
use serde::Serialize;
use sqlx::PgConnection;
use sqlx::types::Json;

use super::figures::Opened;
use crate::domain::control::{AcceptedTotal, ControlTotal};
use crate::domain::formula::{Filter, Term};
use crate::domain::table::CountedImport;
use crate::domain::{AccountsImportName, CutoffName, Period};
use crate::measures::{ACCOUNTS, ACCOUNTS_CONTROL};

/// Which facts a formula counts at a cut-off, as `counted_facts` takes it.
#[derive(Debug)]
pub(crate) struct Question<'a> {
    cutoff: &'a CutoffName,
    since: &'a str,
    parts: Vec<i32>,
    measures: Vec<String>,
    from_days: Vec<NaiveDate>,
    to_days: Vec<NaiveDate>,
    group_by: &'a [String],
    filters: Json<Filters>,
}

/// By part of the formula and dimension.
type Filters = Vec<BTreeMap<String, Vec<Allowed>>>;

/// What a filter counts: `"70"`, or `{"prefix": "7"}`.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Allowed {
    Value(String),
    Begins { prefix: String },
}

impl<'a> Question<'a> {
    /// The facts that these terms count at a cut-off of a period.
    pub(crate) fn new(
        cutoff: &'a CutoffName,
        period: Period,
        terms: &[Term],
        group_by: &'a [String],
    ) -> Self {
        let counted: Vec<_> = terms
            .iter()
            .filter_map(|it| it.window(period).map(|window| (it, window)))
            .collect();
        let filters = [1, 2].map(|part| {
            terms
                .iter()
                .filter(|it| it.part == part)
                .take(1)
                .flat_map(|it| &it.filters)
                .map(|(dimension, filter)| (dimension.clone(), allowed(filter)))
                .collect()
        });
        Self {
            cutoff,
            since: "",
            parts: counted.iter().map(|(it, _)| it.part).collect(),
            measures: counted
                .iter()
                .map(|(it, _)| it.measure.id.clone())
                .collect(),
            from_days: counted.iter().map(|(_, (from, _))| *from).collect(),
            to_days: counted.iter().map(|(_, (_, to))| *to).collect(),
            group_by,
            filters: Json(filters.into()),
        }
    }

    /// The facts that a figure counts.
    pub(crate) fn of(opened: &'a Opened, terms: &[Term]) -> Self {
        let cutoff = &opened.shown.figure.cutoff;
        let group_by = &opened.indicator.formula.0.group_by;
        Self::new(cutoff, opened.period, terms, group_by)
    }

    /// Only those behind an earlier cut-off's marks.
    pub(crate) fn since(self, cutoff: &'a CutoffName) -> Self {
        Self {
            since: cutoff.as_str(),
            ..self
        }
    }
}

/// A filter as `counted_facts` takes it.
fn allowed(filter: &Filter) -> Vec<Allowed> {
    let values = filter.values.iter().cloned().map(Allowed::Value);
    let prefixes = filter.prefixes.iter().cloned();
    values
        .chain(prefixes.map(|prefix| Allowed::Begins { prefix }))
        .collect()
}

/// A fact that a figure counts.
#[derive(Clone, Debug)]
pub(crate) struct CountedFact {
    pub(crate) term: i32,
    pub(crate) source: String,
    pub(crate) number: i64,
    pub(crate) measure: String,
    pub(crate) effective_on: NaiveDate,
    pub(crate) value: i64,
    pub(crate) key: Vec<String>,
    pub(crate) subject: String,
    pub(crate) entry: String,
    pub(crate) reversal: bool,
}

/// The place of a fact among those counted: its source, number and term.
pub(crate) type Place = (String, i64, i32);

/// A page of the facts counted, behind a place, optionally of one group.
pub(crate) async fn page(
    db: &mut PgConnection,
    of: &Question<'_>,
    after: &Place,
    group: &[String],
    limit: i64,
) -> Result<Vec<CountedFact>> {
    let rows = sqlx::query_as!(
        CountedFact,
        r#"select term as "term!", source as "source!", number as "number!", measure as "measure!",
                  effective_on as "effective_on!", value as "value!", key as "key!",
                  subject as "subject!", entry as "entry!", reversal as "reversal!"
             from counted_facts($1, $2, $3, $4, $5, $6, $7, $8)
            where (source, number, term) > ($9, $10, $11)
              and (cardinality($12::text[]) = 0 or key = $12)
            order by source, number, term
            limit $13"#,
        of.cutoff as _,
        of.since,
        &of.parts,
        &of.measures,
        &of.from_days,
        &of.to_days,
        of.group_by,
        &of.filters as _,
        after.0,
        after.1,
        after.2,
        group,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// What a figure counts, as a row of a statement over several.
#[derive(Serialize)]
struct Asked<'a> {
    figure: &'a str,
    cutoff: &'a str,
    parts: Vec<i32>,
    measures: Vec<String>,
    from_days: Vec<NaiveDate>,
    to_days: Vec<NaiveDate>,
    group_by: &'a [String],
    filters: Json<Filters>,
}

/// The imports of accounts that figures count, by figure: without those that were taken back, and of
/// each the control totals of the posts that the figure counts.
pub(crate) async fn imports(
    db: &mut PgConnection,
    figures: &[(&Opened, &[Term])],
) -> Result<BTreeMap<String, Vec<CountedImport>>> {
    let of_accounts = [ACCOUNTS, ACCOUNTS_CONTROL];
    let is_of_accounts = |it: &Term| of_accounts.contains(&it.measure.id.as_str());
    let asked: Vec<_> = figures
        .iter()
        .filter(|(_, terms)| terms.iter().any(is_of_accounts))
        .map(|(opened, terms)| {
            let of = Question::of(opened, terms);
            Asked {
                figure: opened.shown.figure.name.as_str(),
                cutoff: of.cutoff.as_str(),
                parts: of.parts,
                measures: of.measures,
                from_days: of.from_days,
                to_days: of.to_days,
                group_by: of.group_by,
                filters: of.filters,
            }
        })
        .collect();
    let rows = sqlx::query!(
        r#"select q.figure as "figure!", i.name as "name: AccountsImportName", i.rounded_to_ore,
                  extract(year from i.start_on)::int as "year!",
                  i.control_totals as "control_totals: Json<Vec<ControlTotal>>",
                  array_agg(distinct (f.dimensions ->> 'chapter') || '.' || (f.dimensions ->> 'post'))
                      as "posts!: Vec<String>"
             from jsonb_to_recordset($1) as q (figure text, cutoff text, parts int[],
                                               measures text[], from_days date[], to_days date[],
                                               group_by text[], filters jsonb)
            cross join lateral counted_facts(q.cutoff, '', q.parts, q.measures, q.from_days,
                                             q.to_days, q.group_by, q.filters) c
             join facts f on f.source = c.source and f.number = c.number
             join accounts_imports i
               on i.name = 'accountsImports/' || split_part(c.subject, '/', 2)
            where c.measure = any($2)
            group by q.figure, i.name
           having sum(case when c.reversal then -1 else 1 end) > 0
            order by q.figure, i.name"#,
        Json(&asked) as _,
        &of_accounts.map(str::to_owned),
    )
    .fetch_all(db)
    .await?;
    let mut imports: BTreeMap<String, Vec<CountedImport>> = BTreeMap::new();
    for it in rows {
        let counted = |total: &ControlTotal| it.posts.contains(&total.post.to_string());
        imports.entry(it.figure).or_default().push(CountedImport {
            name: it.name,
            year: it.year,
            rounded_to_ore: it.rounded_to_ore,
            control_totals: it.control_totals.0.into_iter().filter(counted).collect(),
        });
    }
    Ok(imports)
}

/// The control totals with an accepted difference among the facts counted, optionally of one group: of
/// every import and post that still counts. Where the formula counts no accounts, the database is not
/// asked.
pub(crate) async fn accepted(
    db: &mut PgConnection,
    of: &Question<'_>,
    group: &[String],
) -> Result<Vec<AcceptedTotal>> {
    let is_of_accounts = |it: &String| [ACCOUNTS, ACCOUNTS_CONTROL].contains(&it.as_str());
    if !of.measures.iter().any(is_of_accounts) {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"select i.name as "import!: AccountsImportName", t.total as "total!: Json<ControlTotal>"
             from counted_facts($1, $2, $3, $4, $5, $6, $7, $8) c
             join facts f on f.source = c.source and f.number = c.number
             join accounts_imports i on i.name = 'accountsImports/' || split_part(c.subject, '/', 2)
             join jsonb_array_elements(i.control_totals) as t (total)
               on t.total -> 'post' = jsonb_build_object('chapter', f.dimensions -> 'chapter',
                                                         'post', f.dimensions -> 'post')
            where c.source = 'sources/governance' and t.total ? 'accepted'
              and (cardinality($9::text[]) = 0 or c.key = $9)
            group by i.name, t.total
           having sum(case when c.reversal then -1 else 1 end) > 0
            order by i.name, t.total -> 'post' ->> 'chapter', t.total -> 'post' ->> 'post'"#,
        of.cutoff as _,
        of.since,
        &of.parts,
        &of.measures,
        &of.from_days,
        &of.to_days,
        of.group_by,
        &of.filters as _,
        group,
    )
    .fetch_all(db)
    .await?;
    let accepted = rows.into_iter().map(|it| AcceptedTotal {
        import: it.import,
        total: it.total.0,
    });
    Ok(accepted.collect())
}
