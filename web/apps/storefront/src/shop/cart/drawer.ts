import { useSyncExternalStore } from "react";

/** What was just put into the cart, and where the thing that was pressed stands on the screen. */
export type Added = { sku: string; from: DOMRect };

let added: Added | undefined;
const listeners = new Set<() => void>();

function become(next: Added | undefined): void {
  added = next;
  for (const listener of listeners) listener();
}

export function openCartDrawer(next: Added): void {
  become(next);
}

export function closeCartDrawer(): void {
  become(undefined);
}

/** `undefined` while the drawer is closed. */
export function useCartDrawer(): Added | undefined {
  return useSyncExternalStore(subscribe, present);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function present(): Added | undefined {
  return added;
}
