# Was in E-Mails steht, und das Postfach einer Demo, auf Deutsch. Nur der Server schreibt das.
# Zahlen, Beträge, Tage und Namen kommen schon fertig geschrieben an.

## What a mail is about

subject-received = Deine Bestellung { $number } ist angekommen
subject-paid = Bestellung { $number } ist bezahlt
subject-cancelled = Bestellung { $number } ist storniert
subject-refunded = { $amount } der Bestellung { $number } zurückgezahlt
title-received = Deine Bestellung ist angekommen
title-paid = Danke, deine Bestellung ist da
title-cancelled = Diese Bestellung ist storniert
title-refunded = Wir haben { $amount } zurückgezahlt
lead-received = Danke, dass du bei { $shop } bestellst.
lead-received-held = Deine Sachen sind bis { $until } für dich zurückgelegt. Die Bestellung gilt, sobald sie bezahlt ist. Hast du inzwischen bezahlt, sagt das die nächste Mail.
lead-received-free = Zu bezahlen ist nichts. Die nächste Mail bestätigt die Bestellung.
lead-paid = Sie ist bezahlt, und wir packen sie.
lead-paid-digital = Sie ist bezahlt. Nichts davon kommt mit der Post.
lead-cancelled-charged = Daraus ist nichts geworden, und { $amount } waren trotzdem abgebucht. Alles kommt auf dem Weg zurück, auf dem du bezahlt hast; bis deine Bank es zeigt, kann es ein paar Tage dauern.
lead-refunded = Das Geld kommt auf dem Weg zurück, auf dem du bezahlt hast. Bis deine Bank es zeigt, kann es ein paar Tage dauern.
lead-refunded-part = { $amount } kommen auf dem Weg zurück, auf dem du bezahlt hast. Bis deine Bank es zeigt, kann es ein paar Tage dauern.
lead-refunded-gift-card = { $amount } sind wieder auf deiner Geschenkkarte mit der Endung { $card }. Sie lassen sich mindestens 30 Tage lang ausgeben.
lead-refunded-all = Mit dem, was vorher zurückging, sind das zusammen { $amount }.

## What stands in it

goods-title = Was du bestellt hast
goods-each = je { $price }
fact-number = Bestellung
fact-placed = Bestellt am
fact-payment = Zahlung
fact-delivery = Versand
fact-address = Lieferadresse
fact-address-alone = Adresse
fact-billing = Rechnungsadresse
fact-digital = Sofort bereitgestellt
digital-consent = Am { $moment } hast du zugestimmt, dass du Folgendes sofort bekommst, bevor die Widerrufsfrist abgelaufen ist, und bestätigt, dass du weißt, dass damit dein Widerrufsrecht dafür erlischt:
fact-attached = Angehängt, wie es bei deiner Bestellung galt
fact-contact = Kontakt
payment-awaited = { $amount }, zu bezahlen bis { $until }
payment-free = Zu bezahlen ist nichts.
payment-agreed = Deine Bank hat der Zahlung von { $amount } zugestimmt.
payment-paid = { $amount }, bezahlt am { $date }
payment-none = Es wurde nichts abgebucht.
payment-returning = { $amount } sind auf dem Weg zurück zu dir.
gift-card = Geschenkkarte •••• { $card }
sum-due = Zu zahlen
payment-gift-card = { $card }: { $amount }
payment-gift-card-back = { $card }: { $amount } sind wieder darauf
button = Bestellung ansehen
button-hint = Die Seite fragt nach der Nummer { $number } und nach dieser E-Mail-Adresse.
footer-why = Du bekommst diese Mail, weil mit dieser Adresse bei { $shop } bestellt wurde. Es geht darin nur um diese Bestellung.
footer-not-you = Warst du das nicht, brauchst du nichts zu tun: Ohne eine Zahlung, der du zugestimmt hast, wird nichts abgebucht.

## A test

test-subject = Ein Test der Mails von { $shop }
test-title = Mails kommen an
test-text = Das ist ein Test. Kannst du ihn lesen, stimmen die Einstellungen für Mails.

## Dates

date = { $day }. { $month } { $year }
date-month-first = { $day }. { $month } { $year }
days = { $first } bis { $last }
moment = { $date }, { $time } Uhr ({ $zone })
month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember

## The mailbox of a demo

mailbox-title = Postfach der Demo
mailbox-text = Das ist eine Demo: Keine Mail verlässt sie. Was Kundinnen und Kunden bekämen, liegt hier, und wer diesen Laden öffnen kann, kann es lesen.
mailbox-empty = Noch keine Mails. Bestell etwas, und sieh dann wieder nach.
mailbox-to = An
mailbox-sent = Gesendet
mailbox-attached = Angehängt
mailbox-back = Alle Mails
mailbox-as-page = Als Seite
mailbox-as-text = Als Text
mailbox-shop = Zum Laden
mailbox-language = In English
