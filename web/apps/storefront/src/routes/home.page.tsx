import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { homeQuery } from "../features/home/queries";
import { HomeSections } from "../features/home/sections";

const route = getRouteApi("/$locale/");

export function HomePage() {
  const { api } = route.useRouteContext();
  const { locale } = route.useParams();
  const { data: home } = useSuspenseQuery(homeQuery(api, locale));
  return <HomeSections sections={home.sections} />;
}
