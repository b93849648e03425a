# Why an amount of the cart is what it is, in English: what the browser says around the rules, whose words are the server's
# (../quote). It comes with the first question, not with the page.
# Numbers and money arrive already formatted as text.

why-title = Why { $amount }?
why-parts = Made of
why-sum = Together
why-rules = What applies
why-others = What does not apply, and why
why-none = Neither a price list nor a promotion has to do with this amount.
why-failed = The reasons did not arrive. The amounts above hold all the same.
why-gone = This amount is no longer part of the cart.
why-units = { $quantity } × { $price }
why-line = { $quantity } × { $name }
why-goods-alone = Before discounts and delivery.
why-own-price = { $price } each is our price.
why-share = its share of { $amount } off the whole cart
why-before = Before: { $price } each
why-relief = Tax that you do not pay
why-tax-share = { $rate } % of { $base }
why-tax-inside = The prices contain this tax: it is not added to them.
why-tax-in-amount = Contains { $tax } of tax.
why-tax-on-top = { $tax } of tax comes on top, in the sum of the cart.
why-free-from = Free delivery begins at { $missing } more.
