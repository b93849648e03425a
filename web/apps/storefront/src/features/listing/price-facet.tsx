import type { Facet } from "@ecom67/api-client/types";
import { useRef, useState } from "react";
import { formatAmount, parseAmount } from "../../shop/money";
import { useShop } from "../../shop/shop";
import { readPrice, withPrice, type ListSearch, type PriceRange } from "./list-search";
import type { List } from "./use-list";

type Props = { range: NonNullable<Facet["range"]>; search: ListSearch; onChange: List["change"] };

const ERROR_ID = "price-error";

/** Two fields that answer when they are left, or on Enter: never while somebody types. */
export function PriceFacet({ range, search, onChange }: Props) {
  const { t, tag, navigation } = useShop();
  const { currency } = navigation;
  const [isInvalid, setIsInvalid] = useState(false);
  const chosen = search.filter.map(readPrice).find((price) => price !== undefined);

  const fieldset = useRef<HTMLFieldSetElement>(null);
  const apply = () => {
    const inputs = fieldset.current?.querySelectorAll("input") ?? [];
    const [minimum, maximum] = Array.from(inputs, (input) => readField(input.value, currency));
    const isWrong = minimum === "invalid" || maximum === "invalid";
    setIsInvalid(isWrong);
    if (isWrong || (minimum === chosen?.minimum && maximum === chosen?.maximum)) return;
    void onChange(withPrice(search, { minimum, maximum }));
  };

  const fields = [
    { key: "minimum", label: "filter-price-minimum", value: chosen?.minimum, hint: range.minimum },
    { key: "maximum", label: "filter-price-maximum", value: chosen?.maximum, hint: range.maximum },
  ] satisfies { key: keyof PriceRange; label: string; value: number | undefined; hint: number }[];

  return (
    <fieldset className="price-facet" ref={fieldset}>
      {fields.map(({ key, label, value, hint }) => (
        <label key={key}>
          <span className="text-small">{t(label, { currency })}</span>
          {/* Uncontrolled, and new for each value in the address. */}
          <input
            key={value ?? ""}
            className="field"
            inputMode="decimal"
            autoComplete="off"
            defaultValue={value === undefined ? "" : formatAmount(value, currency, tag)}
            placeholder={formatAmount(hint, currency, tag)}
            aria-invalid={isInvalid}
            aria-describedby={isInvalid ? ERROR_ID : undefined}
            onBlur={apply}
            onKeyDown={(event) => {
              if (event.key === "Enter") apply();
            }}
          />
        </label>
      ))}
      {isInvalid && (
        <p id={ERROR_ID} className="field-error" role="alert">
          {t("filter-price-invalid", { example: formatAmount(range.maximum, currency, tag) })}
        </p>
      )}
    </fieldset>
  );
}

function readField(text: string, currency: string): number | undefined | "invalid" {
  if (text.trim() === "") return undefined;
  return parseAmount(text, currency) ?? "invalid";
}
