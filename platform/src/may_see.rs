//! Whether a caller may know of a resource, asked on every way to it: `get`, `list`, `once`, `record` and
//! the audit. What is hidden is answered as what there is not.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use error::{Error, Result};
use sqlx::PgConnection;

use crate::hides::{Hides, Recorded, Viewer};
use crate::service::Nouns;

/// An entry's resource, and how it is called.
#[derive(Debug)]
pub(crate) struct Version<'a> {
    pub(crate) name: &'a str,
    pub(crate) it: Recorded<'a>,
    /// Whether that is the present one.
    pub(crate) is_last: bool,
}

/// The last entry of a subject.
#[derive(Debug)]
pub(crate) struct Last {
    pub(crate) kind: String,
    pub(crate) after: Vec<u8>,
}

impl Nouns {
    /// What is asked whether somebody may know of what is called so; nothing where everybody may.
    pub(crate) fn hides(&self, name: &str) -> Option<&'static Hides> {
        let hides = self.hides?;
        let collection = name.split('/').next().unwrap_or_default();
        let is_judged = hides.collections.is_empty() || hides.collections.contains(&collection);
        is_judged.then_some(hides)
    }

    /// Which of these the viewer may know of. Asks the database for the roots of those that are judged
    /// and are not their own roots as they are now, by one statement.
    pub(crate) async fn are_known(
        &self,
        db: &mut PgConnection,
        viewer: &Viewer<'_>,
        versions: &[Version<'_>],
    ) -> Result<Vec<bool>> {
        let needed: BTreeSet<_> = versions
            .iter()
            .filter(|of| self.hides(of.name).is_some())
            .flat_map(Version::needs)
            .collect();
        let lasts = lasts(db, needed).await?;
        let known = |of: &Version<'_>| {
            let Some(hides) = self.hides(of.name) else {
                return true;
            };
            let last = lasts.get(root_of(of.name)).or_else(|| lasts.get(of.name));
            let root = last.map_or(of.it, |last| Recorded {
                kind: &last.kind,
                after: &last.after,
            });
            (hides.may_see)(viewer, root, of.it)
        };
        Ok(versions.iter().map(known).collect())
    }

    /// Refuses whoever may not know of a version, as if there were no such resource.
    pub(crate) async fn must_know(
        &self,
        db: &mut PgConnection,
        viewer: &Viewer<'_>,
        of: Version<'_>,
    ) -> Result<()> {
        let name = of.name;
        match self.are_known(db, viewer, &[of]).await?.as_slice() {
            [true] => Ok(()),
            _ => Err(Error::not_found(name)),
        }
    }
}

/// A resource as it is or was, and whether the viewer may know of it: by one statement, which reads
/// its root as it is now too, and where `is_filled` says so what is personal in it. None where there is
/// none.
pub(crate) async fn read(
    db: &mut PgConnection,
    hides: Option<&Hides>,
    viewer: &Viewer<'_>,
    name: &str,
    read_time: Option<DateTime<Utc>>,
    is_filled: bool,
) -> Result<Option<(Last, bool)>> {
    let found = sqlx::query!(
        r#"select it.kind as "kind!", it.after as "after!",
                  root.kind as "root_kind!", root.after as "root_after!",
                  (select data
                     from platform.vault
                    where $4 and resource = $1 and version <= it.version
                    order by version desc
                    limit 1) as part
             from (select kind, after, version
                     from platform.journal
                    where subject = $1 and recorded_at <= coalesce($3, 'infinity'::timestamptz)
                    order by version desc
                    limit 1) it
            cross join (
                  (select kind, after
                     from platform.journal
                    where subject = $2
                    order by version desc
                    limit 1)
                  union all
                  (select kind, after
                     from platform.journal
                    where subject = $1
                    order by version desc
                    limit 1)
                  limit 1) root"#,
        name,
        root_of(name),
        read_time,
        is_filled,
    )
    .fetch_optional(db)
    .await?;
    Ok(found.map(|mut found| {
        let root = Recorded {
            kind: &found.root_kind,
            after: &found.root_after,
        };
        let recorded = Recorded {
            kind: &found.kind,
            after: &found.after,
        };
        let is_known = hides.is_none_or(|it| (it.may_see)(viewer, root, recorded));
        found.after.extend(found.part.unwrap_or_default());
        let (kind, after) = (found.kind, found.after);
        (Last { kind, after }, is_known)
    }))
}

impl<'a> Version<'a> {
    /// The names whose present state judges it, but for its own as it is.
    fn needs(&self) -> Vec<&'a str> {
        let root = root_of(self.name);
        match (self.is_last, root == self.name) {
            (true, true) => Vec::new(),
            (true, false) | (false, true) => vec![root],
            (false, false) => vec![root, self.name],
        }
    }
}

/// `evaluations/7` of `evaluations/7/drafts/2`.
fn root_of(name: &str) -> &str {
    let end = name.match_indices('/').nth(1);
    end.map_or(name, |(end, _)| &name[..end])
}

/// The last entry of each of these subjects that has one.
async fn lasts(db: &mut PgConnection, names: BTreeSet<&str>) -> Result<BTreeMap<String, Last>> {
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let names: Vec<_> = names.into_iter().collect();
    let found = sqlx::query!(
        r#"select name as "name!", kind, after
             from unnest($1::text[]) asked (name)
            cross join lateral (
                  select kind, after
                    from platform.journal
                   where subject = asked.name
                   order by version desc
                   limit 1) last"#,
        &names as &[&str],
    )
    .fetch_all(db)
    .await?;
    let found = found.into_iter().map(|it| {
        let (kind, after) = (it.kind, it.after);
        (it.name, Last { kind, after })
    });
    Ok(found.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where no collection is named all are judged, so that a noun which nobody thought of is hidden.
    #[test]
    fn what_is_judged_is_what_is_named_or_all() {
        static ALL: Hides = Hides {
            collections: &[],
            may_see: |_, _, _| false,
        };
        static SOME: Hides = Hides {
            collections: &["publications"],
            may_see: |_, _, _| false,
        };
        let nouns = |hides| Nouns {
            service: "evaluation",
            packages: &[],
            schemas: &[],
            roles: &[],
            exclusive: &[],
            hides,
            rules: &[],
            measures: &[],
            acts: &[],
        };
        for (hides, name, judged) in [
            (None, "publications/1", false),
            (Some(&SOME), "publications/1", true),
            (Some(&SOME), "publications/1/files/2", true),
            (Some(&SOME), "publicationsX/1", false),
            (Some(&SOME), "agreements/1", false),
            (Some(&ALL), "agreements/1", true),
        ] {
            assert_eq!(nouns(hides).hides(name).is_some(), judged, "{name}");
        }
    }

    #[test]
    fn a_root_is_the_resource_of_the_first_two_segments() {
        for (name, root) in [
            ("evaluations/7", "evaluations/7"),
            ("evaluations/7/drafts/2", "evaluations/7"),
            ("evaluations/7/drafts/2/pages/1", "evaluations/7"),
            ("evaluations", "evaluations"),
            ("", ""),
        ] {
            assert_eq!(root_of(name), root);
        }
    }

    #[test]
    fn what_judges_a_version_is_its_root_as_it_is_now() {
        let it = Recorded {
            kind: "",
            after: &[],
        };
        for (name, is_last, needs) in [
            ("a/1", true, vec![]),
            ("a/1", false, vec!["a/1"]),
            ("a/1/b/2", true, vec!["a/1"]),
            ("a/1/b/2", false, vec!["a/1", "a/1/b/2"]),
        ] {
            let version = Version { name, it, is_last };
            assert_eq!(version.needs(), needs, "{name} {is_last}");
        }
    }
}
