//! What units of one batch have to do with each other.

use ecom67_embedded::sqlite::{Unit, UnitError};
use ecom67_testkit::Random;

use super::{Held, note, noting, queue, refusal};
use crate::shop::TempShop;

#[tokio::test]
async fn a_unit_sees_what_earlier_units_of_its_batch_wrote() {
    let shop = TempShop::open().with_notes();
    let held = Held::now(&shop.database).await;
    let first = queue(&shop.database, noting("mug"));

    let (sender, seen) = std::sync::mpsc::channel();
    let second = queue(&shop.database, move |unit| {
        sender.send(super::notes_in(unit.connection)).unwrap();
        Ok(())
    });
    held.release();
    second.await.unwrap().unwrap();

    assert_eq!(seen.recv().unwrap(), ["mug"]);
    first.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_refused_unit_leaves_nothing_and_the_others_are_kept() {
    let shop = TempShop::open().with_notes();
    let held = Held::now(&shop.database).await;
    let before = queue(&shop.database, noting("before"));
    let refused = queue(&shop.database, |unit| {
        note(unit, "refused")?;
        Err(refusal())
    });
    let after = queue(&shop.database, noting("after"));

    held.release();
    before.await.unwrap().unwrap();
    refused.await.unwrap().unwrap_err();
    after.await.unwrap().unwrap();

    assert_eq!(shop.notes(), ["before", "after"]);
    assert_eq!(shop.told().await, ["before", "after"]);
}

#[tokio::test]
async fn a_panic_undoes_only_its_own_unit() {
    let shop = TempShop::open().with_notes();
    let held = Held::now(&shop.database).await;
    let before = queue(&shop.database, noting("before"));
    let broken = queue(&shop.database, |unit| {
        note(unit, "broken")?;
        panic!("a bug in the shop");
    });
    let after = queue(&shop.database, noting("after"));

    held.release();
    before.await.unwrap().unwrap();
    let answer = broken.await;
    after.await.unwrap().unwrap();

    assert!(
        matches!(&answer, Ok(Err(UnitError::Panicked(message))) if message == "a bug in the shop"),
        "got {answer:?}"
    );
    assert_eq!(shop.notes(), ["before", "after"]);
    assert_eq!(shop.told().await, ["before", "after"]);
}

/// What a unit may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Write,
    WriteAndRefuse,
    WriteAndPanic,
    /// Ends the whole transaction, and says that all is well.
    RollBackAndSmile,
    /// Ends the whole transaction, and says so.
    RollBack,
}

impl Deed {
    fn unit(self, text: String) -> impl FnOnce(&mut Unit<'_>) -> Result<(), UnitError> + Send {
        move |unit| {
            note(unit, &text)?;
            match self {
                Self::Write => Ok(()),
                Self::WriteAndRefuse => Err(refusal()),
                Self::WriteAndPanic => panic!("a bug in the shop"),
                Self::RollBackAndSmile => {
                    super::torn::roll_back(unit).unwrap_err();
                    Ok(())
                }
                Self::RollBack => super::torn::roll_back(unit),
            }
        }
    }
}

#[tokio::test]
async fn whatever_units_do_exactly_the_acknowledged_writes_are_there() {
    for seed in 0..40 {
        let mut chance = Random::seeded(seed);
        let shop = TempShop::open().with_notes();
        let held = Held::now(&shop.database).await;
        let mut queued = Vec::new();
        for number in 0..20 {
            let text = format!("note-{number}");
            let deed = match chance.below(12) {
                0 | 1 => Deed::WriteAndRefuse,
                2 => Deed::WriteAndPanic,
                3 => Deed::RollBack,
                4 => Deed::RollBackAndSmile,
                _ => Deed::Write,
            };
            let database = if chance.one_in(2) { shop.database.bulk() } else { shop.database.clone() };
            queued.push((text.clone(), deed, queue(&database, deed.unit(text))));
        }

        held.release();
        let mut acknowledged = Vec::new();
        for (text, deed, waiting) in queued {
            if let Ok(Ok(())) = waiting.await {
                assert_eq!(deed, Deed::Write, "seed {seed}");
                acknowledged.push(text);
            }
        }

        let (mut notes, mut told) = (shop.notes(), shop.told().await);
        acknowledged.sort_unstable();
        notes.sort_unstable();
        told.sort_unstable();
        assert_eq!(notes, acknowledged, "seed {seed}");
        assert_eq!(told, acknowledged, "seed {seed}");
    }
}
