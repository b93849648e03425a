//! What the words of a query may be found as, and what each way counts: alike in every engine.

/// The most words of a query that count.
pub const WORDS_MAX: usize = 16;
/// What a German compound that ends in the word counts, as against the word itself: a `Kaffeebecher` is a `Becher`.
pub const COMPOUND_HEAD_BOOST: f32 = 0.7;
/// What a compound that begins with the word counts: a `Kaffeebecher` has to do with `Kaffee`.
pub const COMPOUND_MODIFIER_BOOST: f32 = 0.4;
/// The most compounds one word stands for.
pub const COMPOUNDS_MAX: usize = 12;
/// The shortest stem that compounds may end in.
pub const HEAD_LENGTH_MIN: usize = 3;
/// The shortest stem that compounds may begin with: shorter ones begin too many words by chance.
pub const MODIFIER_LENGTH_MIN: usize = 4;
/// The shortest rest beside it.
pub const REST_LENGTH_MIN: usize = 3;
/// What a word counts that was typed as two.
pub const JOINED_BOOST: f32 = 0.9;
/// What a word counts that what was typed may become.
pub const COMPLETION_BOOST: f32 = 0.8;
/// What a synonym counts.
pub const SYNONYM_BOOST: f32 = 0.9;
