# What mails say, and the mailbox of a demo, in English. Only the server writes it.
# Numbers, money, dates and names arrive already formatted as text.

## What a mail is about

subject-received = We have your order { $number }
subject-paid = Order { $number } is paid
subject-cancelled = Order { $number } is cancelled
subject-refunded = { $amount } of order { $number } paid back
title-received = We have your order
title-paid = Thank you, your order is in
title-cancelled = This order is cancelled
title-refunded = We have paid { $amount } back
lead-received = Thank you for ordering at { $shop }.
lead-received-held = Your items are held for you until { $until }. The order counts once it is paid. If you have paid meanwhile, the next mail says so.
lead-received-free = There is nothing to pay. The next mail confirms the order.
lead-paid = It is paid, and we are packing it.
lead-paid-digital = It is paid. Nothing of it comes by post.
lead-cancelled-charged = It came to nothing, and { $amount } had been charged all the same. All of it goes back the way you paid; your bank may take a few days to show it.
lead-refunded = It goes back the way you paid. Your bank may take a few days to show it.
lead-refunded-part = { $amount } goes back the way you paid. Your bank may take a few days to show it.
lead-refunded-gift-card = { $amount } is on your gift card ending in { $card } again. It can be spent for at least 30 days.
lead-refunded-all = With what was paid back before, that is { $amount } in all.

## What stands in it

goods-title = What you ordered
goods-each = { $price } each
fact-number = Order
fact-placed = Ordered on
fact-payment = Payment
fact-delivery = Delivery
fact-address = Delivery address
fact-address-alone = Address
fact-billing = Billing address
fact-contact = Contact
fact-digital = Delivered at once
digital-consent = On { $moment } you agreed that you get the following at once, before the withdrawal period is over, and confirmed that you know that you lose your right of withdrawal for it:
fact-attached = Attached, as it was when you ordered
payment-awaited = { $amount } to be paid by { $until }
payment-free = Nothing is to be paid.
payment-agreed = Your bank has agreed to the payment of { $amount }.
payment-paid = { $amount }, paid on { $date }
payment-none = Nothing was charged.
payment-returning = { $amount } is on its way back to you.
gift-card = Gift card •••• { $card }
sum-due = To pay
payment-gift-card = { $card }: { $amount }
payment-gift-card-back = { $card }: { $amount } is on it again
button = See your order
button-hint = The page asks for the number { $number } and for this e-mail address.
footer-why = You get this mail because something was ordered at { $shop } with this address. It is only about that order.
footer-not-you = If that was not you, you need not do anything: nothing is charged without a payment that you agreed to.

## A test

test-subject = A test of { $shop }’s mails
test-title = Mails arrive
test-text = This is a test. If you can read it, the settings for mails are right.

## Dates

date = { $day } { $month } { $year }
date-month-first = { $month } { $day }, { $year }
days = { $first } to { $last }
moment = { $date }, { $time } ({ $zone })
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

## The mailbox of a demo

mailbox-title = Mailbox of the demo
mailbox-text = This is a demo: no mail leaves it. What shoppers would get is kept here, and everybody who can open this shop can read it.
mailbox-empty = No mails yet. Order something, and look again.
mailbox-to = To
mailbox-sent = Sent
mailbox-back = All mails
mailbox-attached = Attached
mailbox-as-page = As a page
mailbox-as-text = As text
mailbox-shop = To the shop
mailbox-language = Auf Deutsch
