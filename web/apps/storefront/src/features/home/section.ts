import type { HomeSection } from "@ecom67/api-client/types";

export type SectionOf<Kind extends HomeSection["kind"]> = Extract<HomeSection, { kind: Kind }>;
