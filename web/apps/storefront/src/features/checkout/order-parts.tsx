import type { Order, PostalAddress } from "@ecom67/api-client/types";
import type { ReactNode } from "react";
import { countryName } from "../../shop/shop";
import { dateRange } from "../../shop/date-range";
import { Part, Tenders } from "./summary";
import { useWords, type Words } from "./words";

/** What was bought, line by line, and what each part of the sum is. */
export function OrderSums({ order }: { order: Order }) {
  const words = useWords();
  const { t, money, number } = words;
  const amount = (minor: number) => money(minor, order.currency);
  const { totals, delivery } = order;
  const taxes = order.taxes.filter((tax) => tax.amount > 0);
  const taxOf = ({ name, percent, amount: minor }: Order["taxes"][number]) => ({ name, rate: number(Number(percent)), amount: amount(minor) });
  return (
    <>
      <ul className="order-lines">
        {order.lines.map(({ sku, name, quantity, total, discount }) => (
          <li key={sku}>
            <p>{t("cart-gift-count", { quantity: number(quantity), name })}</p>
            <p className="cart-row-amounts">
              {discount > 0 && (
                <s className="price-before">
                  <span className="sr-only">{t("cart-line-before")} </span>
                  {amount(total + discount)}
                </s>
              )}
              {amount(total)}
            </p>
          </li>
        ))}
        {order.gifts.map(({ sku, name, quantity }) => (
          <li key={`gift ${sku}`}>
            <p>
              <strong>{t("cart-gift")}</strong> {t("cart-gift-count", { quantity: number(quantity), name })}
            </p>
            <p>{t("cart-sum-free")}</p>
          </li>
        ))}
      </ul>
      <div className="cart-sum">
        <dl className="cart-sum-parts">
          <Part name={t("cart-sum-goods")} text={amount(totals.goods)} />
          {totals.discount > 0 && <Part name={t("cart-sum-discounts")} text={amount(-totals.discount)} isReduced />}
          {delivery != null && <Part name={t("cart-sum-delivery-by", { name: delivery.name })} text={delivery.total === 0 ? t("cart-sum-free") : amount(delivery.total)} />}
          {totals.relief > 0 && <Part name={t("cart-sum-relief")} text={amount(-totals.relief)} />}
          {!order.tax_included && taxes.map((tax) => <Part key={`${tax.name} ${tax.percent}`} name={t("cart-sum-tax-added", taxOf(tax))} text={amount(tax.amount)} />)}
        </dl>
        <p className="cart-sum-part cart-sum-total">
          <span>{t("cart-sum-total")}</span> <strong>{amount(totals.total)}</strong>
        </p>
        <Tenders of={order} />
        {order.tax_included &&
          taxes.map((tax) => (
            <p key={`${tax.name} ${tax.percent}`} className="text-small text-quiet">
              {t("cart-sum-tax-included", taxOf(tax))}
            </p>
          ))}
      </div>
    </>
  );
}

/** When the goods come, or can be fetched; `undefined` where nobody knows, or nothing is sent. */
export function deliveryDays({ delivery }: Order, { t, tag }: Pick<Words, "t" | "tag">): string | undefined {
  const dates = dateRange(delivery?.first_day, delivery?.last_day, tag);
  return dates === undefined ? undefined : t(delivery?.pick_up == null ? "cart-delivery-comes" : "cart-delivery-ready", { dates });
}

/** Who ordered and where it goes, each in a line. */
export function ContactLines({ order }: { order: Order }) {
  const words = useWords();
  const { t, say } = words;
  const { contact, delivery } = order;
  const days = deliveryDays(order, words);
  return (
    <dl className="order-facts">
      {contact != null && (
        <>
          <Fact name={say("form-contact")}>
            {contact.email}
            {contact.phone != null && <span className="cart-sum-note">{contact.phone}</span>}
          </Fact>
          <Fact name={say(delivery == null ? "form-address-alone" : "form-address")}>
            <Address address={contact.delivery_address} />
          </Fact>
          {contact.billing_address != null && (
            <Fact name={say("form-billing")}>
              <Address address={contact.billing_address} />
            </Fact>
          )}
        </>
      )}
      {delivery != null && (
        <Fact name={t("cart-delivery-title")}>
          {delivery.name}
          {days !== undefined && <span className="cart-sum-note">{days}</span>}
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** In the order in which each line helps a reader; the carrier has a form of its own. */
function Address({ address: { name, company, line1, line2, postal_code, city, region, country } }: { address: PostalAddress }) {
  const { tag } = useWords();
  const town = [postal_code, city, region].filter(Boolean).join(" ");
  return [name, company, line1, line2, town, countryName(country, tag)].filter(Boolean).join(", ");
}
