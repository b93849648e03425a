import type { Contact, Product } from "@ecom67/api-client/types";
import { Fold } from "@ecom67/ui/fold";
import { useShop } from "../../shop/shop";

/** What the law wants beside a product: warnings, and whom to write to. */
export function Safety({ product }: { product: Product }) {
  const { t } = useShop();
  const hasMakers = product.manufacturer != null || product.responsible_person != null;
  return (
    <>
      {product.warnings.length > 0 && (
        <Fold title={t("product-warnings")} open>
          <ul className="warnings">
            {product.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Fold>
      )}
      {hasMakers && (
        <Fold title={t("product-makers")} open={false}>
          <div className="makers">
            {product.manufacturer != null && <ContactCard title={t("product-manufacturer")} contact={product.manufacturer} />}
            {product.responsible_person != null && <ContactCard title={t("product-responsible")} contact={product.responsible_person} />}
          </div>
        </Fold>
      )}
    </>
  );
}

function ContactCard({ title, contact }: { title: string; contact: Contact }) {
  return (
    <address>
      <strong>{title}</strong>
      <span>{contact.name}</span>
      <span>{contact.address}</span>
      {contact.email != null && (
        <a className="link" href={`mailto:${contact.email}`}>
          {contact.email}
        </a>
      )}
    </address>
  );
}
