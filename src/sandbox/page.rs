//! Pages of lists.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde_json::{Value, json};

use super::constraints::{lower_first, wrong_type};
use super::{Call, Refused};

/// How an operation pages its list.
pub(super) struct Pages {
    /// The answer's member that holds the list.
    pub(super) list: &'static str,
    /// The input's member that bounds a page.
    pub(super) limit: &'static str,
    /// The least bound; 0 asks for no bound of its own.
    pub(super) least: i64,
    /// The largest bound.
    pub(super) most: i64,
    /// The bound of a call that gives none.
    pub(super) absent: i64,
}

/// As most lists are paged.
pub(super) const PAGES: Pages = Pages { list: "", limit: "MaxResults", least: 1, most: 60, absent: 60 };

impl Pages {
    /// The size of a page.
    fn size(&self, input: &Value) -> Result<usize, Refused> {
        let Self { limit, least, most, absent, .. } = self;
        let at = lower_first(limit);
        let size = match &input[*limit] {
            Value::Null => *absent,
            value => value.as_i64().ok_or_else(|| wrong_type(&at))?,
        };
        if !(*least..=*most).contains(&size) {
            let bound = if size < *least {
                format!("greater than or equal to {least}")
            } else {
                format!("less than or equal to {most}")
            };
            return Err(Refused::invalid(format!(
                "1 validation error detected: Value '{size}' at '{at}' failed to satisfy constraint: Member must have \
                 value {bound}"
            )));
        }
        Ok(usize::try_from(if size == 0 { *most } else { size }).unwrap_or(usize::MAX))
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
        let size = pages.size(self.input)?;
        let start = match self.input["NextToken"].as_str() {
            None => Bound::Unbounded,
            Some(token) => match token.strip_prefix("after:") {
                Some(id) if all.contains_key(id) => Bound::Excluded(id),
                _ => return Err(Refused::invalid("Invalid pagination token.")),
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
