import { lazy, Suspense, type ComponentType } from "react";
import { useShop } from "../shop";

/** A component that comes later, together with its words: one for each language that is read. */
export function perLanguage<Props extends object>(load: (tag: string) => Promise<{ default: ComponentType<Props> }>): ComponentType<Props> {
  const known = new Map<string, ComponentType<Props>>();
  return function InLanguage(props: Props) {
    const { tag } = useShop();
    const Own = known.get(tag) ?? lazy(() => load(tag));
    known.set(tag, Own);
    return (
      <Suspense>
        <Own {...props} />
      </Suspense>
    );
  };
}
