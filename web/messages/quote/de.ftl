# Warum ein Warenkorb kostet, was er kostet, auf Deutsch. Nur der Server schreibt das.

## Price lists

price-list-applied = Der Preis von { $sku } ist der aus der Liste „{ $list }“.
price-list-not-cheaper = Die Liste „{ $list }“ hat für { $sku } keinen niedrigeren Preis.
price-list-needs-quantity = Die Liste „{ $list }“ hat ab { $needs } Stück einen niedrigeren Preis für { $sku }; es sind { $has }.
price-list-other-group = Die Liste „{ $list }“ ist für andere Kunden.

## Promotions

promotion-applied = „{ $promotion }“ zieht { $amount } ab.
promotion-applied-without-amount = „{ $promotion }“ gilt.
promotion-decided-at-checkout = „{ $promotion }“ zieht { $amount } ab, wenn dies deine erste Bestellung ist; das wird an der Kasse geprüft.
promotion-nothing-to-reduce = „{ $promotion }“ findet im Warenkorb nichts zu ermäßigen.
promotion-nothing-sent = „{ $promotion }“ gilt für das, was verschickt wird, und nichts im Warenkorb wird es.
promotion-not-cheaper = „{ $promotion }“ würde nichts günstiger machen.
promotion-needs-quantity = „{ $promotion }“ braucht { $needs } Stück aus { $of }; es sind { $has }.
promotion-needs-any-quantity = „{ $promotion }“ braucht { $needs } Artikel; es sind { $has }.
promotion-needs-total = „{ $promotion }“ gilt ab { $missing } mehr.
promotion-other-market = „{ $promotion }“ gilt nicht in diesem Land.
promotion-other-currency = „{ $promotion }“ gilt nicht in dieser Währung.
promotion-other-group = „{ $promotion }“ ist für andere Kunden.
promotion-not-first-order = „{ $promotion }“ ist für eine erste Bestellung.
promotion-used-up = „{ $promotion }“ wurde schon so oft eingelöst, wie es geht.
promotion-not-started = „{ $promotion }“ hat noch nicht begonnen.
promotion-ended = „{ $promotion }“ ist zu Ende.
promotion-excluded-by = „{ $promotion }“ geht nicht zusammen mit „{ $other }“.
promotion-no-room = Der Warenkorb hat keinen Platz für das Geschenk von „{ $promotion }“.
coupon-unknown = Den Gutschein { $coupon } gibt es nicht mehr.
gift-card-pays = Die Geschenkkarte mit der Endung { $card } zahlt { $amount }.
gift-card-leaves-rest = Die Geschenkkarte mit der Endung { $card } zahlt { $amount }: Weniger als { $rest } lassen sich nicht mit einer Karte zahlen, darum bleibt so viel zu zahlen und der Rest auf der Geschenkkarte.
gift-card-not-needed = Die Geschenkkarte mit der Endung { $card } wird nicht gebraucht: Es bleibt nichts zu zahlen.
gift-card-empty = Auf der Geschenkkarte mit der Endung { $card } ist nichts mehr.
gift-card-expired = Die Geschenkkarte mit der Endung { $card } ist abgelaufen.
gift-card-blocked = Die Geschenkkarte mit der Endung { $card } ist gesperrt.
gift-card-other-currency = Die Geschenkkarte mit der Endung { $card } lautet auf { $currency } und kann hier nicht zahlen.
coupon-waits = Der Gutschein { $coupon } ist eingetragen und ändert an diesem Warenkorb nichts.

## Delivery

delivery-offered = { $method } wird angeboten.
delivery-free-by-total = { $method } kostet nichts, weil die Ware genug kostet.
delivery-free-from = { $method } kostet ab { $missing } mehr nichts.
delivery-other-zone = { $method } geht nicht an diese Adresse.
delivery-other-market = { $method } gibt es in diesem Land nicht.
delivery-other-currency = { $method } hat keinen Preis in dieser Währung.
delivery-too-heavy = { $method } nimmt bis zu { $most } kg; diese Ware wiegt { $has } kg.
delivery-unknown = { $method } wird nicht mehr angeboten.
delivery-not-needed = Nichts im Warenkorb wird verschickt.

## Tax

tax-charged = Die Steuer ist die des Ortes, an dem die Ware ankommt.
tax-reverse-charge = Der Käufer schuldet die Steuer (Steuerschuldnerschaft des Leistungsempfängers).
tax-exempt-buyer = Der Käufer ist von der Steuer befreit.
tax-not-registered = Es wird keine Steuer berechnet: Der Verkäufer ist am Zielort nicht registriert.
tax-address-needed = Die Steuer hängt von der Adresse ab, die noch nicht bekannt ist.
tax-no-zone = Für den Zielort sind keine Steuersätze hinterlegt.
