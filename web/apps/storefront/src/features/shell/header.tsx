import { Icon } from "@ecom67/ui/icon";
import { Sheet, SheetButton } from "@ecom67/ui/sheet";
import { CartLink } from "../../shop/cart/cart-link";
import { ShopLink } from "../../shop/shop-link";
import { useShop } from "../../shop/shop";
import { SearchForm } from "./search-form";
import { SETTINGS_SHEET } from "./settings-sheet";

const MENU_SHEET = "menu";

export function Header() {
  const { t, navigation, place } = useShop();
  return (
    <>
      <header>
        {navigation.service_note !== "" && <p className="service-note">{navigation.service_note}</p>}
        <div className="page-width site-header">
          <ShopLink className="word-mark" href="/">
            <svg className="word-mark-sign" viewBox="0 0 24 32" aria-hidden="true">
              <path d="M12 1 23 12 12 25 1 12Z" />
              <path d="M12 25c-3 2-1 4-4 6" />
            </svg>
            <span className="sr-only">{t("home-link", { shop: navigation.shop.name })}</span>
            <span aria-hidden="true">{navigation.shop.name}</span>
          </ShopLink>
          <SearchForm />
          <div className="site-controls">
            <SheetButton sheet={SETTINGS_SHEET} icon="globe" className="button button-icon site-place-short" label={t("settings-open", { current: place })} />
            <SheetButton sheet={SETTINGS_SHEET} icon="globe" className="button site-place" label={t("settings-open", { current: place })}>
              {place}
            </SheetButton>
            <CartLink />
            <SheetButton sheet={MENU_SHEET} icon="menu" className="button button-icon lg:hidden" label={t("menu-open")} />
          </div>
          <nav className="site-navigation" aria-label={t("navigation-main")}>
            <ul>
              {navigation.header.map((link) => (
                <li key={link.href}>
                  <ShopLink href={link.href}>{link.label}</ShopLink>
                </li>
              ))}
            </ul>
          </nav>
        </div>
      </header>
      <Sheet id={MENU_SHEET} title={t("menu-title")} close_label={t("close")}>
        <nav aria-label={t("menu-title")}>
          <ul className="menu-list">
            {navigation.header.map((link) => (
              <li key={link.href}>
                <ShopLink href={link.href}>
                  {link.label}
                  <Icon name="arrow" />
                </ShopLink>
              </li>
            ))}
          </ul>
        </nav>
      </Sheet>
    </>
  );
}
