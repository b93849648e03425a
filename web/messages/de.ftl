# Die Worte des Schaufensters auf Deutsch: eine Quelle für den Browser und für das erste HTML des Servers.
# Zahlen und Preise kommen fertig formatiert als Text; $count dient nur der Mehrzahl.

## Um jede Seite herum

skip-to-content = Zum Inhalt springen
home-link = { $shop }, Startseite
navigation-main = Sortiment
navigation-footer = Mehr zu diesem Laden
navigation-breadcrumbs = Du bist hier
menu-open = Menü
menu-title = Stöbern
close = Schließen
search-label = Im Laden suchen
search-placeholder = Was suchst du?
search-submit = Suchen
suggestions-label = Vorschläge
suggestions-queries = Suchbegriffe
suggestions-categories = Kategorien
suggestions-products = Artikel
suggestions-recent = Deine letzten Suchen
suggestions-count = { $count ->
    [0] Keine Vorschläge
    [one] { $formatted } Vorschlag
   *[other] { $formatted } Vorschläge
  }
suggestions-none = Zu „{ $query }“ fällt uns nichts ein.
suggestions-remember = Meine Suchen auf diesem Gerät merken
suggestions-forget = „{ $query }“ vergessen
suggestions-clear = Liste leeren
settings-open = Land, Sprache und Darstellung: { $current }
settings-title = Land und Sprache
settings-note = Preise, Steuern und Versand richten sich nach dem Land.
appearance-title = Darstellung
appearance-system = Wie auf meinem Gerät
appearance-light = Hell
appearance-dark = Dunkel
page-title = { $title } · { $shop }
footer-prices-included = Alle Preise in { $currency }, inkl. MwSt.
footer-prices-excluded = Alle Preise in { $currency }, zzgl. Steuern.
footer-settings = Land und Sprache
loading = Wird geladen …

## Startseite

home-page-browse = Zum Stöbern
home-page-categories = Kategorien
home-page-newest = Neu bei uns

## Preise

price-from = ab { $price }
price-none = In diesem Land noch ohne Preis
price-now = Jetzt
price-before = Vorher
price-lowest = Niedrigster Preis der letzten 30 Tage: { $price }
price-reduction = −{ $percent } %
price-per-unit = { $price } pro { $unit ->
    [kg] kg
    [l] Liter
    [m] Meter
   *[m2] Quadratmeter
  }
price-tax-included = inkl. MwSt.
price-tax-excluded = zzgl. Steuern
price-delivery = zzgl. Versand
prices-note-included = Preise inkl. MwSt.
prices-note-excluded = Preise zzgl. Steuern

## Verfügbarkeit

availability-in-stock = Auf Lager
availability-low-stock = { $count ->
    [one] Nur noch { $formatted } Stück
   *[other] Nur noch { $formatted } Stück
  }
availability-few-left = Nur noch wenige da
availability-back-order = Nachbestellt: wir liefern, sobald es eintrifft
availability-digital = Digital: nichts kommt mit der Post
availability-sold-out = Ausverkauft
badge-new = Neu
badge-last = { $count ->
    [one] Letztes Stück
   *[other] Letzte { $formatted }
  }
badge-back-order = Nachbestellt
badge-sold-out = Ausverkauft
swatch-sold-out = { $label }, ausverkauft
swatches-label = Erhältlich in
swatches-more = +{ $count }

## Listen und Suche

results = { $count ->
    [one] { $formatted } Artikel
   *[other] { $formatted } Artikel
  }
results-at-least = Mehr als { $formatted } Artikel
filters-open = Filtern
filters-open-count = Filtern ({ $count })
filters-title = Filtern
filters-apply = Anwenden
filters-show = { $count ->
    [one] { $formatted } Artikel zeigen
   *[other] { $formatted } Artikel zeigen
  }
filters-chosen = Gewählte Filter
filters-remove = Filter { $label } entfernen
filters-clear = Alle entfernen
filter-price-minimum = Von, in { $currency }
filter-price-maximum = Bis, in { $currency }
filter-price-invalid = Schreib einen Betrag wie { $example }.
filter-price-between = { $minimum } bis { $maximum }
filter-price-at-least = Ab { $price }
filter-price-at-most = Bis { $price }
facet-category = Kategorie
facet-brand = Marke
facet-price = Preis
facet-availability = Verfügbarkeit
facet-reduced = Angebote
facet-in-stock = Auf Lager
facet-back-order = Bestellbar
facet-sold-out = Ausverkauft
facet-is-reduced = Reduziert
value-yes = Ja
value-no = Nein
sort-label = Sortieren nach
sort-relevance = Beste Treffer
sort-newest = Neueste
sort-price = Preis aufsteigend
sort-price-descending = Preis absteigend
sort-name = Name
list-more = Mehr zeigen
list-more-failed = Die nächsten Artikel kamen nicht an. Bitte versuch es noch einmal.
list-seen = { $shown } von { $total } gesehen
list-seen-at-least = { $shown } von mehr als { $total } gesehen
list-shown = { $shown } von { $total } auf dieser Seite
list-shown-at-least = { $shown } von mehr als { $total } auf dieser Seite
list-beginning = Zum Anfang der Liste
list-subcategories = Genauer
list-empty-title = Zu all diesen Filtern passt nichts
list-empty-text = Nimm einen weg, dann taucht wieder etwas auf.
list-empty-plain-title = Hier ist gerade nichts
list-empty-plain-text = Dieses Regal füllen wir gerade auf. Schau dich im übrigen Laden um.
list-products = Artikel
search-title = Suche
search-title-query = Ergebnisse für „{ $query }“
search-start = Schreib, was du suchst: ein Ding, eine Farbe, ein Material.
search-corrected = So heißt hier nichts. Das sind die Ergebnisse für „{ $query }“.
search-partial = Nichts hat alle diese Wörter. Diese haben einige davon.
search-empty-title = So etwas haben wir nicht
search-empty-text = Prüf die Schreibweise oder nimm ein einfacheres Wort, etwa „Becher“ statt „Kaffeebecher-Set“.
search-empty-link = Zur Startseite
search-nearest = Meinst du vielleicht
search-popular = Was andere ansehen

## Ein Artikel

product-gallery = Bilder: { $name }
product-picture = Bild { $number } von { $total }
product-summary = Preis und Verfügbarkeit
product-option-sold-out = ausverkauft
product-delivery = Versand und Rückgabe
product-description = Was es ist
product-attributes = Einzelheiten
product-origin = Hergestellt in
product-weight = Gewicht
product-sku = Artikelnummer
product-barcode = EAN
product-warnings = Sicherheitshinweise
product-makers = Hersteller und Kontakt
product-manufacturer = Hersteller
product-responsible = Verantwortlich in der EU
product-related = Mehr aus „{ $category }“
weight-grams = { $weight } g
weight-kilograms = { $weight } kg

## Warenkorb und Merkzettel

cart-title = Warenkorb
cart-count = Warenkorb, { $count ->
    [one] { $formatted } Stück
   *[other] { $formatted } Stück
  }
cart-needs-script = Der Warenkorb braucht JavaScript, und das ist in diesem Browser ausgeschaltet.
cart-add = In den Warenkorb
cart-add-short = In den Korb
cart-add-name = In den Korb: { $name }
cart-choose = Auswählen
cart-quantity-of = Menge: { $name }
cart-fewer = Eins weniger: { $name }
cart-more = Eins mehr: { $name }
cart-fewer-by = { $count } weniger: { $name }
cart-more-by = { $count } mehr: { $name }
quantity-step = Nur im { $count }er-Satz.
quantity-min = Mindestens { $count } pro Bestellung.
quantity-max = Höchstens { $count } pro Bestellung.
quantity-max-of-product = Höchstens { $count } pro Bestellung, alle Ausführungen zusammen.
cart-wish = Auf den Merkzettel
cart-unwish = Vom Merkzettel nehmen
cart-added = Im Warenkorb: { $name }
cart-drawer-title = Dein Warenkorb
cart-open = Zum Warenkorb
cart-keep-looking = Weiter stöbern
cart-lines-title = Artikel
cart-total-title = Summe
cart-sum-goods = Waren
cart-sum-discounts = Rabatte
cart-sum-first-order = Nur bei der ersten Bestellung; das sehen wir an der Kasse nach.
cart-sum-delivery = Versand
cart-sum-delivery-by = Versand: { $name }
cart-sum-delivery-open = wählst du unten
cart-sum-delivery-later = wählst du im Warenkorb
cart-sum-free = kostenlos
cart-sum-relief = Steuer, die du nicht zahlst
cart-sum-tax-included = enthält { $amount } { $name } { $rate } %
cart-sum-tax-added = { $name } { $rate } %
cart-sum-tax-open = Die Steuer kommt dazu, sobald klar ist, wohin die Waren gehen.
cart-sum-total = Gesamt
cart-sum-none = Dieser Warenkorb kostet mehr, als sich zählen lässt.
cart-why = Warum { $amount }? { $name }
cart-why-failed = Die Gründe kamen nicht an. Bitte versuch es noch einmal.
cart-line-before = Vor Rabatten
cart-gift = Geschenk
cart-gift-count = { $quantity } × { $name }
cart-coupon-title = Ich habe einen Gutschein
cart-coupon-label = Gutschein
cart-coupon-enter = Einlösen
cart-coupon-empty = Gib zuerst den Gutschein ein.
cart-coupon-list = Deine Gutscheine
cart-coupon-remove = Gutschein { $code } entfernen
cart-delivery-title = Versand
cart-delivery-country = Land
cart-delivery-region = Bundesstaat (zwei Buchstaben)
cart-delivery-postal = Postleitzahl
cart-delivery-estimate = Versand zeigen
cart-delivery-ways = Arten des Versands
cart-delivery-none = Nichts in diesem Warenkorb lässt sich dorthin schicken.
cart-delivery-digital = Nichts in diesem Warenkorb kommt mit der Post.
cart-delivery-comes = kommt { $dates }
cart-delivery-ready = bereit { $dates }
cart-delivery-missing = Noch { $amount } bis zum kostenlosen Versand
cart-each = { $price } pro Stück
cart-line-total = Zusammen
cart-remove = Entfernen
cart-remove-name = Entfernen: { $name }
cart-removed = Entfernt: { $name }
cart-undo = Rückgängig
cart-undo-name = Rückgängig: { $name } zurücklegen
cart-save = Für später
cart-save-name = Für später aufheben: { $name }
cart-saved-title = Für später aufgehoben
cart-move = In den Warenkorb
cart-move-name = In den Warenkorb: { $name }
cart-wishes-title = Merkzettel
cart-note = Eine Nachricht zur Bestellung
cart-note-label = Was sollen wir wissen?
cart-note-count = { $used } von { $maximum } Zeichen
cart-note-save = Nachricht speichern
cart-note-kept = Deine Nachricht ist gespeichert.
cart-note-changed = Noch nicht gespeichert.
cart-notice-price = Der Preis hat sich geändert: { $now } statt { $before } pro Stück.
cart-notice-accept = In Ordnung
cart-notice-accept-name = Mit dem neuen Preis einverstanden: { $name }
cart-notice-few = Du möchtest { $asked }, und { $available ->
    [one] es ist nur noch { $formatted } da
   *[other] es sind nur noch { $formatted } da
  }.
cart-notice-take = { $formatted } nehmen
cart-notice-take-name = { $formatted } nehmen: { $name }
cart-notice-none = Gerade ausverkauft.
cart-notice-limit = Du möchtest { $asked }, und { $formatted } können auf einmal bestellt werden.
cart-notice-gone = Das verkaufen wir hier nicht mehr; es zählt nicht zur Summe.
cart-empty-title = Dein Warenkorb ist leer
cart-empty-text = Was du hineinlegst, wartet hier 30 Tage lang, auch ohne Konto.
cart-empty-lines = Gerade ist nichts zum Kaufen hier drin. Was du aufgehoben hast, steht darunter.
cart-empty-link = Zum Stöbern
cart-failed = Der Warenkorb kam nicht an. Es ging nichts daraus verloren.
cart-checkout = Zur Kasse
cart-checkout-few = Zum Bestellen nimm von allem nur so viel, wie da ist.
cart-checkout-limits = Zum Bestellen nimm von allem so viel, wie auf einmal bestellt werden kann.
cart-checkout-gone = Zum Bestellen nimm heraus, was es nicht mehr gibt.
cart-refused-few = { $available ->
    [one] Es ist nur noch { $formatted } da.
   *[other] Es sind nur noch { $formatted } da.
  }
cart-refused-none = Davon ist gerade nichts mehr da.
cart-refused-many = Höchstens { $formatted } auf einmal.
cart-refused-product = Neben den anderen Ausführungen in deinem Warenkorb sind noch { $formatted } davon möglich.
cart-refused-min = Mindestens { $formatted } auf einmal.
cart-refused-sets = Das gibt es nur satzweise: { $formatted } gingen.
cart-refused-full = Der Warenkorb ist voll: 50 verschiedene Artikel passen hinein. Nimm zuerst etwas heraus.
cart-refused-saved-full = Du hast schon 50 Artikel aufgehoben. Nimm zuerst einen weg.
cart-refused-wishes-full = Der Merkzettel ist voll: 100 Artikel passen darauf. Nimm zuerst einen herunter.
cart-refused-gone = Das verkaufen wir hier nicht mehr.
cart-refused-expired = Diesen Warenkorb gibt es nicht mehr. Wir heben ihn 30 Tage lang auf.
cart-refused-note = Die Nachricht hat Zeichen, die sich nicht drucken lassen, oder ist zu lang.
cart-refused-coupon = Diesen Gutschein gibt es nicht. Sieh nach, ob er so geschrieben ist, wie du ihn bekommen hast.
cart-refused-coupon-form = Ein Gutschein besteht aus lateinischen Buchstaben und Ziffern.
cart-refused-coupons-full = Mehr Gutscheine gehen nicht. Entferne zuerst einen.
cart-refused-postal = Das ist keine Postleitzahl.
cart-refused-region = Ein Bundesstaat hat zwei Buchstaben, etwa NY.
cart-refused-country = Dorthin liefern wir nicht.
cart-refused-delivery = Diese Art des Versands gibt es nicht mehr.
cart-refused-busy = Aus deinem Netz kommen gerade zu viele neue Warenkörbe. Bitte versuche es gleich noch einmal.
cart-refused-connection = Keine Verbindung zum Laden. Es hat sich nichts geändert; bitte versuch es noch einmal.
cart-refused-other = Das hat nicht geklappt. Es hat sich nichts geändert; bitte versuch es noch einmal.

## Wenn etwas fehlt

not-found-title = Unter dieser Adresse ist nichts
not-found-text = Vielleicht heißt das Gesuchte jetzt anders oder ist nicht mehr im Sortiment. Die Suche kennt alles, was wir haben.
not-found-link = Zur Startseite
error-title = Das hat nicht geklappt
error-text = Das liegt an uns, nicht an dir. Es ging nichts verloren; bitte versuch es gleich noch einmal.
error-retry = Noch einmal versuchen
search-away-title = Die Suche ist gerade nicht da
search-away-text = Sie kommt gleich wieder. Bis dahin kannst du dich in den Kategorien umsehen.
error-reference = Wenn du uns schreibst, nenn bitte { $reference }.
offline-title = Keine Verbindung
offline-text = Du bist offline, oder der Laden ist gerade nicht erreichbar. Diese Seite ist noch nicht auf deinem Gerät. Was du dir zuletzt angesehen hast, kannst du weiter lesen.
offline-kept = Das kannst du weiter lesen
connection-cut = Keine Verbindung zum Laden. Preise und Bestand können sich geändert haben.
connection-kept = Keine Verbindung zum Laden. Du siehst den Stand vom { $time }: Preise und Bestand können sich seitdem geändert haben.
connection-check = Noch einmal prüfen
connection-checking = Wird geprüft …

## Checkout and orders

checkout-title = Kasse
checkout-needs-script = Kasse und Bestellungen brauchen JavaScript, und das ist in diesem Browser ausgeschaltet.
order-title = Deine Bestellung
order-look-up-title = Bestellung finden
