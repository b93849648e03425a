//! What people look at.

use ecom67_app::kept::Dependency;
use ecom67_app::search_log::SearchScope;

use super::{Audience, Presenter};
use crate::problem::ApiError;
use crate::view;

/// So many more are looked at than are asked for: some may have been hidden since they were popular.
const MORE: usize = 3;

impl Presenter {
    /// Up to `limit` products that people look at in the market, and can buy there; none where too little is known.
    pub async fn popular(
        &self,
        audience: &Audience,
        limit: usize,
    ) -> Result<(view::PopularProducts, Dependency), ApiError> {
        let dependency = self.popularity_dependency(self.generation());
        let SearchScope { market, .. } = audience.scope();
        let codes = self.log.popularity().products(&market, limit.saturating_mul(MORE));
        let mut products = self.cards(audience, &codes).await?;
        // What has no price in the market is not sold there.
        products.retain(|card| card.price.is_some());
        products.truncate(limit);
        Ok((view::PopularProducts { products }, dependency))
    }

    /// That of an answer which tells what is popular. One from before the first reading after a start says that nothing
    /// is, and would say so for a minute.
    pub fn popularity_dependency(&self, generation: u64) -> Dependency {
        if self.log.is_read() { Dependency::Popularity(generation) } else { Dependency::Unknown }
    }
}
