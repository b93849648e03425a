# Warum ein Betrag des Warenkorbs ist, wie er ist, auf Deutsch: was der Browser um die Regeln herum sagt, deren Worte der
# Server schreibt (../quote). Es kommt mit der ersten Frage, nicht mit der Seite.

why-title = Warum { $amount }?
why-parts = Setzt sich zusammen aus
why-sum = Zusammen
why-rules = Was gilt
why-others = Was nicht gilt, und warum
why-none = Mit diesem Betrag hat weder eine Preisliste noch eine Aktion zu tun.
why-failed = Die Gründe kamen nicht an. Die Beträge darüber stimmen trotzdem.
why-gone = Diesen Betrag gibt es im Warenkorb nicht mehr.
why-units = { $quantity } × { $price }
why-line = { $quantity } × { $name }
why-goods-alone = Vor Rabatten und Versand.
why-own-price = { $price } pro Stück ist unser Preis.
why-share = sein Anteil an { $amount } im ganzen Warenkorb
why-before = Vorher: { $price } pro Stück
why-relief = Steuer, die du nicht zahlst
why-tax-share = { $rate } % von { $base }
why-tax-inside = Die Preise enthalten diese Steuer: Sie kommt nicht dazu.
why-tax-in-amount = Enthält { $tax } Steuer.
why-tax-on-top = { $tax } Steuer kommen dazu, in der Summe des Warenkorbs.
why-free-from = Ab { $missing } mehr ist der Versand kostenlos.
