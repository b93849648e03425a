import { useMatches } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useConnection } from "../../shop/connection";
import { isPageInfo } from "../../shop/page-info";
import { useShop, type Shop } from "../../shop/shop";
import { troubleTexts } from "../../shop/trouble";
import { ConnectionNotice } from "./connection-notice";
import { Footer } from "./footer";
import { Header } from "./header";
import { SettingsSheet } from "./settings-sheet";

/** What stands around every page. */
export function Frame({ children }: { children: ReactNode }) {
  const shop = useShop();
  const { t } = shop;
  const page = useMatches({ select: (matches) => matches.map((match) => match.loaderData).find(isPageInfo) });
  const failed = useMatches({ select: (matches) => matches.find((match) => match.status === "error") });
  const { isCut } = useConnection();
  const failure = failed && t(isCut ? "offline-title" : troubleTexts(failed.error).title);
  const title = failure ?? page?.title ?? t("not-found-title");
  return (
    <>
      <title>{documentTitle(title, shop)}</title>
      <a className="skip-link" href="#content">
        {t("skip-to-content")}
      </a>
      <Header />
      <main id="content">{children}</main>
      <Footer />
      <SettingsSheet alternate={page?.alternate ?? (() => undefined)} />
      <ConnectionNotice />
      <p className="sr-only" aria-live="polite">
        {title}
      </p>
    </>
  );
}

/** With the shop's name, unless the title has it already. */
function documentTitle(title: string, { t, navigation }: Shop): string {
  const { name } = navigation.shop;
  return title.includes(name) ? title : t("page-title", { title, shop: name });
}
