import type { AnyRouter } from "@tanstack/react-router";

/** How often a page that stays open looks for a new release. */
const CHECK_MS = 60 * 60 * 1000;

/** A page without a worker must not wait for one: this comes after all that the page itself needs. */
export async function startServiceWorker(container: ServiceWorkerContainer, router: AnyRouter): Promise<void> {
  const wasSeen = container.controller !== null;
  leaveForNewRelease(container, router);
  const registration = await container.register("/service-worker.js", { updateViaCache: "none" });
  checkNowAndThen(registration);
  const { active } = await container.ready;
  // What a worker did not see loading is told to it: this page and its pictures.
  active?.postMessage({ pictures: wasSeen ? undefined : pictures() });
}

function pictures(): string[] {
  return [...document.images].map(({ currentSrc }) => currentSrc).filter(Boolean);
}

/**
 * A worker that takes over says with which script pages of its release begin. Where this page is of another one, the next
 * comes from the server as a whole, with scripts of its own. Nothing is taken away from whoever reads or types now.
 */
function leaveForNewRelease(container: ServiceWorkerContainer, router: AnyRouter): void {
  const own_entry = document.querySelector('script[type="module"]')?.getAttribute("src");
  let isOutdated = false;
  container.addEventListener("message", ({ data, source }: MessageEvent<unknown>) => {
    if (typeof data !== "object" || data === null || !("entry" in data)) return;
    isOutdated = data.entry !== own_entry;
    if ("hasTakenOver" in data && !isOutdated && source instanceof ServiceWorker) source.postMessage({ pictures: pictures() });
  });
  router.subscribe("onBeforeNavigate", ({ pathChanged }) => {
    if (!isOutdated || !pathChanged || !navigator.onLine) return;
    // The address is the new page's by then.
    router.history.flush();
    window.location.reload();
  });
}

function checkNowAndThen(registration: ServiceWorkerRegistration): void {
  let checked_at = performance.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || performance.now() - checked_at < CHECK_MS) return;
    checked_at = performance.now();
    // Without a connection there is none to be found.
    registration.update().catch(() => undefined);
  });
}
