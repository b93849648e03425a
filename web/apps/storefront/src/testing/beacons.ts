import { onTestFinished } from "vitest";

/** Hears what the browser would send in the background: where to, and what. */
export function listenToBeacons(): () => Promise<[string, unknown][]> {
  const sent: [string, Blob][] = [];
  Object.defineProperty(navigator, "sendBeacon", {
    configurable: true,
    value: (path: string, body: Blob) => sent.push([path, body]) > 0,
  });
  onTestFinished(() => void Reflect.deleteProperty(navigator, "sendBeacon"));
  return () => Promise.all(sent.map(async ([path, body]): Promise<[string, unknown]> => [path, JSON.parse(await textOf(body))]));
}

/** jsdom's blobs have no `text`. */
function textOf(body: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result)));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsText(body);
  });
}
