import { unwrap } from "@ecom67/api-client";
import type { Order, OrderLegalText } from "@ecom67/api-client/types";
import { Icon } from "@ecom67/ui/icon";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useCartPlace } from "../../shop/cart/query";
import { request } from "./orders";
import { useWords } from "./words";

/** The texts under which the order was placed, as they were then. Each comes when it is opened. */
export default function LegalTexts({ order }: { order: Order }) {
  const { say, tag } = useWords();
  const consent_at = order.digital_consent_at;
  if (order.legal_texts.length === 0) return null;
  return (
    <section className="order-legal" aria-labelledby="order-legal">
      <h2 id="order-legal" className="text-title">
        {say("order-legal-title")}
      </h2>
      {order.legal_texts.map((text) => (
        <LegalText key={`${text.kind} ${text.title}`} order={order.id} text={text} />
      ))}
      {consent_at != null && (
        <p>
          {say("order-digital", {
            moment: new Intl.DateTimeFormat(tag, { dateStyle: "long", timeStyle: "short" }).format(new Date(consent_at)),
            items: new Intl.ListFormat(tag).format(order.lines.filter(({ digital }) => digital).map(({ name }) => name)),
          })}
        </p>
      )}
    </section>
  );
}

function LegalText({ order, text: { kind, title } }: { order: string; text: OrderLegalText }) {
  const { t, say, locale } = useWords();
  const { api } = useCartPlace();
  const [isOpen, setIsOpen] = useState(false);
  const { data, isError } = useQuery({
    queryKey: ["legal-text", order, kind, locale],
    queryFn: () => {
      const { params, signal } = request(locale, order);
      return unwrap(api.GET("/api/orders/{order}/legal-texts/{kind}", { params: { ...params, path: { order, kind } }, signal }));
    },
    enabled: isOpen,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <details className="fold" onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>
        {title}
        <Icon name="chevron" />
      </summary>
      {data !== undefined && <div className="prose" lang={data.language} dangerouslySetInnerHTML={{ __html: data.body_html }} />}
      {isError && <p role="alert">{say("order-legal-failed")}</p>}
      {isOpen && data === undefined && !isError && <p>{t("loading")}</p>}
    </details>
  );
}
