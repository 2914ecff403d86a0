//! What figures and restatements open to.

use proto::governance::v1 as pb;

use super::Pair;

impl Pair {
    /// All facts of a figure, page by page.
    pub(crate) async fn facts(&self, cutoff: &str, indicator: &str) -> Vec<pb::CountedFact> {
        let name = format!("{cutoff}/figures/{indicator}-1");
        let mut request = pb::ExplainFigureRequest {
            name,
            page_size: 1000,
            ..Default::default()
        };
        let mut facts = Vec::new();
        loop {
            let page = self.kaia.must(request.clone()).await;
            facts.extend(page.facts);
            if page.next_page_token.is_empty() {
                return facts;
            }
            request.page_token = page.next_page_token;
        }
    }

    pub(crate) async fn restatements(&self, cutoff: &str) -> Vec<pb::Restatement> {
        let request = pb::ListRestatementsRequest {
            parent: cutoff.into(),
            ..Default::default()
        };
        self.kaia.must(request).await.restatements
    }

    /// All facts of a restatement, page by page.
    pub(crate) async fn facts_between(&self, restatement: &str) -> Vec<pb::CountedFact> {
        let mut request = pb::ListRestatementFactsRequest {
            parent: restatement.into(),
            page_size: 1000,
            ..Default::default()
        };
        let mut facts = Vec::new();
        loop {
            let page = self.kaia.must(request.clone()).await;
            facts.extend(page.facts);
            if page.next_page_token.is_empty() {
                return facts;
            }
            request.page_token = page.next_page_token;
        }
    }
}
