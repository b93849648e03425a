# Was die Kasse und die Seiten der Bestellungen sagen, auf Deutsch: es kommt mit ihnen, und nicht mit jeder Seite.
# Zahlen und Geld kommen schon als Text.

## Das Formular

form-contact = Kontakt
form-email = E-Mail-Adresse
form-email-hint = Für die Bestätigung deiner Bestellung.
form-phone = Telefon
form-optional = (freiwillig)
form-address = Lieferadresse
form-address-alone = Adresse
form-name = Vor- und Nachname
form-country = Land
form-line1 = Straße und Hausnummer
form-more = Firma oder Adresszusatz angeben
form-company = Firma
form-line2 = Adresszusatz
form-postal = Postleitzahl
form-city = Ort
form-region = Bundesstaat (etwa NY)
form-billing-other = Die Rechnung geht an eine andere Adresse
form-billing = Rechnungsadresse
form-payment = Bezahlung
form-nothing-due = Es bleibt nichts zu zahlen.
gift-card = Geschenkkarte •••• { $card }
gift-due = Zu zahlen
form-gift-cards = Geschenkkarten
form-details = Deine Angaben
form-summary = Deine Bestellung
form-summary-total = Deine Bestellung: { $total }
form-back = Zurück zum Warenkorb
form-delivery-open = wird im Formular gewählt
form-tax = Steuer
form-tax-in = enthält { $amount } Steuer
form-tax-on = davon { $amount } Steuer
form-buy = Zahlungspflichtig bestellen
form-digital = Ich stimme zu, dass ich Folgendes sofort bekomme, bevor die Widerrufsfrist abgelaufen ist, und weiß, dass damit mein Widerrufsrecht dafür erlischt: { $items }.
form-legal = Für deine Bestellung gelten:
form-sending = Einen Moment …

## Was an einem Feld nicht stimmt

form-mistakes = { $count ->
    [one] Eine Angabe fehlt oder stimmt nicht:
   *[other] { $count } Angaben fehlen oder stimmen nicht:
}
form-wrong-email = Gib deine E-Mail-Adresse an, etwa name@example.org.
form-wrong-phone = Gib die Telefonnummer in Ziffern an, etwa +49 30 901820, oder lass sie weg.
form-wrong-name = Gib Vor- und Nachnamen an.
form-wrong-text = Darin sind Zeichen, die sich nicht auf ein Etikett drucken lassen.
form-wrong-line1 = Gib Straße und Hausnummer an.
form-wrong-postal = Gib die Postleitzahl an, etwa { $example }.
form-wrong-city = Gib den Ort an.
form-wrong-region = Gib den Bundesstaat in zwei oder drei Buchstaben an, etwa NY.
form-wrong-country = In dieses Land liefern wir nicht. Wähl ein anderes.
form-wrong-delivery = Wähl aus, wie die Bestellung zu dir kommt.
form-wrong-digital = Setz das Häkchen über dem Knopf, wenn du zustimmst: ohne das lässt sich nicht bestellen, was digital ist.

## Warum nichts bestellt wurde

form-changed-title = Der Preis hat sich geändert. Es ist noch nichts bestellt.
form-changed-part = { $name }: { $is } statt { $was }
form-changed-gone = { $name } gibt es hier nicht mehr und zählt nicht zur Summe.
form-changed-text = Wenn das für dich in Ordnung ist, drück noch einmal auf den Knopf.
form-terms-title = Unsere Bedingungen haben sich gerade geändert. Es ist noch nichts bestellt.
form-terms-text = Lies, was jetzt gilt. Wenn das für dich in Ordnung ist, drück noch einmal auf den Knopf.
form-short-title = Es ist nicht mehr alles da. Es ist noch nichts bestellt.
form-limits-title = Nicht alles kann in dieser Menge bestellt werden. Es ist noch nichts bestellt.
form-limits-line = { $name }: du möchtest { $asked }, und { $available } können auf einmal bestellt werden.
form-short-few = { $name }: du möchtest { $asked }, und { $available } sind zu haben.
form-short-none = { $name } ist gerade ausverkauft.
form-short-take = { $rest } nehmen
form-short-take-name = { $rest } nehmen: { $name }
form-short-remove = Herausnehmen
form-short-remove-name = Herausnehmen: { $name }
form-refused-empty = In deinem Warenkorb ist nichts zu bestellen.
form-refused-gone = Etwas in deinem Warenkorb gibt es nicht mehr. Nimm es heraus und bestell den Rest.
form-refused-busy = Gerade bestellen sehr viele. Bitte versuch es in einer Sekunde noch einmal.
form-refused-open-email = Mehrere Bestellungen mit dieser E-Mail-Adresse sind noch nicht bezahlt. Bezahl oder storniere eine davon oder versuch es in ein paar Minuten noch einmal.
form-refused-open-network = Aus deinem Netz sind gerade sehr viele Bestellungen noch nicht bezahlt. Bitte versuch es in ein paar Minuten noch einmal.
form-refused-connection = Keine Verbindung zum Laden. Drück noch einmal auf den Knopf: es wird nichts doppelt bestellt.
form-refused-other = Das hat nicht geklappt, und es wurde nichts bestellt. Bitte versuch es noch einmal.

## Bezahlen

pay-demo-title = Das ist eine Vorführung: es fließt kein Geld.
pay-demo-text = Gib keine echte Karte ein. Nimm eine von diesen:
pay-test-cards = Testkarten
pay-test-good = Gute Karte
pay-test-secure = Fragt die Bank (3-D Secure)
pay-test-declined = Abgelehnt
pay-test-funds = Zu wenig Geld
pay-number = Kartennummer
pay-expiry = Gültig bis
pay-expiry-hint = Monat / Jahr
pay-code = Prüfnummer
pay-code-hint = 3 oder 4 Ziffern
pay-wrong-number = Prüf die Kartennummer: eine Ziffer fehlt oder stimmt nicht.
pay-wrong-expiry = Gib Monat und Jahr an, wie sie auf der Karte stehen, etwa 08 / 29.
pay-wrong-expired = Diese Karte ist abgelaufen. Nimm eine andere.
pay-wrong-code = Gib die 3 oder 4 Ziffern der Prüfnummer an.
pay-again = { $amount } bezahlen
pay-change = Angaben ändern
pay-back-paid = Diese Bestellung ist schon bezahlt und lässt sich hier nicht mehr ändern.
pay-back-failed = Die Bestellung ließ sich gerade nicht zurücknehmen. Bitte versuch es gleich noch einmal.
pay-processing = Deine Bank ist dabei. Du musst nichts tun; diese Seite geht mit.
pay-unfinished = Die Bestätigung bei deiner Bank wurde nicht beendet. Es wurde nichts abgebucht. Deine Sachen sind zurückgelegt: bezahl noch einmal, mit derselben Karte oder einer anderen.
pay-away-title = Für die Zahlung gibt es noch keine Antwort.
pay-away-text = Deine Sachen sind zurückgelegt. Es wird nichts doppelt abgebucht: bitte bezahl in einer Minute noch einmal.
pay-away-form = Bezahlen geht gerade nicht. Bitte lade die Seite in einer Minute neu; was du eingegeben hast, bleibt da.
pay-declined-title = Die Zahlung wurde abgelehnt. Es wurde nichts abgebucht.
pay-declined-funds = Auf dieser Karte ist nicht genug Geld. Deine Sachen sind zurückgelegt; versuch es mit einer anderen Karte.
pay-declined-expired = Diese Karte ist abgelaufen. Deine Sachen sind zurückgelegt; versuch es mit einer anderen Karte.
pay-declined-mistyped = Nummer, Datum oder Prüfnummer stimmen nicht. Vergleich sie mit der Karte und bezahl noch einmal.
pay-declined-unproven = Deine Bank konnte nicht bestätigen, dass du es bist. Versuch es noch einmal, oder nimm eine andere Karte.
pay-declined-again = Deine Bank konnte es gerade nicht ausführen. Mit derselben Karte klappt es vielleicht in einer Minute.
pay-declined-refused = Deine Bank sagt nicht, warum. Deine Sachen sind zurückgelegt; versuch es mit einer anderen Karte, oder frag deine Bank.

## Wie lange die Sachen zurückgelegt sind

hold-until = { $minutes ->
    [one] Deine Sachen sind bis { $time } zurückgelegt: noch eine Minute.
   *[other] Deine Sachen sind bis { $time } zurückgelegt: noch { $minutes } Minuten.
}
hold-told = { $minutes ->
    [one] Deine Sachen sind noch eine Minute zurückgelegt.
   *[other] Deine Sachen sind noch { $minutes } Minuten zurückgelegt.
}
hold-extend = Ich brauche mehr Zeit
hold-failed = Die Zeit ließ sich nicht verlängern.
hold-over = Die Zeit zum Bezahlen ist um.
hold-expired = Die Zeit zum Bezahlen ist um, und deine Sachen sind wieder frei. Es wurde nichts abgebucht. Dein Warenkorb und deine Angaben sind, wie sie waren.

## Eine Bestellung

order-number = Bestellung { $number }
order-goods = Was du gekauft hast
order-placed = Bestellt am { $date }
order-failed = Die Bestellung kam nicht an. Von ihr ist nichts verloren.
order-missing = Diese Bestellung lässt sich nur in dem Browser öffnen, in dem sie gemacht wurde. Anderswo findet man sie mit ihrer Nummer und der E-Mail-Adresse.
order-pending-title = Wartet auf die Zahlung
order-pending-text = Deine Sachen sind für dich zurückgelegt. Die Bestellung gilt, sobald sie bezahlt ist.
order-paid-title = Danke, deine Bestellung ist da.
order-paid-text = Sie ist bezahlt, und wir packen sie.
order-paid-digital-text = Sie ist bezahlt. Es kommt nichts mit der Post.
order-capturing-text = Deine Bank hat der Zahlung zugestimmt, und wir packen die Bestellung.
order-capturing-digital-text = Deine Bank hat der Zahlung zugestimmt. Es kommt nichts mit der Post.
order-cancelling-title = Die Bestellung wird zurückgenommen
order-cancelling = Wir nehmen die Bestellung zurück. Es wird nichts abgebucht; diese Seite geht mit.
order-cancelled-title = Diese Bestellung ist storniert
order-cancelled-text = Es wurde nichts abgebucht.
order-reason-expired = Sie wurde nicht rechtzeitig bezahlt. Es wurde nichts abgebucht, und was du wolltest, ist noch in deinem Warenkorb.
order-reason-changed = Der Warenkorb wurde geändert, bevor sie bezahlt war. Es wurde nichts abgebucht.
order-reason-shopper = Du hast sie zurückgenommen. Es wurde nichts abgebucht, und was du wolltest, ist noch in deinem Warenkorb.
order-reason-staff = Der Laden hat sie storniert. Es wurde nichts abgebucht.
order-reason-uncaptured = Deine Bank hat nicht ausgezahlt, was sie zugesagt hatte. Es wurde nichts abgebucht.
order-keep = Heb die Nummer deiner Bestellung auf: zusammen mit { $email } zeigt sie auf jedem Gerät, was hier steht.
order-charged = Daraus ist nichts geworden, und dein Geld war trotzdem abgebucht. Es kommt auf dem Weg zurück, auf dem du bezahlt hast.
order-refunding = { $amount } sind auf dem Weg zurück zu dir.
order-refunded = { $amount } wurden zurückgezahlt.
order-refunded-otherwise = { $amount } davon haben wir dir auf anderem Weg gezahlt, weil es so, wie du bezahlt hattest, nicht zurückgehen konnte.
order-refunded-gift = { $amount } davon sind wieder auf deinen Geschenkkarten.
order-legal-title = Was für diese Bestellung gilt
order-digital = Am { $moment } hast du zugestimmt, dass du Folgendes sofort bekommst, bevor die Widerrufsfrist abgelaufen ist, und dass damit dein Widerrufsrecht dafür erlischt: { $items }.
order-legal-failed = Der Text ist nicht angekommen. Schließ ihn und öffne ihn noch einmal.
order-mailbox = Das ist eine Demo: Ihre Mails liegen in einem Postfach, das alle öffnen können.

## Eine Bestellung finden

look-text = Gib die Nummer deiner Bestellung an, und die E-Mail-Adresse, mit der du bestellt hast.
look-number = Bestellnummer
look-number-hint = Etwa K7QM-2XRT
look-wrong-number = Eine Bestellnummer sieht so aus: K7QM-2XRT.
look-none = Mit dieser Nummer und dieser E-Mail-Adresse gibt es keine Bestellung. Prüf beide.
look-busy = Gerade werden zu viele Bestellungen gesucht. Bitte versuch es in einer Sekunde noch einmal.
