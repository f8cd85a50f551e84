//! Reading side by side: each operation has a quota of its own, so a pool is read in the time of the slowest.

use std::pin::Pin;

use futures_util::future::try_join_all;

use super::LivePool;
use crate::cognito::ApiError;

/// A part of a pool, pending.
pub(super) type Part<'a> = Pin<Box<dyn Future<Output = Result<LivePool, ApiError>> + 'a>>;

impl LivePool {
    /// A part of the pool, which is read into the same pool without what was read of it further.
    pub(super) fn part<'f>(
        &self,
        read: impl AsyncFnOnce(&mut Self) -> Result<(), ApiError> + 'f,
    ) -> Part<'f> {
        let mut part = Self::new(self.id.clone(), self.pool.clone(), self.mfa.clone(), self.listed.clone());
        Box::pin(async move {
            read(&mut part).await?;
            Ok(part)
        })
    }

    /// Reads parts side by side, and puts them together.
    pub(super) async fn read_together(&mut self, parts: Vec<Part<'_>>) -> Result<(), ApiError> {
        for part in try_join_all(parts).await? {
            self.clients.extend(part.clients);
            self.members.extend(part.members);
            self.attached.extend(part.attached);
            self.records.extend(part.records);
            self.client_secrets.extend(part.client_secrets);
            self.secrets.extend(part.secrets);
        }
        Ok(())
    }
}
