//! Pages of lists.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde_json::{Value, json};

use super::{Call, Refused};

/// How an operation pages its list.
pub(super) struct Pages {
    /// The answer's member that holds the list.
    pub(super) list: &'static str,
    /// The input's member that bounds a page. What it may be is in the model.
    pub(super) limit: &'static str,
    /// The size of a page without a bound, or with 0.
    pub(super) most: usize,
}

/// As most lists are paged.
pub(super) const PAGES: Pages = Pages { list: "", limit: "MaxResults", most: 60 };

impl Pages {
    /// The size of a page.
    fn size(&self, input: &Value) -> usize {
        let given = input[self.limit].as_u64().and_then(|size| usize::try_from(size).ok());
        given.filter(|size| *size > 0).unwrap_or(self.most)
    }
}

impl Call<'_> {
    /// One page of a list that is ordered by id.
    pub(super) fn page<T>(
        &self,
        pages: &Pages,
        all: &BTreeMap<String, T>,
        show: impl Fn(&T) -> Value,
    ) -> Result<Value, Refused> {
        let size = pages.size(self.input);
        let start = match self.input["NextToken"].as_str() {
            None => Bound::Unbounded,
            // What it names may be deleted by now: a list is read to its end while its items go.
            Some(token) => match token.strip_prefix("after:") {
                Some(id) => Bound::Excluded(id),
                None => return Err(Refused::invalid("Invalid pagination token.")),
            },
        };
        let mut rest = all.range::<str, _>((start, Bound::Unbounded));
        let page: Vec<(&String, &T)> = rest.by_ref().take(size).collect();
        let mut answer = json!({ pages.list: page.iter().map(|(_, item)| show(item)).collect::<Vec<_>>() });
        if let Some((last, _)) = page.last()
            && rest.next().is_some()
        {
            answer["NextToken"] = json!(format!("after:{last}"));
        }
        Ok(answer)
    }
}
