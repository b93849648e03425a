//! The mailbox of a demo: a folder with a file for each of the last mails.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use ecom67_app::Clock;
use ecom67_app::port::{KeptMail, Mail, MailAttachment, MailError, MailId, MailSummary, Mailbox, Mailer, StoreError};
use ecom67_domain::violation::Invalid;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

/// The most mails that are kept; about 60 KB each.
pub const MAILS_MAX: usize = 200;

/// The largest file that is read as a mail, and written as one: 50 lines of an order and two of the longest pages, in which
/// every letter is escaped.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

const EXTENSION: &str = "json";

/// The mailbox. Its mails are private to whoever runs the shop, as its database is.
pub struct FolderMailbox {
    folder: PathBuf,
    clock: Arc<dyn Clock>,
    /// What is there, the newest first: the folder itself, read once.
    kept: Arc<Mutex<VecDeque<Entry>>>,
}

struct Entry {
    file: PathBuf,
    summary: MailSummary,
}

/// A mail as it lies in its file.
#[derive(Serialize, Deserialize)]
struct MailDocument {
    id: String,
    follows: Option<String>,
    at: Timestamp,
    to: String,
    sender: String,
    subject: String,
    html: String,
    text: String,
    #[serde(default)]
    attachments: Vec<AttachmentDocument>,
}

#[derive(Serialize, Deserialize)]
struct AttachmentDocument {
    name: String,
    text: String,
}

impl MailDocument {
    fn of(mail: &Mail, at: Timestamp) -> Self {
        Self {
            id: mail.id.to_string(),
            follows: mail.follows.as_ref().map(ToString::to_string),
            at,
            to: mail.to.as_str().to_owned(),
            sender: mail.sender.as_str().to_owned(),
            subject: mail.subject.as_str().to_owned(),
            html: mail.html.clone(),
            text: mail.text.clone(),
            attachments: mail
                .attachments
                .iter()
                .map(|MailAttachment { name, text }| AttachmentDocument { name: name.clone(), text: text.clone() })
                .collect(),
        }
    }

    fn into_kept(self) -> Result<KeptMail, Invalid> {
        let mail = Mail {
            id: self.id.parse()?,
            follows: self.follows.map(|id| id.parse()).transpose()?,
            to: self.to.parse()?,
            sender: self.sender.parse()?,
            subject: self.subject.parse()?,
            html: self.html,
            text: self.text,
            attachments: self
                .attachments
                .into_iter()
                .map(|AttachmentDocument { name, text }| MailAttachment { name, text })
                .collect(),
        };
        Ok(KeptMail { mail, at: self.at })
    }
}

fn summary(kept: &KeptMail) -> MailSummary {
    let Mail { id, to, subject, .. } = &kept.mail;
    MailSummary { id: id.clone(), to: to.clone(), subject: subject.clone(), at: kept.at }
}

impl FolderMailbox {
    /// The mailbox in `folder`, which is made where it is missing. A file that is no mail is left alone and not shown.
    pub fn open(folder: &Path, clock: Arc<dyn Clock>) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let mut kept: Vec<Entry> = Vec::new();
        for entry in fs::read_dir(folder)? {
            let file = entry?.path();
            if file.extension().is_none_or(|extension| extension != EXTENSION) {
                continue;
            }
            match read(&file) {
                Ok(mail) => kept.push(Entry { summary: summary(&mail), file }),
                Err(error) => tracing::warn!(file = %file.display(), %error, "a file of the mailbox is no mail"),
            }
        }
        kept.sort_by(|one, other| (other.summary.at, &other.summary.id).cmp(&(one.summary.at, &one.summary.id)));
        Ok(Self { folder: folder.to_owned(), clock, kept: Arc::new(Mutex::new(kept.into())) })
    }

    fn file_of(&self, id: &MailId) -> PathBuf {
        // An id has nothing in it that leads out of the folder.
        self.folder.join(format!("{id}.{EXTENSION}"))
    }
}

fn read(file: &Path) -> io::Result<KeptMail> {
    if fs::metadata(file)?.len() > FILE_BYTES_MAX {
        return Err(io::Error::other("it is too large"));
    }
    let document: MailDocument = serde_json::from_slice(&fs::read(file)?).map_err(io::Error::other)?;
    document.into_kept().map_err(io::Error::other)
}

/// A mail is whole or not there, and stays once this has returned.
fn write(folder: &Path, file: &Path, document: &MailDocument) -> io::Result<()> {
    let bytes = serde_json::to_vec(document).map_err(io::Error::other)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(io::Error::other("it is too large"));
    }
    let mut beside = tempfile::NamedTempFile::new_in(folder)?;
    beside.as_file().set_permissions(fs::Permissions::from_mode(0o600))?;
    beside.write_all(&bytes)?;
    beside.as_file().sync_all()?;
    beside.persist(file)?;
    File::open(folder)?.sync_all()
}

/// Puts the mail first, in place of itself if it was there, and gives back those that are too many.
fn enter(kept: &Mutex<VecDeque<Entry>>, entry: Entry) -> Vec<PathBuf> {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.retain(|known| known.summary.id != entry.summary.id);
    kept.push_front(entry);
    let keep = kept.len().min(MAILS_MAX);
    kept.split_off(keep).into_iter().map(|entry| entry.file).collect()
}

#[async_trait]
impl Mailer for FolderMailbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let kept = KeptMail { mail: mail.clone(), at: self.clock.now() };
        let (folder, file) = (self.folder.clone(), self.file_of(&mail.id));
        let entries = Arc::clone(&self.kept);
        // Syncing takes as long as the disk likes: not on a thread that others wait for.
        let written = spawn_blocking(move || {
            write(&folder, &file, &MailDocument::of(&kept.mail, kept.at))?;
            for old in enter(&entries, Entry { summary: summary(&kept), file }) {
                // One that stays behind is taken away when it is one too many the next time the shop starts.
                if let Err(error) = fs::remove_file(&old) {
                    tracing::warn!(file = %old.display(), %error, "an old mail of the mailbox could not be taken away");
                }
            }
            io::Result::Ok(())
        });
        match written.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(MailError::Temporary(format!("the mailbox cannot be written: {error}"))),
            Err(error) => Err(MailError::Temporary(format!("the mailbox cannot be written: {error}"))),
        }
    }
}

#[async_trait]
impl Mailbox for FolderMailbox {
    async fn list(&self) -> Vec<MailSummary> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().take(MAILS_MAX).map(|entry| entry.summary.clone()).collect()
    }

    async fn find(&self, id: &MailId) -> Result<Option<KeptMail>, StoreError> {
        let file = {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.iter().find(|entry| entry.summary.id == *id).map(|entry| entry.file.clone())
        };
        let Some(file) = file else { return Ok(None) };
        match spawn_blocking(move || read(&file)).await.map_err(StoreError::failed)? {
            Ok(kept) => Ok(Some(kept)),
            // Another mail has just taken its place.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::failed(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use ecom67_testkit::MovableClock;

    use super::*;

    fn mail(number: usize) -> Mail {
        Mail {
            id: format!("test.{number}").parse().unwrap(),
            follows: None,
            to: "ann@example.org".parse().unwrap(),
            sender: "Kites".parse().unwrap(),
            subject: format!("Mail {number}").parse().unwrap(),
            html: "<p>ä</p>".into(),
            text: "ä".into(),
            attachments: vec![MailAttachment { name: "terms.txt".into(), text: "Ü".into() }],
        }
    }

    fn open(folder: &Path) -> FolderMailbox {
        FolderMailbox::open(folder, Arc::new(MovableClock::default())).unwrap()
    }

    async fn ids(mailbox: &FolderMailbox) -> Vec<String> {
        mailbox.list().await.iter().map(|summary| summary.id.to_string()).collect()
    }

    #[tokio::test]
    async fn a_mail_is_there_after_a_restart_and_once_however_often_it_came() {
        let folder = tempfile::tempdir().unwrap();
        let mailbox = open(&folder.path().join("mailbox"));
        for number in [1, 2, 1] {
            mailbox.send(&mail(number)).await.unwrap();
        }
        assert_eq!(ids(&mailbox).await, ["test.1", "test.2"]);
        drop(mailbox);

        let mailbox = open(&folder.path().join("mailbox"));

        assert_eq!(ids(&mailbox).await.len(), 2);
        assert_eq!(mailbox.find(&mail(1).id).await.unwrap().map(|kept| kept.mail), Some(mail(1)));
        assert_eq!(mailbox.find(&mail(3).id).await.unwrap(), None);
    }

    #[tokio::test]
    async fn old_mails_make_way() {
        let folder = tempfile::tempdir().unwrap();
        let mailbox = open(folder.path());

        for number in 0..MAILS_MAX + 2 {
            mailbox.send(&mail(number)).await.unwrap();
        }

        let ids = ids(&mailbox).await;
        assert_eq!((ids.len(), ids[0].as_str()), (MAILS_MAX, "test.201"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), MAILS_MAX);
        assert_eq!(mailbox.find(&mail(0).id).await.unwrap(), None);
    }

    #[tokio::test]
    async fn nobody_else_on_the_machine_reads_a_mail_and_what_is_none_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mailbox");
        open(&path).send(&mail(1)).await.unwrap();
        fs::write(path.join("letter.json"), "{}").unwrap();

        let mailbox = open(&path);

        assert_eq!(ids(&mailbox).await, ["test.1"]);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&path.join("test.1.json"))), (0o700, 0o600));
    }
}
