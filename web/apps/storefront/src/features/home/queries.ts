import { unwrap, type Api } from "@ecom67/api-client";
import { queryOptions } from "@tanstack/react-query";

export const homeQuery = (api: Api, locale: string) =>
  queryOptions({
    queryKey: ["home", locale],
    queryFn: ({ signal }) => unwrap(api.GET("/api/home", { params: { query: { locale } }, signal })),
  });
