//! From a notice to the mail, on a real store: once, whatever the queue does.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use ecom67_app::mails::Mails;
use ecom67_app::port::{
    CheckoutRequest, Delivery, GiftCardWrite, Handled, Handler, LegalTexts, Mail, MailError, Mailbox as _, Mailer,
    MessageId, MeterWrite, OrderCommit, OrderNotice, OrderStore, OrderWrite, QueueName, Receipt, StockWrite,
};
use ecom67_app::shop::ShopCache;
use ecom67_domain::order::{CancelReason, OrderEvent, RefundState};
use ecom67_domain::{Money, Order, Version};
use ecom67_embedded::Database;
use ecom67_embedded::mailbox::FolderMailbox;
use ecom67_embedded::sqlite::DatabaseOptions;
use ecom67_testkit::{MovableClock, a_legal_text, noon};
use jiff::SignedDuration;

use crate::orders::{a_composer, a_contact, a_german_order};

struct Post {
    mails: Mails,
    database: Database,
    mailbox: Arc<FolderMailbox>,
    clock: MovableClock,
    order: Order,
    version: Version,
    _folder: tempfile::TempDir,
}

impl Post {
    /// A shop in which an order was just placed.
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = MovableClock::default();
        let database = open(&folder.path().join("shop.sqlite"), &clock);
        let mailbox = Arc::new(FolderMailbox::open(&folder.path().join("mailbox"), Arc::new(clock.clone())).unwrap());
        let store = Arc::new(database.clone());
        let mails = Mails {
            orders: Arc::clone(&store) as _,
            legal_texts: Arc::clone(&store) as _,
            sent: store,
            composer: Arc::new(a_composer()),
            mailer: Arc::clone(&mailbox) as _,
            shop: Arc::new(ShopCache::default()),
            clock: Arc::new(clock.clone()),
        };
        let mut order = a_german_order();
        (order.holds, order.back_orders, order.uses) = (vec![], vec![], vec![]);
        LegalTexts::keep(&database, a_legal_text()).await.unwrap();
        let request = CheckoutRequest {
            cart: order.cart,
            key: "first".parse().unwrap(),
            digest: [9; 32],
            order: order.id,
            expires_at: noon(),
        };
        let place = OrderWrite::Place { contact: Box::new(a_contact()), request };
        let events = vec![OrderEvent::Placed(Box::new(order.clone()))];
        let version = database.commit(commit(&order, place, events)).await.unwrap();
        Self { mails, database, mailbox, clock, order, version, _folder: folder }
    }

    /// Commits that something happened.
    async fn happens(&mut self, event: OrderEvent) -> Version {
        self.order.apply(&event, noon());
        let write = OrderWrite::Move { read_at: self.version };
        self.version = self.database.commit(commit(&self.order, write, vec![event])).await.unwrap();
        self.version
    }

    async fn is_paid(&mut self) -> Version {
        self.happens(OrderEvent::Authorised { payment: Some("pi_1".parse().unwrap()) }).await;
        self.happens(OrderEvent::Paid).await
    }

    fn notice(&self, version: Version) -> Delivery {
        let message = OrderNotice { order: self.order.id, version }.to_message();
        Delivery {
            queue: QueueName::Notifications,
            id: MessageId::new("1"),
            deduplication: message.deduplication,
            group: message.group,
            body: message.body,
            sent_at: noon(),
            first_received_at: noon(),
            attempt: 1,
            receipt: Receipt("1".into()),
        }
    }

    async fn told(&self, version: Version) -> Handled {
        self.mails.handle(&self.notice(version)).await
    }

    /// What was sent, in the order in which it was.
    async fn subjects(&self) -> Vec<String> {
        let mut summaries = self.mailbox.list().await;
        summaries.reverse();
        summaries.iter().map(|summary| summary.subject.as_str().to_owned()).collect()
    }
}

fn open(file: &Path, clock: &MovableClock) -> Database {
    Database::open(DatabaseOptions::new(file, Arc::new(clock.clone()))).unwrap()
}

fn commit(order: &Order, write: OrderWrite, events: Vec<OrderEvent>) -> OrderCommit {
    OrderCommit {
        order: order.clone(),
        write,
        events,
        cart: None,
        stock: StockWrite::Keep,
        meters: MeterWrite::Keep,
        gift_cards: GiftCardWrite::Keep,
        at: noon(),
    }
}

/// Answers as it is told to, and counts.
struct Answering(Result<(), MailError>, std::sync::atomic::AtomicUsize);

#[async_trait]
impl Mailer for Answering {
    async fn send(&self, _: &Mail) -> Result<(), MailError> {
        self.1.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.0.clone()
    }
}

#[tokio::test]
async fn a_shopper_is_told_of_an_order_from_its_arrival_to_the_money_that_goes_back() {
    let mut post = Post::open().await;
    let placed = post.version;
    let paid = post.is_paid().await;
    let refund = post.order.request_refund(Money::new(500, "EUR".parse().unwrap()), noon()).unwrap().remove(0);
    let asked_for = post.happens(refund).await;
    let settled = OrderEvent::RefundSettled { number: 1, state: RefundState::Succeeded, provider_id: None };
    let given_back = post.happens(settled).await;

    for version in [placed, Version(2), paid, asked_for, given_back] {
        assert_eq!(post.told(version).await, Handled::Done);
    }

    assert_eq!(
        post.subjects().await,
        [
            "Deine Bestellung 8111-1118 ist angekommen",
            "Bestellung 8111-1118 ist bezahlt",
            "5,00\u{a0}€ der Bestellung 8111-1118 zurückgezahlt",
        ]
    );
    let last = post.mailbox.list().await[0].id.clone();
    let last = post.mailbox.find(&last).await.unwrap().unwrap().mail;
    assert_eq!(last.follows.unwrap().as_str(), "order_00000000000000000000000000000007.1.received");
}

#[tokio::test]
async fn a_notice_that_comes_twice_and_at_the_same_time_sends_one_mail() {
    let mut post = Post::open().await;
    let counting = Arc::new(Answering(Ok(()), 0.into()));
    post.mails.mailer = Arc::clone(&counting) as _;
    let post = Arc::new(post);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let post = Arc::clone(&post);
        tasks.spawn(async move { post.told(post.version).await });
    }

    let handled = tasks.join_all().await;

    assert!(handled.contains(&Handled::Done), "{handled:?}");
    assert!(!handled.iter().any(|handled| matches!(handled, Handled::Poisoned { .. })), "{handled:?}");
    assert_eq!(post.told(post.version).await, Handled::Done);
    assert_eq!(counting.1.load(std::sync::atomic::Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_late_notice_tells_what_was_so_then() {
    let mut post = Post::open().await;
    let placed = post.version;
    let paid = post.is_paid().await;

    for version in [paid, placed] {
        assert_eq!(post.told(version).await, Handled::Done);
    }

    let first = post.mailbox.list().await[0].id.clone();
    let mail = post.mailbox.find(&first).await.unwrap().unwrap().mail;
    assert_eq!(mail.subject.as_str(), "Deine Bestellung 8111-1118 ist angekommen");
    assert!(mail.text.contains("zu bezahlen bis") && !mail.text.contains("bezahlt am"), "{}", mail.text);
}

#[tokio::test]
async fn a_mail_that_could_not_go_goes_later_and_one_that_never_can_is_dead() {
    let mut post = Post::open().await;
    let mailbox = Arc::clone(&post.mails.mailer);
    let down = Answering(Err(MailError::Temporary("the server does not answer".into())), 0.into());
    post.mails.mailer = Arc::new(down);
    assert_eq!(post.told(post.version).await, Handled::PutOff { why: "the server does not answer".into() });

    post.mails.mailer = mailbox;
    assert_eq!(post.told(post.version).await, Handled::Done, "at once: what failed holds nobody up");
    assert_eq!(post.subjects().await.len(), 1);

    let mut other = Post::open().await;
    let refusing = Answering(Err(MailError::Permanent("550 5.1.1".into())), 0.into());
    other.mails.mailer = Arc::new(refusing);
    assert_eq!(other.told(other.version).await, Handled::Poisoned { why: "550 5.1.1".into() });
}

#[tokio::test]
async fn whoever_died_while_sending_holds_a_mail_up_for_five_minutes() {
    use ecom67_app::port::{MailId, MailKind, SentMails as _};
    let post = Post::open().await;
    let id = MailId::of_order(post.order.id, post.version, MailKind::Received);
    let until = noon() + SignedDuration::from_mins(5);
    post.database.claim(&id, noon(), until).await.unwrap();

    let early = post.told(post.version).await;
    post.clock.forward(SignedDuration::from_mins(5));
    let later = post.told(post.version).await;

    assert!(matches!(early, Handled::PutOff { .. }), "{early:?}");
    assert_eq!((later, post.subjects().await.len()), (Handled::Done, 1));
}

#[tokio::test]
async fn nobody_writes_to_who_was_forgotten() {
    let mut post = Post::open().await;
    let connection = rusqlite::Connection::open(post.database.path()).unwrap();
    connection.execute("DELETE FROM order_contacts", ()).unwrap();
    // Another process than the one that has the contact in memory.
    post.mails.orders = Arc::new(open(post.database.path(), &post.clock));

    assert_eq!(post.told(post.version).await, Handled::Done);

    assert_eq!(post.subjects().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_notice_of_what_never_was_waits_and_what_is_none_is_dead() {
    let post = Post::open().await;

    assert!(matches!(post.told(Version(9)).await, Handled::PutOff { .. }));
    let mut garbled = post.notice(post.version);
    garbled.body = ecom67_app::port::MessageBody::new("no").unwrap();
    assert!(matches!(post.mails.handle(&garbled).await, Handled::Poisoned { .. }));
}

#[tokio::test]
async fn a_cancelled_order_is_told_with_its_reason() {
    let mut post = Post::open().await;
    let reason = CancelReason::Expired;
    let begun = post.happens(OrderEvent::CancellationBegun { reason }).await;
    let cancelled = post.happens(OrderEvent::Cancelled { reason }).await;

    for version in [begun, cancelled] {
        assert_eq!(post.told(version).await, Handled::Done);
    }

    assert_eq!(post.subjects().await, ["Bestellung 8111-1118 ist storniert"]);
    let id = post.mailbox.list().await[0].id.clone();
    let mail = post.mailbox.find(&id).await.unwrap().unwrap().mail;
    assert!(mail.text.contains("nicht rechtzeitig bezahlt"), "{}", mail.text);
}
