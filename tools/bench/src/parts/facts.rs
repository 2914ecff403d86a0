//! Facts as grants records them, day by day of a year and every tenth up to two months late: 200 agreements,
//! their dimensions and amounts; every fiftieth takes an earlier one back. They are filled in by COPY, into
//! grants or as if governance had followed them.

use anyhow::Result;

use crate::suite::Suite;

/// Facts of one entry.
const OF_ENTRY: i64 = 50_000;

/// Which facts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    /// Numbers behind this one.
    pub(crate) after: i64,
    pub(crate) count: i64,
    /// All of them count on days of it.
    pub(crate) year: i32,
    /// Different schemes among them.
    pub(crate) schemes: i64,
}

impl Facts {
    /// A query of these columns of them; `i` is a fact's number, and `m` has what it is about.
    fn query(self, columns: &str) -> String {
        let Self {
            after,
            count,
            year,
            schemes,
        } = self;
        format!(
            "select {columns}
  from generate_series({after}::bigint + 1, {after} + {count}) i
 cross join lateral (
     select d.*, (array['70','71','01','21'])[1 + a % 4] as post,
            chr(65 + (a % 40) / 26) || chr(65 + (a % 40) % 26) as country, (870 + a % 8)::text as type,
            'schemes/s' || (case {schemes} when 6 then a else i / 2 end) % {schemes}
                || '/editions/{year}' as scheme,
            (11000 + 37 * (a % 25))::text as sector, '{year}' as year,
            case when i % 20 < 14 then 'grants.disbursed' when i % 20 < 18 then 'grants.committed'
                 when i % 20 = 18 then 'grants.allocated' else 'grants.active_agreements' end as measure
       from (select ((i * 7919) % 200)::int as a,
                    date '{year}-01-01' + greatest(0, (i - {after} - 1) * 365 / {count}
                        - case when i % 10 = 0 then i % 60 else 0 end)::int as day) d
 ) m"
        )
    }

    /// The number of the last one.
    pub(crate) fn last(self) -> i64 {
        self.after + self.count
    }
}

const VALUE: &str = "case when i % 50 = 49 then -1 else 1 end
    * case m.measure when 'grants.active_agreements' then 1 else 10000 + (i * 7919) % 9999999 end";

const DIMENSIONS: &str = "case m.measure
    when 'grants.allocated' then jsonb_build_object(
        'chapter', '144', 'kind', 'allocated', 'post', m.post, 'year', m.year)
    when 'grants.committed' then jsonb_build_object(
        'chapter', '144', 'commitment', 'unconditional', 'country', m.country, 'main_task', '1',
        'post', m.post, 'recipient_type', m.type, 'scheme', m.scheme, 'sector', m.sector,
        'year', m.year)
    when 'grants.disbursed' then jsonb_build_object(
        'chapter', '144', 'country', m.country, 'main_task', '1', 'post', m.post,
        'recipient_type', m.type, 'scheme', m.scheme, 'sector', m.sector, 'voucher', '', 'year', m.year)
    else jsonb_build_object(
        'country', m.country, 'main_task', '1', 'recipient_type', m.type, 'scheme', m.scheme,
        'sector', m.sector) end";

const SUBJECT: &str = "'agreements/f-' || m.a
    || case when m.measure = 'grants.disbursed' then '/disbursements/' || i else '' end";

/// One that looks like a digest and chains to nothing: what closing reads is its length.
const DIGEST: &str = "sha256(i::text::bytea)";

/// Records facts in a database of grants, which numbers them when it is next asked.
pub(crate) fn record(suite: &Suite, database: &str, facts: Facts) -> Result<()> {
    let Facts { after, count, .. } = facts;
    let (from, to) = ((after + 1) / OF_ENTRY, (after + count) / OF_ENTRY);
    suite.sql(
        database,
        &format!(
            "insert into platform.journal
                 (recorded_at, method, subject, kind, version, actor, issuer, trace_id, after)
             select now(), '/bench', 'bench/' || i, 'bench', 1, 'persons/bench', 'bench', '', ''
               from generate_series({from}, {to}) i
             on conflict do nothing"
        ),
    )?;
    let entry =
        format!("(select seq from platform.journal where subject = 'bench/' || i / {OF_ENTRY})");
    let query = facts.query(&format!(
        "{entry}, (i % {OF_ENTRY})::int, m.measure, m.day, {VALUE}, {DIMENSIONS}, {SUBJECT}, i % 50 = 49"
    ));
    let table = "platform.facts
        (entry, ordinal, measure, effective_on, value, dimensions, subject, reversal)";
    suite.copy_rows(database, &query, Some((database, table)))?;
    suite.sql(database, "vacuum analyze platform.facts")?;
    Ok(())
}

/// Fills a database of governance that knows its source with facts, as if it had followed them.
pub(crate) fn fill_followed(suite: &Suite, database: &str, facts: Facts) -> Result<()> {
    let query = facts.query(&format!(
        "'sources/grants', i, {DIGEST}, m.measure, m.day, {VALUE}, {DIMENSIONS}, {SUBJECT}, 'entries/1',
         i % 50 = 49"
    ));
    let table =
        "facts (source, number, digest, measure, effective_on, value, dimensions, subject, entry,
                        reversal)";
    suite.copy_rows(database, &query, Some((database, table)))?;
    Ok(())
}

/// Has a database of grants stand at the last of facts that governance's was filled with, and
/// governance's at the same place.
pub(crate) fn stand(suite: &Suite, grants: &str, governance: &str, last: i64) -> Result<()> {
    let digest = format!("sha256('{last}'::bytea)");
    let source = suite.sql(grants, "select source from platform.feed")?;
    suite.sql(
        grants,
        &format!(
            "with entry as (
                 insert into platform.journal
                     (recorded_at, method, subject, kind, version, actor, issuer, trace_id, after)
                 values (now(), '/bench', 'bench/last', 'bench', 1, 'persons/bench', 'bench', '', '')
                 returning seq
             )
             insert into platform.facts
                 (entry, ordinal, measure, effective_on, value, dimensions, subject, number, digest)
             select seq, 0, 'grants.active_agreements', '2000-01-01', 1, '{{}}', 'agreements/last', {last},
                    {digest}
               from entry;
             update platform.feed set number = {last}, digest = {digest}"
        ),
    )?;
    suite.sql(
        governance,
        &format!(
            "update sources
                set source_id = '{source}', number = {last}, digest = {digest}, head_number = {last},
                    entries_number = 0, entries_digest = ''
              where name = 'sources/grants';
             vacuum analyze"
        ),
    )?;
    Ok(())
}
