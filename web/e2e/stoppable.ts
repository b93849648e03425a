import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The shop under test behind an address of its own, which can go away and come back, and can bring a new release. */
export class StoppableShop {
  /** What becomes of the service worker's script on its way: another text is another release. */
  worker: (script: string) => string = (script) => script;
  private server: Server | undefined;
  private port = 0;

  constructor(private readonly shop: string) {}

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const server = createServer((incoming, outgoing) => this.pass(incoming, outgoing));
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  private pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const isWorker = incoming.url === "/service-worker.js";
    const headers = { ...incoming.headers };
    if (isWorker) {
      delete headers["accept-encoding"];
      delete headers["if-none-match"];
    }
    const passed = ask(new URL(incoming.url ?? "/", this.shop), { method: incoming.method, headers }, (answer) => {
      if (!isWorker) {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        return;
      }
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const script = this.worker(Buffer.concat(chunks).toString());
        const { etag: _, "content-length": __, ...rest } = answer.headers;
        outgoing.writeHead(200, rest);
        outgoing.end(script);
      });
    });
    passed.on("error", () => outgoing.destroy());
    outgoing.on("close", () => passed.destroy());
    incoming.pipe(passed);
  }
}
