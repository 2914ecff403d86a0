//! Every statement on `account_rows`.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use platform::{Error, Result};
use sqlx::PgConnection;

use crate::domain::{AccountRow, AccountRowName, AccountsImport, AccountsImportName};

/// Writes all rows of a new import, in one statement.
pub(crate) async fn add(
    db: &mut PgConnection,
    import: &AccountsImportName,
    rows: &[AccountRow],
) -> Result<()> {
    let columns = Columns::of(rows);
    sqlx::query!(
        "insert into account_rows
             (accounts_import, name, number, voucher, day, chapter, post, sub_post, account,
              amount_ore, description, agreement, corrects)
         select $1, name, number, voucher, day, chapter, post, sub_post, account, amount_ore,
                description, agreement, corrects
           from unnest($2::text[], $3::int[], $4::text[], $5::date[], $6::text[], $7::text[],
                       $8::text[], $9::text[], $10::bigint[], $11::text[], $12::text[],
                       $13::text[])
                r (name, number, voucher, day, chapter, post, sub_post, account, amount_ore,
                   description, agreement, corrects)",
        import as _,
        &columns.names as &[&str],
        &columns.numbers,
        &columns.vouchers as &[Option<&str>],
        &columns.days,
        &columns.chapters as &[&str],
        &columns.posts as &[&str],
        &columns.sub_posts as &[&str],
        &columns.accounts as &[&str],
        &columns.amounts_ore,
        &columns.descriptions as &[&str],
        &columns.agreements as &[&str],
        &columns.corrected as &[&str],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Rows of other imports that would be counted twice beside these, at most so many: the same voucher
/// with the same day, post, account and amount; and published totals of the same post and account and
/// of some of the same days, beside one another or beside vouchers. Rows that are equal within one
/// import are its own affair. The caller holds the year's
/// accounts, so none is added meanwhile.
pub(crate) async fn standing(
    db: &mut PgConnection,
    import: &AccountsImport,
    rows: &[AccountRow],
    limit: i64,
) -> Result<Vec<AccountRowName>> {
    let columns = Columns::of(rows);
    let rows = sqlx::query!(
        r#"with given as (
               select voucher, day, chapter, post, account, amount_ore
                 from unnest($5::text[], $6::date[], $7::text[], $8::text[], $9::text[],
                             $10::bigint[])
                   as g (voucher, day, chapter, post, account, amount_ore)
           ), standing as (
               select r.accounts_import, r.name, r.number, r.voucher, r.day, r.chapter, r.post,
                      r.account, r.amount_ore, i.start_on, i.end_on
                 from account_rows r
                 join accounts_imports i on i.name = r.accounts_import
                where i.state = 'imported' and i.name <> $1
                  and i.start_on <= $3 and i.end_on >= $2
           )
           select s.accounts_import, s.number, s.name as "name!: AccountRowName"
             from standing s
             join given g using (voucher, day, chapter, post, account, amount_ore)
            union
           select s.accounts_import, s.number, s.name
             from standing s
             join given g using (chapter, post, account)
            where s.voucher is null and (g.voucher is null or g.day between s.start_on and s.end_on)
            union
           select s.accounts_import, s.number, s.name
             from standing s
             join given g using (chapter, post, account)
            where g.voucher is null and s.day between $2 and $3
            order by 1, 2
            limit $4"#,
        import.name as _,
        import.start_on,
        import.end_on,
        limit,
        &columns.vouchers as &[Option<&str>],
        &columns.days,
        &columns.chapters as &[&str],
        &columns.posts as &[&str],
        &columns.accounts as &[&str],
        &columns.amounts_ore,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|it| it.name).collect())
}

/// Those of the vouchers that these rows correct which stand: an import that is not reversed has them.
/// Without any the database is not asked.
pub(crate) async fn corrected(
    db: &mut PgConnection,
    rows: &[AccountRow],
) -> Result<BTreeSet<String>> {
    let vouchers = rows.iter().map(|it| it.corrects.as_str());
    let vouchers: BTreeSet<_> = vouchers.filter(|it| !it.is_empty()).collect();
    if vouchers.is_empty() {
        return Ok(BTreeSet::new());
    }
    let vouchers: Vec<_> = vouchers.into_iter().collect();
    let standing = sqlx::query_scalar!(
        r#"select distinct r.voucher as "voucher!"
             from account_rows r
             join accounts_imports i on i.name = r.accounts_import
            where i.state = 'imported' and r.voucher = any($1)"#,
        &vouchers as &[&str],
    )
    .fetch_all(db)
    .await?;
    Ok(standing.into_iter().collect())
}

/// The rows, column by column, for one `unnest`.
struct Columns<'a> {
    names: Vec<&'a str>,
    numbers: Vec<i32>,
    vouchers: Vec<Option<&'a str>>,
    days: Vec<NaiveDate>,
    chapters: Vec<&'a str>,
    posts: Vec<&'a str>,
    sub_posts: Vec<&'a str>,
    accounts: Vec<&'a str>,
    amounts_ore: Vec<i64>,
    descriptions: Vec<&'a str>,
    agreements: Vec<&'a str>,
    corrected: Vec<&'a str>,
}

impl<'a> Columns<'a> {
    fn of(rows: &'a [AccountRow]) -> Self {
        let texts = |column: fn(&AccountRow) -> &str| rows.iter().map(column).collect();
        Self {
            names: texts(|it| it.name.as_str()),
            numbers: rows.iter().map(|it| it.number).collect(),
            vouchers: rows.iter().map(|it| it.voucher.as_deref()).collect(),
            days: rows.iter().map(|it| it.day).collect(),
            chapters: texts(|it| &it.chapter),
            posts: texts(|it| &it.post),
            sub_posts: texts(|it| &it.sub_post),
            accounts: texts(|it| &it.account),
            amounts_ore: rows.iter().map(|it| it.amount_ore).collect(),
            descriptions: texts(|it| &it.description),
            agreements: texts(|it| &it.agreement),
            corrected: texts(|it| &it.corrects),
        }
    }
}

/// Reads one row.
pub(crate) async fn read(db: &mut PgConnection, name: &AccountRowName) -> Result<AccountRow> {
    sqlx::query_as!(
        AccountRow,
        "select name, accounts_import, number, voucher, day, chapter, post, sub_post, account,
                amount_ore, description, agreement, corrects
           from account_rows
          where name = $1",
        name as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// Rows of an import behind a number, in their order.
pub(crate) async fn list(
    db: &mut PgConnection,
    import: &AccountsImportName,
    after: i32,
    limit: i64,
) -> Result<Vec<AccountRow>> {
    let rows = sqlx::query_as!(
        AccountRow,
        "select name, accounts_import, number, voucher, day, chapter, post, sub_post, account,
                amount_ore, description, agreement, corrects
           from account_rows
          where accounts_import = $1 and number > $2
          order by number limit $3",
        import as _,
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}
