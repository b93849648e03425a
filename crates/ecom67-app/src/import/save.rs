//! Saving one unit of rows: all of it, or nothing and the reasons.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ecom67_domain::Violations;
use ecom67_domain::catalog::MediaId;
use tokio::sync::Semaphore;

use super::json::problems;
use super::picture::{PictureError, PictureSource};
use super::report::Problem;
use super::rows::{MissingPictures, ProductRow, RowResult, Unit, variant_index};
use crate::Clock;
use crate::catalog::{Catalog, CatalogError, Saved};
use crate::document::{ProductDocument, ShopDocument};
use crate::port::{MediaError, MediaStore, StoreError};
use crate::shop::Shop;

/// How many pictures are read and resized at once: each takes memory and a core.
const PICTURES_AT_ONCE: usize = 4;
/// How many names of pictures are remembered with their ids.
const PICTURES_REMEMBERED_MAX: usize = 20_000;
/// How often a write is tried again while the store has too much to do.
const BUSY_ATTEMPTS_MAX: u32 = 60;
/// How often a write is repeated whose outcome is unknown.
const UNKNOWN_ATTEMPTS_MAX: u32 = 3;
/// The longest pause between two attempts.
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// What saving takes.
pub(super) struct Saver {
    pub(super) catalog: Catalog,
    pub(super) media: Arc<dyn MediaStore>,
    pub(super) pictures: Arc<dyn PictureSource>,
    /// Names this run in the tokens of stock adjustments.
    pub(super) run: String,
    /// Whether stock is set where some is on record already.
    pub(super) set_stock: bool,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) remembered: Mutex<HashMap<String, MediaId>>,
    pub(super) picture_places: Semaphore,
}

impl Saver {
    pub(super) fn new(
        catalog: Catalog,
        media: Arc<dyn MediaStore>,
        pictures: Arc<dyn PictureSource>,
        run: String,
        set_stock: bool,
    ) -> Self {
        let clock = Arc::clone(&catalog.clock);
        let (remembered, picture_places) = (Mutex::default(), Semaphore::new(PICTURES_AT_ONCE));
        Self { catalog, media, pictures, run, set_stock, clock, remembered, picture_places }
    }
}

/// Why a row was not saved.
#[derive(Debug)]
pub(super) enum RowError {
    /// Something is wrong with it.
    Refused(Vec<Problem>),
    /// Something is wrong with the store: the import cannot go on.
    Store(StoreError),
}

impl From<StoreError> for RowError {
    fn from(error: StoreError) -> Self {
        match error {
            // One damaged record must not keep the others out.
            StoreError::Unreadable { key, reason } => {
                let expected = format!("a sound record in the store: {key} cannot be read ({reason})");
                Self::Refused(vec![Problem::refused("", "record_unreadable", expected)])
            }
            other => Self::Store(other),
        }
    }
}

impl From<CatalogError> for RowError {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::Invalid(violations) => violations.into(),
            CatalogError::Stale => Self::Refused(vec![Problem::refused(
                "",
                "record_busy",
                "nobody else who changes the record at the same time: import it again",
            )]),
            CatalogError::Store(error) => error.into(),
        }
    }
}

impl From<Violations> for RowError {
    fn from(violations: Violations) -> Self {
        Self::Refused(problems(&violations))
    }
}

/// What became of the rows of a unit.
pub(super) struct Done {
    pub(super) rows: Vec<(u64, RowResult, Vec<Problem>)>,
    /// A document that is in the store now.
    pub(super) document: Option<Box<ShopDocument>>,
    /// Why the import must end.
    pub(super) stop: Option<StoreError>,
}

impl Done {
    fn of(ticket: u64, result: Result<(RowResult, Vec<Problem>), RowError>) -> Self {
        let (rows, stop) = match result {
            Ok((result, problems)) => (vec![(ticket, result, problems)], None),
            Err(RowError::Refused(problems)) => (vec![(ticket, RowResult::Refused, problems)], None),
            Err(RowError::Store(error)) => (Vec::new(), Some(error)),
        };
        Self { rows, document: None, stop }
    }
}

impl Saver {
    /// Saves a unit into a shop in which everything is that it may name.
    pub(super) async fn save(self: Arc<Self>, shop: Arc<Shop>, unit: Unit) -> Done {
        match unit {
            Unit::Document { ticket, document } => self.save_document(&shop, ticket, *document).await,
            Unit::Product { ticket, product } => {
                let ProductRow { document, missing_pictures, field_names, variant_lines } = *product;
                let record = format!("product/{}", document.code);
                let skus: Vec<_> = document.variants.iter().map(|variant| variant.sku.clone()).collect();
                let place = |mut problem: Problem| {
                    if let Some(index) = variant_index(&problem.field) {
                        problem.line = problem.line.or(variant_lines.get(index).copied());
                        problem.sku = problem.sku.or(skus.get(index).cloned());
                    }
                    problem.field = field_names(&problem.field);
                    problem.about(record.clone())
                };
                let place_all = |problems: Vec<Problem>| problems.into_iter().map(place).collect();
                let result = self.save_product(&shop, document, missing_pictures).await;
                let result = match result {
                    Ok((result, problems)) => Ok((result, place_all(problems))),
                    Err(RowError::Refused(problems)) => Err(RowError::Refused(place_all(problems))),
                    Err(error) => Err(error),
                };
                Done::of(ticket, result)
            }
            Unit::StockPrices { code, rows } => self.save_stock_prices(code, rows).await,
        }
    }

    async fn save_document(&self, shop: &Shop, ticket: u64, mut document: ShopDocument) -> Done {
        let key = document.key();
        let result = async {
            for (field, picture) in document.pictures_mut() {
                let id = self.picture(picture).await.map_err(|trouble| trouble.at(&field))?;
                id.as_str().clone_into(picture);
            }
            let mut patience = Patience::default();
            loop {
                match self.catalog.save_document(shop, document.clone()).await {
                    Err(CatalogError::Store(error)) if patience.lasts(&error).await => {}
                    result => return Ok((result?.into(), Vec::new())),
                }
            }
        };
        let result = result.await;
        let about =
            |problems: Vec<Problem>| problems.into_iter().map(|problem| problem.about(key.to_string())).collect();
        let result = match result {
            Err(RowError::Refused(problems)) => Err(RowError::Refused(about(problems))),
            other => other,
        };
        let is_there = matches!(result, Ok((RowResult::Created | RowResult::Updated | RowResult::Unchanged, _)));
        Done { document: is_there.then(|| Box::new(document)), ..Done::of(ticket, result) }
    }

    async fn save_product(
        &self,
        shop: &Shop,
        mut document: ProductDocument,
        missing_pictures: MissingPictures,
    ) -> Result<(RowResult, Vec<Problem>), RowError> {
        let adjustments = self.plan_stock(shop, &document).await?;
        let mut problems = Vec::new();
        if !document.pictures.is_empty() {
            // Pictures are work, and stay: first see whether all else is right.
            Catalog::check_product(shop, document.clone())?;
            problems = self.find_pictures(&mut document, missing_pictures).await?;
        }
        let saved = self.save_patiently(shop, &document).await?;
        let (adjusted, refusals) = self.adjust_all(adjustments).await?;
        problems.extend(refusals);
        let result = if adjusted > 0 && saved == Saved::Unchanged { RowResult::Updated } else { saved.into() };
        Ok((result, problems))
    }

    async fn save_patiently(&self, shop: &Shop, document: &ProductDocument) -> Result<Saved, RowError> {
        let mut patience = Patience::default();
        loop {
            match self.catalog.save_product(shop, document).await {
                Err(CatalogError::Store(error)) if patience.lasts(&error).await => {}
                result => return Ok(result?),
            }
        }
    }

    /// Puts each picture's id in place of its file's name. Returns what was left out.
    async fn find_pictures(
        &self,
        document: &mut ProductDocument,
        missing: MissingPictures,
    ) -> Result<Vec<Problem>, RowError> {
        let mut left_out = Vec::new();
        let mut refused = Vec::new();
        let mut found = Vec::with_capacity(document.pictures.len());
        for (index, mut picture) in std::mem::take(&mut document.pictures).into_iter().enumerate() {
            let field = format!("pictures[{index}].file");
            match self.picture(&picture.file).await {
                Ok(id) => {
                    id.as_str().clone_into(&mut picture.file);
                    found.push(picture);
                }
                Err(PictureTrouble::Source(PictureError::Missing)) if missing == MissingPictures::LeaveOut => {
                    left_out.push(Problem::mended(field, "picture_missing", format!("a file {}", picture.file)));
                }
                Err(trouble) => match trouble.at(&field) {
                    RowError::Refused(problems) => refused.extend(problems),
                    error @ RowError::Store(_) => return Err(error),
                },
            }
        }
        if !refused.is_empty() {
            return Err(RowError::Refused(refused));
        }
        document.pictures = found;
        Ok(left_out)
    }

    /// The id of the picture with this name; the picture is in the media store then.
    async fn picture(&self, name: &str) -> Result<MediaId, PictureTrouble> {
        let remembered = |saver: &Self| saver.remembered().get(name).cloned();
        if let Some(id) = remembered(self) {
            return Ok(id);
        }
        let _place = self.picture_places.acquire().await;
        if let Some(id) = remembered(self) {
            return Ok(id);
        }
        let (pictures, file) = (Arc::clone(&self.pictures), name.to_owned());
        let opened = tokio::task::spawn_blocking(move || pictures.open(&file)).await;
        let bytes = opened.map_err(StoreError::failed)?.map_err(PictureTrouble::Source)?;
        let id = self.media.put(bytes).await?.id;
        let mut remembered = self.remembered();
        if remembered.len() >= PICTURES_REMEMBERED_MAX {
            remembered.clear();
        }
        remembered.insert(name.to_owned(), id.clone());
        Ok(id)
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, HashMap<String, MediaId>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Saved> for RowResult {
    fn from(saved: Saved) -> Self {
        match saved {
            Saved::Created => Self::Created,
            Saved::Updated => Self::Updated,
            Saved::Unchanged => Self::Unchanged,
        }
    }
}

/// Why a picture is not to be had.
enum PictureTrouble {
    Source(PictureError),
    Media(MediaError),
}

impl From<MediaError> for PictureTrouble {
    fn from(error: MediaError) -> Self {
        Self::Media(error)
    }
}

impl From<StoreError> for PictureTrouble {
    fn from(error: StoreError) -> Self {
        Self::Media(error.into())
    }
}

impl PictureTrouble {
    fn at(self, field: &str) -> RowError {
        let (code, expected) = match self {
            Self::Source(PictureError::NameInvalid) => {
                ("picture_name_invalid", "a file's name below the folder of the import".to_owned())
            }
            Self::Source(PictureError::Missing) => ("picture_missing", "a file that is there".to_owned()),
            Self::Source(error @ PictureError::TooLarge) => ("picture_too_large", error.to_string()),
            Self::Source(PictureError::Unreadable(error)) => {
                ("picture_unreadable", format!("a file that can be read: {error}"))
            }
            Self::Media(MediaError::Unreadable) => ("picture_unreadable", "a JPEG, PNG or WebP picture".to_owned()),
            Self::Media(error @ MediaError::TooLarge { .. }) => ("picture_too_large", error.to_string()),
            Self::Media(MediaError::Store(error)) => return error.into(),
        };
        RowError::Refused(vec![Problem::refused(field, code, expected)])
    }
}

/// Waits while the store has too much to do, and repeats what may not have happened: every write of an import may be
/// made twice.
#[derive(Debug, Default)]
pub(super) struct Patience {
    busy: u32,
    unknown: u32,
}

impl Patience {
    /// Whether to try again, now that some time has passed.
    pub(super) async fn lasts(&mut self, error: &StoreError) -> bool {
        let attempts = match error {
            StoreError::Busy if self.busy < BUSY_ATTEMPTS_MAX => &mut self.busy,
            StoreError::OutcomeUnknown if self.unknown < UNKNOWN_ATTEMPTS_MAX => &mut self.unknown,
            StoreError::Busy
            | StoreError::OutcomeUnknown
            | StoreError::Failed(_)
            | StoreError::Unavailable { .. }
            | StoreError::Unreadable { .. } => return false,
        };
        *attempts += 1;
        tokio::time::sleep((Duration::from_millis(10) * (*attempts * *attempts)).min(PAUSE_MAX)).await;
        true
    }
}
