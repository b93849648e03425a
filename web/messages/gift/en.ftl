# Gift cards: what pays for a cart or an order beside a card. Loaded where somebody enters one or has one.

gift-title = I have a gift card
gift-label = Code of the gift card
gift-hint = 20 letters and digits. Dashes, spaces and small letters are all the same.
gift-enter = Use gift card
gift-empty = Type the code first.
gift-list = Your gift cards
gift-remove = Remove: Gift card •••• { $card }
gift-card = Gift card •••• { $card }
gift-balance = { $amount } is on it.
gift-due = To pay
gift-refused-unknown = There is no gift card with this code. Look whether it is typed as it was given to you.
gift-refused-form = The code of a gift card has 20 letters and digits.
gift-refused-slip = One of the characters is not right. Look at the code once more.
gift-refused-expired = This gift card has expired.
gift-refused-blocked = This gift card is blocked. Ask the shop about it.
gift-refused-spent = There is nothing left on this gift card.
gift-refused-currency = This gift card is in another currency and cannot pay here.
gift-refused-full = Three gift cards can be used at once. Remove one first.
gift-refused-often = Too many codes were tried. Wait half a minute, and try again.
