//! Editions of rules: entered, confirmed, withdrawn, listed.

use platform::{
    Answer, Ctx, Db, Effective, Error, Fields, Nouns, Result, Seen, must_match, once_in,
};
use proto::rules::v1 as pb;
use rules::Definition;
use sqlx::types::Json;

use crate::app::Rules;
use crate::edition::{Edition, EditionName, RuleName, State, edition_id};
use crate::wire::Given;
use crate::{store, wire};

/// Enters an edition, ENTERED. One that is valid from a past day is dated that day.
pub(crate) async fn enter(
    app: Rules,
    ctx: Ctx,
    request: pb::EnterRuleEditionRequest,
) -> Answer<pb::RuleEdition> {
    let mut fields = Fields::of(&request);
    let rule = definition(app.db.nouns(), &mut fields, &request.parent)?;
    let given = Given::parse(&mut fields, &ctx, rule, request.rule_edition.as_ref());
    let step = Effective {
        on: given.valid_from,
        late_reason: fields.late_reason(&request.late_reason),
    };
    fields.check()?;
    let edition = drawn_up(&app.db, rule, given).await?;

    let case = [edition.name.as_str()];
    once_in(&app.db, &ctx, &request, &case, async |tx| {
        if step.on <= ctx.today() {
            tx.effective(&step)?;
        }
        let added = store::add(tx, &edition).await?;
        tx.record(added.version, added.into(), &[]).await
    })
    .await
}

/// The next edition of its day.
async fn drawn_up(db: &Db, rule: &Definition, given: Given) -> Result<Edition> {
    let value = given.value;
    let value = value.ok_or_else(|| Error::Bug("a value that is none was noted".to_owned()))?;
    let mut session = db.read().await?;
    let ordinal = store::next_ordinal(&mut session, rule.id, given.valid_from).await?;
    db.give_back(session);
    let name = format!(
        "{}/editions/{}",
        rule.name(),
        edition_id(given.valid_from, ordinal)
    );
    let name = EditionName::parse(&name);
    Ok(Edition {
        name: name.map_err(|_| Error::Bug("an edition is called by its day".to_owned()))?,
        version: 1,
        rule: rule.id.to_owned(),
        valid_from: given.valid_from,
        ordinal,
        value: Json(value),
        source: given.source,
        document: given.document.map(Json),
        state: State::Entered,
        created_at: chrono::DateTime::default(),
    })
}

/// ENTERED → CONFIRMED.
pub(crate) async fn confirm(
    app: Rules,
    ctx: Ctx,
    request: pb::ConfirmRuleEditionRequest,
) -> Answer<pb::RuleEdition> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", EditionName::parse(&request.name));
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let edition = store::get(tx, &name).await?;
        must_match(&request.etag, &name, edition.version)?;
        let confirmed = edition.confirm()?;
        store::save(tx, &confirmed).await?;
        tx.record(confirmed.version, confirmed.into(), &[]).await
    })
    .await
}

/// ENTERED → WITHDRAWN.
pub(crate) async fn withdraw(
    app: Rules,
    ctx: Ctx,
    request: pb::WithdrawRuleEditionRequest,
) -> Answer<pb::RuleEdition> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", EditionName::parse(&request.name));
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let edition = store::get(tx, &name).await?;
        must_match(&request.etag, &name, edition.version)?;
        let withdrawn = edition.withdraw()?;
        store::save(tx, &withdrawn).await?;
        tx.record(withdrawn.version, withdrawn.into(), &[]).await
    })
    .await
}

/// Lists editions by name.
pub(crate) async fn list_editions(
    app: Rules,
    ctx: Ctx,
    request: pb::ListRuleEditionsRequest,
) -> Answer<pb::ListRuleEditionsResponse> {
    let mut fields = Fields::default();
    let rule = match request.parent.as_str() {
        "" => "",
        parent => definition(app.db.nouns(), &mut fields, parent)?.id,
    };
    let day = fields.optional_date("in_force_on", request.in_force_on.as_ref());
    platform::list(&app, &ctx, &request, fields, async |db, after, limit| {
        store::list(db, rule, day, after, limit).await
    })
    .await
}

/// Lists the rules that the service goes by.
pub(crate) async fn list_rules(
    app: Rules,
    ctx: Ctx,
    _request: pb::ListRulesRequest,
) -> Answer<pb::ListRulesResponse> {
    let mut rules: Vec<_> = app.db.nouns().all_rules().map(wire::rule).collect();
    rules.sort_by(|one, other| one.name.cmp(&other.name));
    Seen::computed(&app, &ctx, pb::ListRulesResponse { rules })
}

/// The rule that a request names, or what is wrong with the name; NOT_FOUND where there is none.
fn definition(
    nouns: &'static Nouns,
    fields: &mut Fields,
    parent: &str,
) -> Result<&'static Definition> {
    if let Err(wrong) = RuleName::parse(parent) {
        fields.refuse("parent", wrong);
        std::mem::take(fields).check()?;
    }
    let found = nouns.all_rules().find(|it| it.name() == parent);
    found.ok_or_else(|| Error::not_found(parent))
}
