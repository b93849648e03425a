import type { ProductCard, Suggestions } from "@ecom67/api-client/types";
import { Icon } from "@ecom67/ui/icon";
import { Picture } from "@ecom67/ui/picture";
import type { ReactNode } from "react";
import { ProductName } from "../../shop/product-name";
import { ProductPrice } from "../../shop/product-price";
import { useShop } from "../../shop/shop";
import { tellFollowed } from "../../shop/signals";
import { SearchOption } from "./search-option";
import { SuggestionOption } from "./suggestion-option";
import type { TypeAhead } from "./use-type-ahead";

type Props = { typeAhead: TypeAhead; answer: Suggestions };

export function SuggestedOptions({ typeAhead, answer }: Props) {
  const { t, locale } = useShop();
  const { query, queries, categories, products } = answer;
  const first_category = queries.length;
  const first_product = first_category + categories.length;
  return (
    <>
      {queries.length > 0 && (
        <Group label={t("suggestions-queries")}>
          {queries.map((search, index) => (
            <SearchOption key={search} typeAhead={typeAhead} position={index} search={search} icon="search">
              <Completion typed={query} search={search} />
            </SearchOption>
          ))}
        </Group>
      )}
      {categories.length > 0 && (
        <Group label={t("suggestions-categories")}>
          {categories.map(({ slug, name }, index) => (
            <SuggestionOption key={slug} typeAhead={typeAhead} position={first_category + index} href={`/c/${slug}`}>
              <Icon name="shelf" />
              <span className="suggestion-text">{name}</span>
              <span className="suggestion-kind">{t("facet-category")}</span>
            </SuggestionOption>
          ))}
        </Group>
      )}
      {products.length > 0 && (
        <Group label={t("suggestions-products")}>
          {products.map((product, index) => (
            <SuggestionOption
              key={product.code}
              typeAhead={typeAhead}
              position={first_product + index}
              href={`/p/${product.slug}`}
              onFollow={() => tellFollowed(locale, product.code)}
            >
              <SuggestedProduct product={product} />
            </SuggestionOption>
          ))}
        </Group>
      )}
    </>
  );
}

function Group({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="group" aria-label={label} className="suggestions-group">
      {children}
    </div>
  );
}

/** What was typed is known: bold is what it would become. */
function Completion({ typed, search }: { typed: string; search: string }) {
  const isContinued = search.toLocaleLowerCase().startsWith(typed.toLocaleLowerCase());
  const known_length = isContinued ? typed.length : 0;
  return (
    <>
      {search.slice(0, known_length)}
      <b>{search.slice(known_length)}</b>
    </>
  );
}

function SuggestedProduct({ product }: { product: ProductCard }) {
  return (
    <>
      <span className={`stage suggestion-stage tint-${product.tint}`}>
        {product.picture != null && <Picture picture={product.picture} sizes="48px" loading="first" alt="" />}
      </span>
      <div className="suggestion-text">
        <p className="suggestion-name">
          <ProductName product={product} />
        </p>
        <ProductPrice price={product.price} isFrom={product.price_from} />
      </div>
    </>
  );
}
