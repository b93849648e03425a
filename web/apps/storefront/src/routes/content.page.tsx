import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { contentQuery } from "../features/content/queries";

const route = getRouteApi("/$locale/pages/$slug");

export function ContentPage() {
  const { api } = route.useRouteContext();
  const { locale, slug } = route.useParams();
  const { data: page } = useSuspenseQuery(contentQuery(api, locale, slug));
  return (
    <article className="page-width content-page">
      <header>
        <h1 className="text-heading">{page.title}</h1>
        {page.summary !== "" && <p className="text-lead">{page.summary}</p>}
      </header>
      {/* The server renders it from Markdown and lets safe elements through only. */}
      <div className="prose" dangerouslySetInnerHTML={{ __html: page.body_html }} />
    </article>
  );
}
