import type { Product, Variant } from "@ecom67/api-client/types";
import { SwatchDot } from "@ecom67/ui/swatch-dot";
import { useShop } from "../../shop/shop";
import { variantWith } from "./choose-variant";

type Props = { product: Product; shown: Variant; onChoose: (sku: string) => void };

/** Buttons of a form: where no script runs, pressing one loads the page with its variant. */
export function Options({ product, shown, onChoose }: Props) {
  return (
    <form
      method="get"
      className="options"
      onSubmit={(event) => {
        event.preventDefault();
        const { submitter } = event.nativeEvent;
        if (submitter instanceof HTMLButtonElement) onChoose(submitter.value);
      }}
    >
      {product.options.map((option) => (
        <fieldset key={option.attribute}>
          <legend>
            {option.name}: <span className="text-quiet">{labelOf(option, shown)}</span>
          </legend>
          <div className="option-values">
            {option.values.map((value) => (
              <OptionButton
                key={value.value}
                value={value}
                isChosen={shown.options[option.attribute] === value.value}
                target={variantWith(product, shown, option.attribute, value.value)}
              />
            ))}
          </div>
        </fieldset>
      ))}
    </form>
  );
}

type OptionValue = Product["options"][number]["values"][number];

function OptionButton({ value, isChosen, target }: { value: OptionValue; isChosen: boolean; target: Variant | undefined }) {
  const { t } = useShop();
  if (target === undefined) return null;
  const isSoldOut = target.availability === "sold_out";
  return (
    <button
      type="submit"
      name="sku"
      value={target.sku}
      className={isSoldOut ? "option option-sold-out" : "option"}
      aria-pressed={isChosen}
    >
      {value.color != null && <SwatchDot color={value.color} faded={isSoldOut} />}
      {value.label}
      {isSoldOut && <span className="sr-only"> ({t("product-option-sold-out")})</span>}
    </button>
  );
}

function labelOf(option: Product["options"][number], shown: Variant): string {
  const chosen = shown.options[option.attribute];
  return option.values.find((value) => value.value === chosen)?.label ?? "";
}
