import { SheetButton } from "@ecom67/ui/sheet";
import { ShopLink } from "../../shop/shop-link";
import { useShop } from "../../shop/shop";
import { SETTINGS_SHEET } from "./settings-sheet";

export function Footer() {
  const { t, navigation } = useShop();
  return (
    <footer className="site-footer">
      <div className="page-width site-footer-inner">
        <div className="site-footer-about">
          <p className="word-mark">{navigation.shop.name}</p>
          <p className="text-quiet">{navigation.shop.tagline}</p>
          <SheetButton sheet={SETTINGS_SHEET} icon="globe" className="button">
            {t("footer-settings")}
          </SheetButton>
          <ShopLink className="link" href="/orders">
            {t("order-look-up-title")}
          </ShopLink>
        </div>
        <nav className="site-footer-menus" aria-label={t("navigation-footer")}>
          {navigation.footer.map((menu) => (
            <div key={menu.title}>
              <h2 className="text-body">{menu.title}</h2>
              <ul>
                {menu.links.map((link) => (
                  <li key={link.href}>
                    <ShopLink href={link.href}>{link.label}</ShopLink>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </nav>
        <p className="site-footer-note">{t(`footer-prices-${navigation.tax}`, { currency: navigation.currency })}</p>
      </div>
    </footer>
  );
}
