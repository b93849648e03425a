import { Icon } from "@ecom67/ui/icon";
import { Sheet } from "@ecom67/ui/sheet";
import { countryName, languageTag, useShop } from "../../shop/shop";
import { Appearance } from "./appearance";

export const SETTINGS_SHEET = "settings";

type Props = { alternate: (locale: string) => string | undefined };

/**
 * Countries and languages are plain links to the same page: words, prices and taxes all change with them. Each has its
 * name in its own language, so that whoever looks for it can read it.
 */
export function SettingsSheet({ alternate }: Props) {
  const { t, locale, markets } = useShop();
  return (
    <Sheet id={SETTINGS_SHEET} title={t("settings-title")} close_label={t("close")}>
      <p className="text-quiet">{t("settings-note")}</p>
      <ul className="menu-list">
        {markets.locales.map((entry) => {
          const tag = languageTag(entry.locale);
          const isCurrent = entry.locale === locale;
          return (
            <li key={entry.locale}>
              <a
                href={`/${entry.locale}${alternate(entry.locale) ?? "/"}`}
                lang={tag}
                hrefLang={tag}
                aria-current={isCurrent ? "true" : undefined}
              >
                <span>
                  {countryName(entry.country, tag)}
                  <span className="menu-list-note">
                    {languageName(entry.language, tag)}, {entry.currency}
                  </span>
                </span>
                {isCurrent && <Icon name="check" />}
              </a>
            </li>
          );
        })}
      </ul>
      <Appearance />
    </Sheet>
  );
}


function languageName(language: string, tag: string): string {
  return new Intl.DisplayNames([tag], { type: "language" }).of(language) ?? language;
}
