import type { Api } from "@ecom67/api-client";
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext } from "@tanstack/react-router";

export type RouterContext = { api: Api; queryClient: QueryClient };

export const rootRoute = createRootRouteWithContext<RouterContext>()();
