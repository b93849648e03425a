# The storefront's words in English: one source for the browser and for the server's first HTML.
# Numbers and money arrive already formatted as text; $count is there only to choose the plural.
# `-text` arguments are text in the shopper's language.

## Around every page

skip-to-content = Skip to content
home-link = { $shop }, home page
navigation-main = Shop
navigation-footer = More about this shop
navigation-breadcrumbs = You are here
menu-open = Menu
menu-title = Browse
close = Close
search-label = Search the shop
search-placeholder = What are you looking for?
search-submit = Search
suggestions-label = Suggestions
suggestions-queries = Searches
suggestions-categories = Categories
suggestions-products = Products
suggestions-recent = Your last searches
suggestions-count = { $count ->
    [0] No suggestions
    [one] { $formatted } suggestion
   *[other] { $formatted } suggestions
  }
suggestions-none = Nothing comes to mind for “{ $query }”.
suggestions-remember = Remember my searches on this device
suggestions-forget = Forget “{ $query }”
suggestions-clear = Clear list
settings-open = Country, language and appearance: { $current }
settings-title = Country and language
settings-note = Prices, taxes and delivery follow the country.
appearance-title = Appearance
appearance-system = As on my device
appearance-light = Light
appearance-dark = Dark
page-title = { $title } · { $shop }
footer-prices-included = All prices in { $currency }, incl. VAT.
footer-prices-excluded = All prices in { $currency }, plus tax.
footer-settings = Country and language
loading = Loading …

## Home page

home-page-browse = Have a look around
home-page-categories = Categories
home-page-newest = New here

## Prices

price-from = from { $price }
price-none = No price in this country yet
price-now = Now
price-before = Before
price-lowest = Lowest price of the last 30 days: { $price }
price-reduction = −{ $percent }%
price-per-unit = { $price } per { $unit ->
    [kg] kg
    [l] litre
    [m] metre
   *[m2] square metre
  }
price-tax-included = incl. VAT
price-tax-excluded = plus tax
price-delivery = plus delivery
prices-note-included = Prices incl. VAT
prices-note-excluded = Prices plus tax

## Availability

availability-in-stock = In stock
availability-low-stock = Only { $count ->
    [one] { $formatted } left
   *[other] { $formatted } left
  }
availability-few-left = Only a few left
availability-back-order = On back order: we send it as soon as it arrives
availability-digital = Digital: nothing comes by post
availability-sold-out = Sold out
badge-new = New
badge-last = { $count ->
    [one] Last one
   *[other] Last { $formatted }
  }
badge-back-order = Back order
badge-sold-out = Sold out
swatch-sold-out = { $label }, sold out
swatches-label = Comes in
swatches-more = +{ $count }

## Lists and search

results = { $count ->
    [one] { $formatted } product
   *[other] { $formatted } products
  }
results-at-least = More than { $formatted } products
filters-open = Filter
filters-open-count = Filter ({ $count })
filters-title = Filter
filters-apply = Apply
filters-show = Show { $count ->
    [one] { $formatted } product
   *[other] { $formatted } products
  }
filters-chosen = Chosen filters
filters-remove = Remove filter { $label }
filters-clear = Clear all
filter-price-minimum = From, in { $currency }
filter-price-maximum = To, in { $currency }
filter-price-invalid = Write an amount such as { $example }.
filter-price-between = { $minimum } to { $maximum }
filter-price-at-least = From { $price }
filter-price-at-most = Up to { $price }
facet-category = Category
facet-brand = Brand
facet-price = Price
facet-availability = Availability
facet-reduced = Offers
facet-in-stock = In stock
facet-back-order = On back order
facet-sold-out = Sold out
facet-is-reduced = Reduced
value-yes = Yes
value-no = No
sort-label = Sort by
sort-relevance = Best match
sort-newest = Newest
sort-price = Price, low to high
sort-price-descending = Price, high to low
sort-name = Name
list-more = Show more
list-more-failed = The next products did not come. Please try again.
list-seen = You have seen { $shown } of { $total }
list-seen-at-least = You have seen { $shown } of more than { $total }
list-shown = { $shown } of { $total } on this page
list-shown-at-least = { $shown } of more than { $total } on this page
list-beginning = To the beginning of the list
list-subcategories = Narrow down
list-empty-title = Nothing fits all of these filters
list-empty-text = Take one away and things will turn up again.
list-empty-plain-title = Nothing here just now
list-empty-plain-text = We are restocking this shelf. Have a look around the rest of the shop.
list-products = Products
search-title = Search
search-title-query = Results for “{ $query }”
search-start = Type what you are looking for: a thing, a colour, a material.
search-corrected = Nothing here is called that. These are the results for “{ $query }”.
search-partial = Nothing has all of these words. These have some of them.
search-empty-title = We have nothing like that
search-empty-text = Check the spelling, or try a simpler word, such as “cup” instead of “coffee cup set”.
search-empty-link = Back to the home page
search-nearest = Did you mean
search-popular = What people look at

## A product

product-gallery = Pictures of { $name }
product-picture = Picture { $number } of { $total }
product-summary = Price and availability
product-option-sold-out = sold out
product-delivery = Delivery and returns
product-description = What it is
product-attributes = Details
product-origin = Made in
product-weight = Weight
product-sku = Article number
product-barcode = EAN
product-warnings = Safety notes
product-makers = Maker and contact
product-manufacturer = Manufacturer
product-responsible = Responsible in the EU
product-related = More from “{ $category }”
weight-grams = { $weight } g
weight-kilograms = { $weight } kg

## Cart and wishlist

cart-title = Cart
cart-count = Cart, { $count ->
    [one] { $formatted } item
   *[other] { $formatted } items
  }
cart-needs-script = The cart needs JavaScript, which is switched off in this browser.
cart-add = Add to cart
cart-add-short = Add
cart-add-name = Add to cart: { $name }
cart-choose = Choose
cart-quantity-of = Quantity: { $name }
cart-fewer = One fewer: { $name }
cart-more = One more: { $name }
cart-fewer-by = { $count } fewer: { $name }
cart-more-by = { $count } more: { $name }
quantity-step = Sold in sets of { $count }.
quantity-min = At least { $count } per order.
quantity-max = At most { $count } per order.
quantity-max-of-product = At most { $count } per order, all versions together.
cart-wish = Put on the wishlist
cart-unwish = Take off the wishlist
cart-added = In your cart: { $name }
cart-drawer-title = Your cart
cart-open = To the cart
cart-keep-looking = Keep looking
cart-lines-title = Items
cart-total-title = Sum
cart-sum-goods = Goods
cart-sum-discounts = Discounts
cart-sum-first-order = Only on a first order; that is looked up at checkout.
cart-sum-delivery = Delivery
cart-sum-delivery-by = Delivery: { $name }
cart-sum-delivery-open = is chosen below
cart-sum-delivery-later = is chosen in the cart
cart-sum-free = free
cart-sum-relief = Tax that you do not pay
cart-sum-tax-included = includes { $amount } { $name } { $rate } %
cart-sum-tax-added = { $name } { $rate } %
cart-sum-tax-open = Tax is added once it is known where the goods go.
cart-sum-total = Total
cart-sum-none = This cart costs more than can be counted.
cart-why = Why { $amount }? { $name }
cart-why-failed = The reasons did not arrive. Please try again.
cart-line-before = Before discounts
cart-gift = Gift
cart-gift-count = { $quantity } × { $name }
cart-coupon-title = I have a coupon
cart-coupon-label = Coupon
cart-coupon-enter = Use coupon
cart-coupon-empty = Type the coupon first.
cart-coupon-list = Your coupons
cart-coupon-remove = Remove coupon { $code }
cart-delivery-title = Delivery
cart-delivery-country = Country
cart-delivery-region = State (two letters)
cart-delivery-postal = Postal code
cart-delivery-estimate = Show delivery
cart-delivery-ways = Ways of delivery
cart-delivery-none = Nothing in this cart can be sent there.
cart-delivery-digital = Nothing in this cart comes by post.
cart-delivery-comes = comes { $dates }
cart-delivery-ready = ready { $dates }
cart-delivery-missing = { $amount } more for free delivery
cart-each = { $price } each
cart-line-total = Together
cart-remove = Remove
cart-remove-name = Remove: { $name }
cart-removed = Removed: { $name }
cart-undo = Undo
cart-undo-name = Undo: put { $name } back
cart-save = Save for later
cart-save-name = Save for later: { $name }
cart-saved-title = Saved for later
cart-move = Move to cart
cart-move-name = Move to cart: { $name }
cart-wishes-title = Wishlist
cart-note = A note with your order
cart-note-label = What should we know?
cart-note-count = { $used } of { $maximum } characters
cart-note-save = Save note
cart-note-kept = Your note is saved.
cart-note-changed = Not saved yet.
cart-notice-price = The price has changed: { $now } instead of { $before } each.
cart-notice-accept = OK
cart-notice-accept-name = OK with the new price: { $name }
cart-notice-few = You want { $asked }, and { $available ->
    [one] only { $formatted } is left
   *[other] only { $formatted } are left
  }.
cart-notice-take = Take { $formatted }
cart-notice-take-name = Take { $formatted }: { $name }
cart-notice-none = Sold out just now.
cart-notice-limit = You want { $asked }, and { $formatted } can be ordered at once.
cart-notice-gone = This is no longer sold here, and not part of the sum.
cart-empty-title = Your cart is empty
cart-empty-text = Whatever you add waits here for 30 days, without an account.
cart-empty-lines = Nothing to buy in here at the moment. What you put aside is below.
cart-empty-link = Have a look around
cart-failed = The cart did not come. Nothing in it is lost.
cart-checkout = Checkout
cart-checkout-few = To order, take no more of each item than there are.
cart-checkout-limits = To order, take as many of each item as can be ordered at once.
cart-checkout-gone = To order, take out what is no longer sold.
cart-refused-few = { $available ->
    [one] Only { $formatted } is left.
   *[other] Only { $formatted } are left.
  }
cart-refused-none = There is none left just now.
cart-refused-many = At most { $formatted } at once.
cart-refused-product = Beside the other versions in your cart, { $formatted } of these can be ordered.
cart-refused-min = At least { $formatted } at once.
cart-refused-sets = This is sold in sets only: { $formatted } would do.
cart-refused-full = The cart is full: it holds 50 different items. Take something out first.
cart-refused-saved-full = You have put 50 items aside. Take one away first.
cart-refused-wishes-full = The wishlist is full: it holds 100 items. Take one off first.
cart-refused-gone = This is no longer sold here.
cart-refused-expired = That cart is no longer there. Carts are kept for 30 days.
cart-refused-note = The note has characters that cannot be printed, or is too long.
cart-refused-coupon = There is no such coupon. Look whether it is typed as it was given to you.
cart-refused-coupon-form = A coupon consists of Latin letters and digits.
cart-refused-coupons-full = There is no room for another coupon. Remove one first.
cart-refused-postal = That is no postal code.
cart-refused-region = A state is two letters, such as NY.
cart-refused-country = We do not deliver there.
cart-refused-delivery = This way of delivery is no longer offered.
cart-refused-busy = Too many carts are being made from your network just now. Please try again in a moment.
cart-refused-connection = No connection to the shop. Nothing has changed; please try again.
cart-refused-other = That did not work. Nothing has changed; please try again.

## When something is missing

not-found-title = There is nothing at this address
not-found-text = The thing may have been renamed or retired. The search knows everything we have now.
not-found-link = To the home page
error-title = That did not work
error-text = It is our fault, not yours. Nothing was lost; please try again in a moment.
error-retry = Try again
search-away-title = The search is not available just now
search-away-text = It will be back in a moment. Until then you can look around in the categories.
error-reference = If you write to us, mention { $reference }.
offline-title = No connection
offline-text = You are offline, or the shop cannot be reached just now. This page is not on your device yet. What you looked at lately can still be read.
offline-kept = You can still read these
connection-cut = No connection to the shop. Prices and stock may have changed since.
connection-kept = No connection to the shop. You see it as it was on { $time }: prices and stock may have changed since.
connection-check = Check again
connection-checking = Checking …

## Checkout and orders

checkout-title = Checkout
checkout-needs-script = Checkout and orders need JavaScript, which is switched off in this browser.
order-title = Your order
order-look-up-title = Find an order
