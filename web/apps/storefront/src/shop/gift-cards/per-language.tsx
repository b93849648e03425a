import { lazy, Suspense, type ComponentType } from "react";
import { useShop } from "../shop";

/** A component that comes later, together with its words: one for each language that is read. */
export type PerLanguage<Props> = ComponentType<Props> & {
  /** Brings it before it is shown: it then stands on the page with whatever it is shown beside, and not a moment later. */
  prepare: (tag: string) => Promise<void>;
};

export function perLanguage<Props extends object>(load: (tag: string) => Promise<{ default: ComponentType<Props> }>): PerLanguage<Props> {
  const known = new Map<string, ComponentType<Props>>();
  function InLanguage(props: Props) {
    const { tag } = useShop();
    const Own = known.get(tag) ?? lazy(() => load(tag));
    known.set(tag, Own);
    return (
      <Suspense>
        <Own {...props} />
      </Suspense>
    );
  }
  const prepare = async (tag: string) => {
    const { default: Own } = await load(tag);
    // One that is shown already stays what it is, or else it would begin anew.
    if (!known.has(tag)) known.set(tag, Own);
  };
  return Object.assign(InLanguage, { prepare });
}
