//! Indicators: defined once, never changed.

use chrono::DateTime;
use platform::{Ctx, Fields, PageRequest, Result, once};
use prost::Message;
use proto::governance::v1 as pb;

use crate::domain::formula::{sums, terms};
use crate::domain::{Indicator, IndicatorName};
use crate::{App, store};

/// Defines an edition of an indicator.
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreateIndicatorRequest,
) -> Result<pb::Indicator> {
    let mut fields = Fields::of(&request);
    let given = fields.required("indicator", request.indicator.as_ref());
    let name = IndicatorName::new(&request.parent, &request.indicator_id);
    let formula = fields.required("indicator.formula", given.formula.as_ref());
    check_shape(&mut fields, &formula);
    let indicator = Indicator {
        name: fields.take("indicator_id", name),
        version: 1,
        title_nb: fields.text("indicator.title_nb", &given.title_nb, 200),
        title_nn: fields.text("indicator.title_nn", &given.title_nn, 200),
        formula: formula.encode_to_vec(),
        source_clause: fields.text("indicator.source_clause", &given.source_clause, 300),
        created_at: DateTime::default(),
    };
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let measures = store::measures::all(tx).await?;

        terms(&formula, &measures)?;

        let added = store::indicators::add(tx, &indicator).await?;
        tx.record(added.version, added.into(), &[]).await
    })
    .await
}

/// What is wrong with a formula whatever the sources measure.
fn check_shape(fields: &mut Fields, formula: &pb::Formula) {
    let wanted = match formula.kind {
        None => {
            fields.refuse("indicator.formula", "a sum, difference or share");
            return;
        }
        Some(pb::formula::Kind::Sum(_)) => 1,
        Some(_) => 2,
    };
    let sums = sums(formula);
    if sums.len() != wanted {
        fields.refuse("indicator.formula", "both parts of a difference or share");
    }
    for (index, sum) in (1..).zip(sums) {
        let at = format!("indicator.formula.part[{index}]");
        if !(1..=4).contains(&sum.measures.len()) {
            fields.refuse(format!("{at}.measures"), "from 1 to 4 measures");
        }
        if sum.filters.len() > 4 {
            fields.refuse(format!("{at}.filters"), "at most 4 filters");
        }
        if sum
            .filters
            .iter()
            .any(|it| it.values.is_empty() || it.values.len() > 100)
        {
            fields.refuse(format!("{at}.filters.values"), "from 1 to 100 values");
        }
    }
    if formula.group_by.len() > 4 {
        fields.refuse("indicator.formula.group_by", "at most 4 dimensions");
    }
}

/// Lists indicators by name.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListIndicatorsRequest,
) -> Result<pb::ListIndicatorsResponse> {
    let mut fields = Fields::default();
    let page = PageRequest::parse(&mut fields, &request);
    fields.check()?;

    let mut db = app.db.read().await?;
    let rows = store::indicators::list(&mut db, &page.after, page.limit).await?;
    let page = page.page(rows, |row| row.name.to_string());
    Ok(pb::ListIndicatorsResponse {
        indicators: app
            .db
            .view_all(&ctx, page.rows.into_iter().map(Into::into))?,
        next_page_token: page.next_page_token,
    })
}
