//! Every statement on `measures`.

use std::collections::BTreeMap;

use platform::Result;
use sqlx::PgConnection;

use crate::domain::formula::Measure;
use crate::domain::source::measure_of;

/// What all sources measure, by id.
pub(crate) async fn all(db: &mut PgConnection) -> Result<BTreeMap<String, Measure>> {
    let rows = sqlx::query!(
        "select id, unit, kind, absence, dimensions, definition_nb, definition_nn from measures"
    )
    .fetch_all(db)
    .await?;
    let measures = rows.into_iter().map(|it| Measure {
        definition_nb: it.definition_nb,
        definition_nn: it.definition_nn,
        ..measure_of(it.id, (it.unit, it.kind, it.absence), it.dimensions)
    });
    Ok(measures.map(|it| (it.id.clone(), it)).collect())
}

/// Takes over what a source says that it measures.
pub(crate) async fn put(db: &mut PgConnection, source: &str, measures: &[Measure]) -> Result<()> {
    for it in measures {
        sqlx::query!(
            "insert into measures (id, source, unit, kind, absence, dimensions, definition_nb,
                                   definition_nn)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (id) do update
                set unit = excluded.unit, kind = excluded.kind, absence = excluded.absence,
                    dimensions = excluded.dimensions, definition_nb = excluded.definition_nb,
                    definition_nn = excluded.definition_nn
              where measures.source = excluded.source",
            it.id,
            source,
            it.unit as i32,
            it.kind as i32,
            it.absence as i32,
            &it.dimensions,
            it.definition_nb,
            it.definition_nn,
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}
