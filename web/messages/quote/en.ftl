# Why a cart costs what it costs, in English. Written by the server alone.
# Numbers and money arrive already formatted as text; $count is there only to choose the plural.

## Price lists

price-list-applied = The price of { $sku } is that of the list “{ $list }”.
price-list-not-cheaper = The list “{ $list }” has no lower price for { $sku }.
price-list-needs-quantity = The list “{ $list }” has a lower price for { $sku } from { $needs } on; there are { $has }.
price-list-other-group = The list “{ $list }” is for other customers.

## Promotions

promotion-applied = “{ $promotion }” takes { $amount } off.
promotion-applied-without-amount = “{ $promotion }” applies.
promotion-decided-at-checkout = “{ $promotion }” takes { $amount } off if this is your first order; that is looked up at checkout.
promotion-nothing-to-reduce = “{ $promotion }” finds nothing in the cart to reduce.
promotion-nothing-sent = “{ $promotion }” is for what is sent, and nothing in the cart is.
promotion-not-cheaper = “{ $promotion }” would make nothing cheaper.
promotion-needs-quantity = “{ $promotion }” needs { $needs } of { $of }; there are { $has }.
promotion-needs-any-quantity = “{ $promotion }” needs { $needs } articles; there are { $has }.
promotion-needs-total = “{ $promotion }” begins at { $missing } more.
promotion-other-market = “{ $promotion }” is not for this country.
promotion-other-currency = “{ $promotion }” is not for this currency.
promotion-other-group = “{ $promotion }” is for other customers.
promotion-not-first-order = “{ $promotion }” is for a first order.
promotion-used-up = “{ $promotion }” has been used as often as it may be.
promotion-not-started = “{ $promotion }” has not begun.
promotion-ended = “{ $promotion }” has ended.
promotion-excluded-by = “{ $promotion }” does not go together with “{ $other }”.
promotion-no-room = The cart has no room for the gift of “{ $promotion }”.
coupon-unknown = There is no coupon { $coupon } any more.
gift-card-pays = The gift card ending in { $card } pays { $amount }.
gift-card-leaves-rest = The gift card ending in { $card } pays { $amount }: less than { $rest } cannot be paid by card, so that much is left over, and the rest stays on the gift card.
gift-card-not-needed = The gift card ending in { $card } is not needed: nothing is left to pay.
gift-card-empty = There is nothing left on the gift card ending in { $card }.
gift-card-expired = The gift card ending in { $card } has expired.
gift-card-blocked = The gift card ending in { $card } is blocked.
gift-card-other-currency = The gift card ending in { $card } is in { $currency } and cannot pay here.
coupon-waits = The coupon { $coupon } is entered and changes nothing in this cart.

## Delivery

delivery-offered = { $method } is offered.
delivery-free-by-total = { $method } costs nothing: the goods cost enough.
delivery-free-from = { $method } costs nothing from { $missing } more.
delivery-other-zone = { $method } does not go to this address.
delivery-other-market = { $method } is not for this country.
delivery-other-currency = { $method } has no price in this currency.
delivery-too-heavy = { $method } takes up to { $most } kg; these goods weigh { $has } kg.
delivery-unknown = { $method } is no longer offered.
delivery-not-needed = Nothing in the cart is sent.

## Tax

tax-charged = Tax is charged as it is where the goods arrive.
tax-reverse-charge = The buyer owes the tax (reverse charge).
tax-exempt-buyer = The buyer is exempt from the tax.
tax-not-registered = No tax is charged: the seller is not registered where the goods go.
tax-address-needed = The tax depends on the address, which is not known yet.
tax-no-zone = There are no tax rates for where the goods go.
