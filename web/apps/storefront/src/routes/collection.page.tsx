import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { EmptyShelf } from "../features/listing/empty-shelf";
import { collectionQuery } from "../features/listing/head-queries";
import { ListHead } from "../features/listing/list-head";
import { ListSection } from "../features/listing/list-section";

const route = getRouteApi("/$locale/l/$slug");

export function CollectionPage() {
  const { api } = route.useRouteContext();
  const { locale, slug } = route.useParams();
  const search = route.useSearch();
  const { data: collection } = useSuspenseQuery(collectionQuery(api, locale, slug));
  return (
    <>
      <ListHead name={collection.name} description={collection.description} tint={collection.tint} picture={collection.picture} />
      <ListSection key={slug} source={{ kind: "collection", slug }} search={search} empty={<EmptyShelf />} />
    </>
  );
}
