//! Pictures in views.

use ecom67_app::port::StoreError;
use ecom67_domain::LocalizedText;
use ecom67_domain::catalog::MediaId;

use super::{Audience, Presenter};
use crate::view;

impl Presenter {
    /// The picture with its files, or `None` where its files are gone: a page without a picture beats no page.
    pub(super) async fn picture(&self, id: &MediaId, alt: &str) -> Result<Option<view::Picture>, StoreError> {
        let Some(info) = self.media.info(id).await? else {
            tracing::warn!(media = id.as_str(), "a picture is missing");
            return Ok(None);
        };
        let source =
            |width: &u32| view::PictureSource { width: *width, url: format!("/media/{}/{width}.webp", id.as_str()) };
        Ok(Some(view::Picture {
            alt: alt.to_owned(),
            width: info.width,
            height: info.height,
            sources: info.widths.iter().map(source).collect(),
        }))
    }

    /// A picture that may not have been chosen.
    pub(super) async fn optional_picture(
        &self,
        audience: &Audience,
        id: Option<&MediaId>,
        alt: &LocalizedText,
    ) -> Result<Option<view::Picture>, StoreError> {
        match id {
            Some(id) => self.picture(id, alt.get(audience.language())).await,
            None => Ok(None),
        }
    }
}
