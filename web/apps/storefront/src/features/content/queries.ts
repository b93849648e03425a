import { unwrap, type Api } from "@ecom67/api-client";
import { queryOptions } from "@tanstack/react-query";

export const contentQuery = (api: Api, locale: string, slug: string) =>
  queryOptions({
    queryKey: ["page", locale, slug],
    queryFn: ({ signal }) => unwrap(api.GET("/api/pages/{slug}", { params: { path: { slug }, query: { locale } }, signal })),
  });
