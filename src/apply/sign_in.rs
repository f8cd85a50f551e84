use std::collections::BTreeMap;

use super::{Outcome, Run};
use crate::catalog::DOMAIN;
use crate::identity::is_custom_domain;
use crate::login::default_sign_in_url;
use crate::outputs::domain_url;
use crate::path::Path;

impl Run<'_> {
    /// Where users sign in, by client: through those that were written, and through all if a domain was.
    pub(super) fn sign_in_urls(&self) -> BTreeMap<String, String> {
        let Some(base) = self.base_url() else { return BTreeMap::new() };
        let done = self.report.results.iter().filter(|result| result.outcome == Outcome::Done);
        let written: Vec<&Path> = done.clone().map(|result| &result.step.address).collect();
        let all = done.clone().any(|result| *result.step.action.kind() == *DOMAIN);
        let address = |key: &str| Path::of([self.plan.key.as_str(), "clients", key]);
        let clients = self.sign_in.clients.iter();
        let shown = clients.filter(|(key, _)| all || written.contains(&&address(key)));
        shown.filter_map(|(key, client)| Some((key.clone(), default_sign_in_url(&base, client)?))).collect()
    }

    /// The base URL of the domain that users see: the custom one, unless it is still on its way.
    fn base_url(&self) -> Option<String> {
        let (region, _) = self.pool().split_once('_')?;
        let is_ready = |name: &&String| {
            let address = Path::of([self.plan.key.as_str(), DOMAIN.section, name.as_str()]);
            !self.report.pending.contains_key(&address)
        };
        let domains = || self.sign_in.domains.iter().filter(is_ready);
        let name = domains().find(|name| is_custom_domain(name)).or_else(|| domains().next())?;
        Some(domain_url(region, name))
    }
}
