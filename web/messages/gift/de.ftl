# Geschenkkarten: was neben einer Karte einen Warenkorb oder eine Bestellung bezahlt. Wird geladen, wo jemand eine eingibt oder hat.

gift-title = Ich habe eine Geschenkkarte
gift-label = Code der Geschenkkarte
gift-hint = 20 Buchstaben und Ziffern. Striche, Leerzeichen und kleine Buchstaben sind egal.
gift-enter = Geschenkkarte einlösen
gift-empty = Gib erst den Code ein.
gift-list = Deine Geschenkkarten
gift-remove = Entfernen: Geschenkkarte •••• { $card }
gift-card = Geschenkkarte •••• { $card }
gift-balance = { $amount } sind darauf.
gift-due = Zu zahlen
gift-refused-unknown = Eine Geschenkkarte mit diesem Code gibt es nicht. Sieh nach, ob er so eingegeben ist, wie du ihn bekommen hast.
gift-refused-form = Der Code einer Geschenkkarte hat 20 Buchstaben und Ziffern.
gift-refused-slip = Eines der Zeichen stimmt nicht. Sieh dir den Code noch einmal an.
gift-refused-expired = Diese Geschenkkarte ist abgelaufen.
gift-refused-blocked = Diese Geschenkkarte ist gesperrt. Frag den Shop danach.
gift-refused-spent = Auf dieser Geschenkkarte ist nichts mehr.
gift-refused-currency = Diese Geschenkkarte lautet auf eine andere Währung und kann hier nicht zahlen.
gift-refused-full = Drei Geschenkkarten lassen sich zugleich einlösen. Entferne erst eine.
gift-refused-often = Es wurden zu viele Codes versucht. Warte eine halbe Minute und versuche es noch einmal.
