import { onTestFinished, vi } from "vitest";

/** A WebSocket of a shop that says what the test says. */
export class FakeSocket extends EventTarget {
  readonly url: string;
  isClosed = false;

  constructor(
    url: string | URL,
    readonly protocols: string[],
  ) {
    super();
    this.url = String(url);
  }

  emit(kind: "open" | "message", told?: unknown): void {
    this.dispatchEvent(kind === "message" ? new MessageEvent(kind, { data: JSON.stringify(told) }) : new Event(kind));
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    // Later, as in browsers: the other end answers first.
    setTimeout(() => this.dispatchEvent(new CloseEvent("close")), 50);
  }
}

/** The sockets that are opened during a test: waits for the one at a place. */
export function fakeSockets(): (place: number) => Promise<FakeSocket> {
  const opened: FakeSocket[] = [];
  class Socket extends FakeSocket {
    constructor(url: string | URL, protocols: string[]) {
      super(url, protocols);
      opened.push(this);
    }
  }
  const { WebSocket } = globalThis;
  vi.stubGlobal("WebSocket", Socket);
  onTestFinished(() => {
    for (const socket of opened) socket.close();
    vi.stubGlobal("WebSocket", WebSocket);
  });
  return (place) =>
    vi.waitFor(
      () => {
        const socket = opened[place];
        if (socket === undefined) throw new Error(`${opened.length} sockets were opened`);
        return socket;
      },
      { timeout: 4000 },
    );
}
