-- Gift cards that were lost or stolen are blocked, and the entry that says so has its reason.
ALTER TABLE gift_cards ADD COLUMN blocked_at INTEGER;
ALTER TABLE gift_card_entries ADD COLUMN note TEXT;
