use serde_json::Value;

use super::error::instead;
use crate::manifest::load::PoolManifest;
use crate::path::Path;

/// Why no one client is meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// No manifest declares it.
    #[error("no manifest declares a client `{wrong}`")]
    Unknown {
        /// What was asked for.
        wrong: String,
        /// The addresses of all clients, or their keys where there is only one pool.
        known: Vec<String>,
    },
    /// Several pools do.
    #[error("{} pools have a client `{wanted}`", addresses.len())]
    Ambiguous {
        /// What was asked for.
        wanted: String,
        /// The addresses of those.
        addresses: Vec<String>,
    },
}

impl ClientError {
    /// The way out.
    pub fn help(&self) -> String {
        match self {
            Self::Unknown { wrong, known } => instead(wrong, known),
            Self::Ambiguous { addresses, .. } => format!("say which one: {}", addresses.join(", ")),
        }
    }
}

/// The declared client that a text means: its key, its path in the manifest, or its address with the pool's key before
/// it, as in `web`, `clients.web`, `customers.clients.web` and, for short, `customers.web`.
///
/// # Errors
/// There is none, or there are several.
pub fn find_client<'a>(
    manifests: &'a [PoolManifest],
    wanted: &str,
) -> Result<(&'a PoolManifest, &'a str), ClientError> {
    let declared: Vec<(&PoolManifest, &str)> = manifests
        .iter()
        .flat_map(|pool| {
            let clients = pool.section("clients").and_then(Value::as_object).into_iter().flatten();
            clients.map(move |(key, _)| (pool, key.as_str()))
        })
        .collect();
    let path = Path::parse(wanted).ok();
    let keys = path.as_ref().and_then(Path::keys).unwrap_or_default();
    // A key may hold blanks and dots, with which it is no path.
    let means = |(pool, key): &(&PoolManifest, &str)| {
        *key == wanted
            || match keys.as_slice() {
                [one] => one == key,
                ["clients", one] if one == key => true,
                [of, one] | [of, "clients", one] => *of == pool.key && one == key,
                _ => false,
            }
    };
    let mut found = declared.iter().filter(|client| means(client));
    match (found.next(), found.next()) {
        (Some(client), None) => Ok(*client),
        (None, _) => {
            let one_pool = manifests.len() == 1;
            let name = |(pool, key): &(&PoolManifest, &str)| {
                if one_pool { (*key).to_owned() } else { address(pool, key) }
            };
            Err(ClientError::Unknown { wrong: wanted.to_owned(), known: declared.iter().map(name).collect() })
        }
        (Some(_), Some(_)) => Err(ClientError::Ambiguous {
            wanted: wanted.to_owned(),
            addresses: declared.iter().filter(|c| means(c)).map(|(pool, key)| address(pool, key)).collect(),
        }),
    }
}

fn address(pool: &PoolManifest, key: &str) -> String {
    Path::of([pool.key.as_str(), "clients", key]).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::load;
    use crate::source::Source;

    fn pools(text: &str) -> Vec<PoolManifest> {
        load::load(&[Source::new("pool.yaml", text)]).0
    }

    #[test]
    fn a_client_is_named_by_key_path_or_address() {
        let pools = pools(
            "pool: customers\nclients: { web: {}, My App v1.2: {} }\n---\npool: staff\nclients: { cli: {} }\n",
        );
        for (wanted, expected) in [
            ("web", "customers.clients.web"),
            ("clients.web", "customers.clients.web"),
            ("customers.clients.web", "customers.clients.web"),
            ("customers.web", "customers.clients.web"),
            ("My App v1.2", "customers.clients[\"My App v1.2\"]"),
            ("clients[\"My App v1.2\"]", "customers.clients[\"My App v1.2\"]"),
            ("staff.cli", "staff.clients.cli"),
        ] {
            let (pool, key) = find_client(&pools, wanted).unwrap();
            assert_eq!(address(pool, key), expected, "{wanted}");
        }
        for wanted in ["staff.web", "nobody.clients.web", "clients", "", "clients.web[0]", "customers"] {
            let error = find_client(&pools, wanted).unwrap_err();
            assert!(matches!(error, ClientError::Unknown { .. }), "{wanted}: {error}");
        }
    }

    #[test]
    fn a_key_in_two_pools_needs_its_pool() {
        let pools = pools("pool: a\nclients: { web: {} }\n---\npool: b\nclients: { web: {} }\n");
        let error = find_client(&pools, "web").unwrap_err();
        assert_eq!(error.help(), "say which one: a.clients.web, b.clients.web");
        assert_eq!(find_client(&pools, "b.web").unwrap().0.key, "b");
    }

    #[test]
    fn a_wrong_key_names_the_nearest() {
        let error =
            find_client(&pools("pool: a\nclients: { website: {}, api: {} }\n"), "web-site").unwrap_err();
        assert_eq!(error.help(), "did you mean `website`?");
    }
}
