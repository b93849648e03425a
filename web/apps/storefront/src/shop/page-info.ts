/** What the frame around a page has to know of it. Every page's loader answers with it. */
export type PageInfo = {
  title: string;
  /** The page's address below another locale, such as "/p/teacup"; `undefined` where it has none. */
  alternate: (locale: string) => string | undefined;
};

type Alternate = { locale: string; slug: string };

/** Pages whose address is translated. */
export function translatedPage(title: string, prefix: string, alternates: Alternate[]): PageInfo {
  return {
    title,
    alternate: (locale) => {
      const slug = alternates.find((alternate) => alternate.locale === locale)?.slug;
      return slug === undefined ? undefined : prefix + slug;
    },
  };
}

/** Pages whose address is the same in every locale. */
export function samePage(title: string, path: string): PageInfo {
  return { title, alternate: () => path };
}

export function isPageInfo(value: unknown): value is PageInfo {
  return typeof value === "object" && value !== null && "title" in value && "alternate" in value;
}
