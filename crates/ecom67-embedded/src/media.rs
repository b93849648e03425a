//! Pictures as files: named by the digest of what was given, resized once, never changed.
//!
//! A picture's folder holds the original, one WebP per width and `info.json`. It is made beside, synced, and renamed
//! into place: a folder that is there is whole.

mod decode;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use ecom67_app::port::{MediaError, MediaFile, MediaInfo, MediaStore, StoreError};
use ecom67_domain::catalog::{MEDIA_ID_LENGTH, MediaId};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, Resizer};
use image::RgbaImage;
use quick_cache::sync::Cache;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use decode::{BYTES_MAX, MEGAPIXELS_AT_ONCE, Picture, decode, too_large};

/// The widths a picture is kept in, as far as it has them; pictures are never enlarged.
const WIDTHS: [u32; 6] = [160, 320, 640, 960, 1280, 1920];
/// The most pixels of either side of a WebP picture: the format has 14 bits for it.
const WEBP_SIDE_MAX: u32 = 16_383;
/// How good the WebP files are, of 100.
const WEBP_QUALITY: f32 = 82.0;
/// How many pictures' sizes are kept in memory.
const INFO_CACHE_MAX: usize = 10_000;

/// Pictures in a folder.
#[derive(Clone)]
pub struct FolderMediaStore {
    root: PathBuf,
    /// Decoding takes a core: so many at once.
    decoders: Arc<Semaphore>,
    /// And it takes memory: so many millions of pixels at once.
    megapixels: Arc<Semaphore>,
    infos: Arc<Cache<MediaId, MediaInfo>>,
}

impl FolderMediaStore {
    /// Pictures in `root`, which is made where it is missing. What an earlier process left half-made is removed.
    pub fn open(root: &Path) -> io::Result<Self> {
        let unfinished = root.join("unfinished");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished)?;
        }
        fs::create_dir_all(&unfinished)?;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self {
            root: root.to_owned(),
            decoders: Arc::new(Semaphore::new(cores)),
            megapixels: Arc::new(Semaphore::new(MEGAPIXELS_AT_ONCE)),
            infos: Arc::new(Cache::new(INFO_CACHE_MAX)),
        })
    }

    /// Runs work that decodes the picture as soon as there is a core and memory for it.
    async fn decoding<T: Send + 'static>(
        &self,
        bytes: Vec<u8>,
        work: impl FnOnce(&[u8]) -> Result<T, MediaError> + Send + 'static,
    ) -> Result<T, MediaError> {
        let core = Arc::clone(&self.decoders).acquire_owned().await.map_err(StoreError::failed)?;
        let measured = tokio::task::spawn_blocking(move || (decode::megapixels(&bytes), bytes));
        let (megapixels, bytes) = measured.await.map_err(StoreError::failed)?;
        let memory = Arc::clone(&self.megapixels).acquire_many_owned(megapixels?).await.map_err(StoreError::failed)?;
        let worked = tokio::task::spawn_blocking(move || {
            let _places = (core, memory);
            work(&bytes)
        });
        worked.await.map_err(StoreError::failed)?
    }

    fn folder(&self, id: &MediaId) -> PathBuf {
        self.root.join(&id.as_str()[..2]).join(id.as_str())
    }

    fn read_info(&self, id: &MediaId) -> Result<Option<MediaInfo>, StoreError> {
        if let Some(info) = self.infos.get(id) {
            return Ok(Some(info));
        }
        let Some(bytes) = read_file(&self.folder(id).join("info.json"))? else { return Ok(None) };
        let unreadable = || StoreError::Unreadable {
            key: format!("picture {}", id.as_str()),
            reason: "its info.json is damaged".into(),
        };
        let value: Value = serde_json::from_slice(&bytes).map_err(|_| unreadable())?;
        let number = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok());
        let widths = value["widths"].as_array().ok_or_else(unreadable)?;
        let info = MediaInfo {
            id: id.clone(),
            width: number(&value["width"]).ok_or_else(unreadable)?,
            height: number(&value["height"]).ok_or_else(unreadable)?,
            widths: widths.iter().map(number).collect::<Option<_>>().ok_or_else(unreadable)?,
        };
        self.infos.insert(id.clone(), info.clone());
        Ok(Some(info))
    }

    fn keep(&self, id: &MediaId, bytes: &[u8]) -> Result<MediaInfo, MediaError> {
        let Picture { pixels, is_plain_webp } = decode(bytes)?;
        let (width, height) = pixels.dimensions();
        let widths = widths_of(&pixels)?;
        let unfinished = tempfile::tempdir_in(self.root.join("unfinished")).map_err(StoreError::failed)?;
        let write = |name: &str, bytes: &[u8]| -> Result<(), StoreError> {
            let mut file = File::create(unfinished.path().join(name)).map_err(StoreError::failed)?;
            file.write_all(bytes).and_then(|()| file.sync_all()).map_err(StoreError::failed)
        };
        write("original", bytes)?;
        for kept in &widths {
            if *kept == width && is_plain_webp {
                write(&format!("{kept}.webp"), bytes)?;
            } else {
                write(&format!("{kept}.webp"), &encode(&pixels, *kept)?)?;
            }
        }
        let info = json!({ "width": width, "height": height, "widths": widths });
        write("info.json", info.to_string().as_bytes())?;
        self.put_in_place(unfinished, id)?;
        Ok(MediaInfo { id: id.clone(), width, height, widths })
    }

    fn put_in_place(&self, unfinished: tempfile::TempDir, id: &MediaId) -> Result<(), StoreError> {
        let place = self.folder(id);
        let parent = self.root.join(&id.as_str()[..2]);
        fs::create_dir_all(&parent).map_err(StoreError::failed)?;
        // Even where it was there before: whoever made it may not have come to this yet.
        sync_folder(&self.root)?;
        sync_folder(unfinished.path())?;
        match fs::rename(unfinished.path(), &place) {
            Ok(()) => drop(unfinished.keep()),
            // Somebody else has just put the same picture there.
            Err(_) if place.join("info.json").exists() => {}
            Err(error) => return Err(StoreError::failed(error)),
        }
        sync_folder(&parent)
    }
}

fn sync_folder(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(StoreError::failed)
}

fn read_file(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::failed(error)),
    }
}

fn encode(picture: &RgbaImage, width: u32) -> Result<Vec<u8>, MediaError> {
    let height = height_at(picture, width);
    let (natural_width, natural_height) = picture.dimensions();
    let source =
        ImageRef::new(natural_width, natural_height, picture.as_raw(), PixelType::U8x4).map_err(StoreError::failed)?;
    let mut resized = Image::new(width, height, PixelType::U8x4);
    Resizer::new().resize(&source, &mut resized, None).map_err(StoreError::failed)?;
    let encoded = webp::Encoder::from_rgba(resized.buffer(), width, height)
        .encode_simple(false, WEBP_QUALITY)
        .map_err(|error| StoreError::failed(format!("the WebP encoder failed: {error:?}")))?;
    Ok(encoded.to_vec())
}

/// How high the picture is when it is so wide: at least one pixel.
fn height_at(picture: &RgbaImage, width: u32) -> u32 {
    let (natural_width, natural_height) = picture.dimensions();
    let height = (u64::from(natural_height) * u64::from(width)).div_ceil(u64::from(natural_width));
    u32::try_from(height).unwrap_or(natural_height).max(1)
}

/// The widths a picture is kept in; refused where its form does not let it be shown in them.
fn widths_of(picture: &RgbaImage) -> Result<Vec<u32>, MediaError> {
    let width = picture.width();
    let mut widths: Vec<u32> = WIDTHS.into_iter().filter(|kept| *kept < width).collect();
    if width <= WIDTHS[WIDTHS.len() - 1] {
        widths.push(width);
    }
    let is_shown = widths.iter().all(|kept| height_at(picture, *kept) <= WEBP_SIDE_MAX);
    if is_shown { Ok(widths) } else { Err(too_large()) }
}

/// The digest by which the bytes are known.
fn id_of(bytes: &[u8]) -> MediaId {
    let digest = blake3::hash(bytes).to_hex();
    digest[..MEDIA_ID_LENGTH].parse().expect("the first 40 hexadecimal digits of a digest are a media id")
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(StoreError::failed)?
}

#[async_trait]
impl MediaStore for FolderMediaStore {
    async fn put(&self, bytes: Vec<u8>) -> Result<MediaInfo, MediaError> {
        if bytes.len() as u64 > BYTES_MAX {
            return Err(too_large());
        }
        let id = id_of(&bytes);
        if let Some(info) = self.info(&id).await? {
            return Ok(info);
        }
        let store = self.clone();
        self.decoding(bytes, move |bytes| store.keep(&id, bytes)).await
    }

    async fn probe(&self, bytes: Vec<u8>) -> Result<MediaId, MediaError> {
        if bytes.len() as u64 > BYTES_MAX {
            return Err(too_large());
        }
        let id = id_of(&bytes);
        if self.info(&id).await?.is_none() {
            self.decoding(bytes, |bytes| decode(bytes).and_then(|picture| widths_of(&picture.pixels).map(drop)))
                .await?;
        }
        Ok(id)
    }

    async fn info(&self, id: &MediaId) -> Result<Option<MediaInfo>, StoreError> {
        if let Some(info) = self.infos.get(id) {
            return Ok(Some(info));
        }
        let (store, id) = (self.clone(), id.clone());
        blocking(move || store.read_info(&id)).await
    }

    async fn file(&self, id: &MediaId, width: u32) -> Result<Option<MediaFile>, StoreError> {
        let path = self.folder(id).join(format!("{width}.webp"));
        blocking(move || Ok(read_file(&path)?.map(|bytes| MediaFile { bytes }))).await
    }

    async fn original(&self, id: &MediaId) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.folder(id).join("original");
        blocking(move || read_file(&path)).await
    }
}
