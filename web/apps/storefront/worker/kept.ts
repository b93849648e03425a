import { KEPT_AT_HEADER } from "../src/storage-keys";

export type Limits = { count_max: number; age_ms_max: number };

/** A cache with a bound: the oldest goes first, and what is too old is not there. */
export class Kept {
  constructor(
    private readonly name: string,
    private readonly limits: Limits,
    private readonly now: () => number = Date.now,
  ) {}

  /** Keeps a copy. A device that has no room left keeps nothing, and the shop goes on. */
  async put(address: string, response: Response): Promise<void> {
    const headers = new Headers(response.headers);
    headers.set(KEPT_AT_HEADER, String(this.now()));
    // They tell of the bytes as they came; these are decoded.
    headers.delete("content-encoding");
    headers.delete("content-length");
    try {
      const cache = await caches.open(this.name);
      await cache.put(address, new Response(await response.blob(), { headers }));
      // In the order in which they were last put, by the Cache API's own rules.
      const keys = await cache.keys();
      await Promise.all(keys.slice(0, Math.max(0, keys.length - this.limits.count_max)).map((key) => cache.delete(key)));
    } catch {
      // No room, or storage is off.
    }
  }

  async get(address: string): Promise<Response | undefined> {
    const found = await caches.open(this.name).then((cache) => cache.match(address), () => undefined);
    return found !== undefined && this.age_ms(found) <= this.limits.age_ms_max ? found : undefined;
  }

  async forget(address: string): Promise<void> {
    const cache = await caches.open(this.name);
    await cache.delete(address);
  }

  /** The addresses of what is kept, oldest first. */
  async addresses(): Promise<string[]> {
    const keys = await caches.open(this.name).then((cache) => cache.keys());
    return keys.map(({ url }) => url);
  }

  /** Forgets what is too old. */
  async tidy(): Promise<void> {
    const cache = await caches.open(this.name);
    for (const key of await cache.keys()) {
      const found = await cache.match(key);
      if (found !== undefined && this.age_ms(found) > this.limits.age_ms_max) await cache.delete(key);
    }
  }

  age_ms(kept: Response): number {
    return this.now() - Number(kept.headers.get(KEPT_AT_HEADER) ?? 0);
  }
}
