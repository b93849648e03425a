import type { CartLine, CartNotice } from "@ecom67/api-client/types";
import { useWriting } from "../../shop/cart/use-writing";
import { useShop } from "../../shop/shop";

type Props = { line: CartLine; currency: string; onTake: (quantity: number) => void };

/** What has happened since somebody looked: told, and never silently applied. */
export function LineNotices({ line, currency, onTake }: Props) {
  return (
    <ul className="cart-notices">
      {line.notices.map((notice) => (
        <li key={notice.code} className="cart-notice">
          <Notice notice={notice} name={line.name} currency={currency} onTake={onTake} />
        </li>
      ))}
    </ul>
  );
}

type NoticeProps = { notice: CartNotice; name: string; currency: string; onTake: (quantity: number) => void };

function Notice({ notice, name, currency, onTake }: NoticeProps) {
  const { t, number } = useShop();
  switch (notice.code) {
    case "price_changed":
      return <PriceChanged was={notice.was} now={notice.is} name={name} currency={currency} />;
    case "not_enough": {
      const { asked, available } = notice;
      const formatted = number(available);
      if (available === 0) return <p>{t("cart-notice-none")}</p>;
      return (
        <>
          <p>{t("cart-notice-few", { asked: number(asked), available, formatted })}</p>
          <button type="button" className="button" aria-label={t("cart-notice-take-name", { formatted, name })} onClick={() => onTake(available)}>
            {t("cart-notice-take", { formatted })}
          </button>
        </>
      );
    }
    case "product_quantity_not_allowed":
    case "quantity_not_allowed": {
      const formatted = number(notice.allowed);
      if (notice.allowed === 0) return <p>{"max" in notice ? t("quantity-max-of-product", { count: number(notice.max) }) : t("cart-notice-none")}</p>;
      return (
        <>
          <p>{t("cart-notice-limit", { asked: number(notice.asked), formatted })}</p>
          <button type="button" className="button" aria-label={t("cart-notice-take-name", { formatted, name })} onClick={() => onTake(notice.allowed)}>
            {t("cart-notice-take", { formatted })}
          </button>
        </>
      );
    }
    case "not_sold":
      return <p>{t("cart-notice-gone")}</p>;
  }
}

function PriceChanged({ was, now, name, currency }: { was: number; now: number; name: string; currency: string }) {
  const { t, money } = useShop();
  const { isWriting, problem, write } = useWriting();
  return (
    <>
      <p>{t("cart-notice-price", { before: money(was, currency), now: money(now, currency) })}</p>
      <button
        type="button"
        className="button"
        aria-label={t("cart-notice-accept-name", { name })}
        aria-busy={isWriting || undefined}
        onClick={() => void write((writes, place) => writes.acceptPrices(place))}
      >
        {t("cart-notice-accept")}
      </button>
      {problem !== undefined && (
        <p className="cart-problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
