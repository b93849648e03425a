//! Where an import finds the pictures that its rows name.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// The most bytes of a picture's file that are read.
pub const PICTURE_BYTES_MAX: u64 = 20 * 1024 * 1024;

/// Why a picture cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The name leads out of the folder, or is none.
    #[error("the name leads out of the folder of the import")]
    NameInvalid,
    /// There is no such file.
    #[error("there is no such file")]
    Missing,
    /// The file is too long.
    #[error("the file has more than {PICTURE_BYTES_MAX} bytes")]
    TooLarge,
    /// It cannot be read.
    #[error("the file cannot be read")]
    Unreadable(#[source] io::Error),
}

/// Gives the bytes of the pictures that an import's rows name.
pub trait PictureSource: Send + Sync {
    /// The file with this name. May block.
    fn open(&self, name: &str) -> Result<Vec<u8>, PictureError>;
}

/// Has no pictures.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPictures;

impl PictureSource for NoPictures {
    fn open(&self, _: &str) -> Result<Vec<u8>, PictureError> {
        Err(PictureError::Missing)
    }
}

/// Pictures below a folder, and nothing beside it.
#[derive(Clone, Debug)]
pub struct FolderPictures {
    root: PathBuf,
}

impl FolderPictures {
    /// The pictures below `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }
}

impl PictureSource for FolderPictures {
    fn open(&self, name: &str) -> Result<Vec<u8>, PictureError> {
        let is_plain = |component| matches!(component, Component::Normal(_));
        let relative = Path::new(name);
        // A backslash separates folders on other systems: a file that names one was made to be misread.
        if name.is_empty() || name.contains(['\0', '\\']) || !relative.components().all(is_plain) {
            return Err(PictureError::NameInvalid);
        }
        let found = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => PictureError::Missing,
            _ => PictureError::Unreadable(error),
        };
        let root = self.root.canonicalize().map_err(found)?;
        let path = root.join(relative).canonicalize().map_err(found)?;
        // A symbolic link may lead out although the name does not.
        if !path.starts_with(&root) {
            return Err(PictureError::NameInvalid);
        }
        let metadata = path.metadata().map_err(found)?;
        if !metadata.is_file() {
            return Err(PictureError::Missing);
        }
        if metadata.len() > PICTURE_BYTES_MAX {
            return Err(PictureError::TooLarge);
        }
        let mut bytes = Vec::new();
        let file = File::open(&path).map_err(found)?;
        // The file may grow while it is read.
        file.take(PICTURE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(PictureError::Unreadable)?;
        if bytes.len() as u64 > PICTURE_BYTES_MAX {
            return Err(PictureError::TooLarge);
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_read_from_below_the_folder_and_from_nowhere_else() {
        let folder = std::env::temp_dir().join(format!("ecom67-pictures-{}", std::process::id()));
        let inside = folder.join("inside/m/h");
        std::fs::create_dir_all(&inside).unwrap();
        std::fs::write(inside.join("mug.webp"), b"mug").unwrap();
        std::fs::write(folder.join("secret.webp"), b"secret").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.join("secret.webp"), inside.join("leak.webp")).unwrap();
        let pictures = FolderPictures::new(folder.join("inside"));

        assert_eq!(pictures.open("m/h/mug.webp").unwrap(), b"mug");
        assert!(matches!(pictures.open("m/h/cup.webp"), Err(PictureError::Missing)));
        assert!(matches!(pictures.open("m/h"), Err(PictureError::Missing)));
        for hostile in ["../secret.webp", "m/../../secret.webp", "/etc/passwd", "", ".", "..\\secret.webp", "a\0b"] {
            assert!(matches!(pictures.open(hostile), Err(PictureError::NameInvalid)), "{hostile:?} is refused");
        }
        #[cfg(unix)]
        assert!(matches!(pictures.open("m/h/leak.webp"), Err(PictureError::NameInvalid)));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
