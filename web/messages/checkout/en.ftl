# What checkout and the pages of orders say, in English: it comes with them, and not with every page.
# Numbers and money arrive already formatted as text.

## The form

form-contact = Contact
form-email = E-mail
form-email-hint = For the confirmation of your order.
form-phone = Phone
form-optional = (optional)
form-address = Delivery address
form-address-alone = Address
form-name = First and last name
form-country = Country
form-line1 = Street and number
form-more = Add a company or more to the address
form-company = Company
form-line2 = Flat, floor, care of
form-postal = Postal code
form-city = Town
form-region = State (such as NY)
form-billing-other = The bill goes to another address
form-billing = Billing address
form-payment = Payment
form-nothing-due = There is nothing left to pay.
gift-card = Gift card •••• { $card }
gift-due = To pay
form-gift-cards = Gift cards
form-details = Your details
form-summary = Your order
form-summary-total = Your order: { $total }
form-back = Back to the cart
form-delivery-open = is chosen in the form
form-tax = Tax
form-tax-in = includes { $amount } tax
form-tax-on = of which { $amount } tax
form-buy = Buy now and pay
form-digital = I agree that I get the following at once, before the withdrawal period is over, and I know that I lose my right of withdrawal for it: { $items }.
form-legal = Your order is placed under:
form-sending = One moment …

## What is wrong with a field

form-mistakes = { $count ->
    [one] One thing is missing or not right:
   *[other] { $count } things are missing or not right:
}
form-wrong-email = Type your e-mail address, such as name@example.org.
form-wrong-phone = Type the phone number in digits, such as +49 30 901820, or leave it out.
form-wrong-name = Type first and last name.
form-wrong-text = This has characters that cannot be printed on a label.
form-wrong-line1 = Type the street and the number of the house.
form-wrong-postal = Type the postal code, such as { $example }.
form-wrong-city = Type the town.
form-wrong-region = Type the state in two or three letters, such as NY.
form-wrong-country = We do not deliver to this country. Choose another.
form-wrong-delivery = Choose how your order is to come.
form-wrong-digital = Tick the box above the button if you agree: without that, what is digital cannot be ordered.

## Why nothing was ordered

form-changed-title = The price has changed. Nothing has been ordered yet.
form-changed-part = { $name }: { $is } instead of { $was }
form-changed-gone = { $name } is no longer sold, and not part of the sum.
form-changed-text = If that is all right with you, press the button once more.
form-terms-title = Our terms have changed while you were here. Nothing has been ordered yet.
form-terms-text = Read what applies now. If that is all right with you, press the button once more.
form-short-title = Not everything is there any more. Nothing has been ordered yet.
form-limits-title = Not everything can be ordered in this number. Nothing has been ordered yet.
form-limits-line = { $name }: you want { $asked }, and { $available } can be ordered at once.
form-short-few = { $name }: you want { $asked }, and { $available } can be had.
form-short-none = { $name } is sold out just now.
form-short-take = Take { $rest }
form-short-take-name = Take { $rest }: { $name }
form-short-remove = Take out
form-short-remove-name = Take out: { $name }
form-refused-empty = There is nothing to order in your cart.
form-refused-gone = Something in your cart is no longer sold. Take it out of the cart, and order the rest.
form-refused-busy = Many people are ordering at this moment. Please try again in a second.
form-refused-open-email = Several orders with this e-mail address are not paid for yet. Pay or cancel one of them, or try again in a few minutes.
form-refused-open-network = Very many orders from your network are not paid for yet. Please try again in a few minutes.
form-refused-connection = No connection to the shop. Press the button once more: nothing is ordered twice.
form-refused-other = That did not work, and nothing was ordered. Please try again.

## Payment

pay-demo-title = This is a demo: no money moves.
pay-demo-text = Do not type a real card. Take one of these:
pay-test-cards = Test cards
pay-test-good = Good card
pay-test-secure = Asks the bank (3-D Secure)
pay-test-declined = Declined
pay-test-funds = Too little money
pay-number = Card number
pay-expiry = Expires
pay-expiry-hint = Month / year
pay-code = Security code
pay-code-hint = 3 or 4 digits
pay-wrong-number = Check the card number: a digit is wrong or missing.
pay-wrong-expiry = Type the month and year on the card, such as 08 / 29.
pay-wrong-expired = This card has expired. Take another.
pay-wrong-code = Type the 3 or 4 digits of the security code.
pay-again = Pay { $amount }
pay-change = Change details
pay-back-paid = This order is paid already, and cannot be changed here any more.
pay-back-failed = The order could not be taken back just now. Please try again in a moment.
pay-processing = Your bank is working on it. You need not do anything; this page follows.
pay-unfinished = The confirmation at your bank was not finished. Nothing was charged. Your items are held: pay again, with the same card or another.
pay-away-title = The payment has no answer yet.
pay-away-text = Your items are held. Nothing is charged twice: please pay again in a minute.
pay-away-form = Payment is not available just now. Please reload the page in a minute; what you typed is kept.
pay-declined-title = The payment was declined. Nothing was charged.
pay-declined-funds = There is not enough money on this card. Your items are held; try another card.
pay-declined-expired = This card has expired. Your items are held; try another card.
pay-declined-mistyped = The number, date or security code is not right. Check them against the card and pay again.
pay-declined-unproven = Your bank could not confirm that it is you. Try again, or take another card.
pay-declined-again = Your bank could not do it at this moment. The same card may work in a minute.
pay-declined-refused = Your bank does not say why. Your items are held; try another card, or ask your bank.

## For how long the goods are held

hold-until = { $minutes ->
    [one] We hold your items until { $time }: one more minute.
   *[other] We hold your items until { $time }: { $minutes } more minutes.
}
hold-told = { $minutes ->
    [one] Your items are held for one more minute.
   *[other] Your items are held for { $minutes } more minutes.
}
hold-extend = I need more time
hold-failed = The time could not be extended.
hold-over = The time for paying is over.
hold-expired = The time for paying is over, and your items are free again. Nothing was charged. Your cart and your details are as they were.

## An order

order-number = Order { $number }
order-goods = What you bought
order-placed = Ordered on { $date }
order-failed = The order did not come. Nothing of it is lost.
order-missing = This order can be opened only in the browser it was made in. Elsewhere it is found by its number and the e-mail address.
order-pending-title = Waiting for the payment
order-pending-text = Your items are held for you. The order counts once it is paid.
order-paid-title = Thank you, your order is in.
order-paid-text = It is paid, and we are packing it.
order-paid-digital-text = It is paid. Nothing comes by post.
order-capturing-text = Your bank has agreed to the payment, and we are packing it.
order-capturing-digital-text = Your bank has agreed to the payment. Nothing comes by post.
order-cancelling-title = The order is being taken back
order-cancelling = We are taking the order back. Nothing is charged; this page follows.
order-cancelled-title = This order is cancelled
order-cancelled-text = Nothing was charged.
order-reason-expired = It was not paid in time. Nothing was charged, and what you wanted is still in your cart.
order-reason-changed = The cart was changed before it was paid. Nothing was charged.
order-reason-shopper = You took it back. Nothing was charged, and what you wanted is still in your cart.
order-reason-staff = The shop cancelled it. Nothing was charged.
order-reason-uncaptured = Your bank did not pay out what it had promised. Nothing was charged.
order-keep = Keep the number of your order: together with { $email } it opens this page’s contents on every device.
order-charged = It came to nothing, and your money had been taken all the same. It goes back the way you paid.
order-refunding = { $amount } is on its way back to you.
order-refunded = { $amount } was paid back.
order-refunded-otherwise = { $amount } of that we paid you another way, since it could not go back the way you had paid.
order-refunded-gift = { $amount } of that is on your gift cards again.
order-legal-title = What applies to this order
order-digital = On { $moment } you agreed that you get the following at once, before the withdrawal period is over, and that you lose your right of withdrawal for it: { $items }.
order-legal-failed = The text did not come. Close it and open it again.
order-mailbox = This is a demo: its mails are in a mailbox that everybody can open.

## Finding an order

look-text = Type the number of your order, and the e-mail address you ordered with.
look-number = Order number
look-number-hint = Such as K7QM-2XRT
look-wrong-number = An order number looks like this: K7QM-2XRT.
look-none = There is no order with this number and this e-mail address. Check both.
look-busy = Too many orders are looked up at this moment. Please try again in a second.
