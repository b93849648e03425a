import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Page, Response, Route } from "@playwright/test";
import { add, products } from "./cart-steps";
import { english } from "./cart-words";
import { needed } from "./catalog";
import { fillForm } from "./checkout-steps";
import { expect, test } from "./watched";

// A shop that Stripe charges cards for. Stripe itself cannot be reached from here: its script is a stand-in that has as much of
// its interface as the shop uses, and its API is the simulator. What is real is the shop with its policies, and the browser.

const KEYS = { ECOM67_STRIPE_SECRET_KEY: "sk_test_ofTheBrowser", ECOM67_STRIPE_PUBLISHABLE_KEY: "pk_test_ofTheBrowser", ECOM67_STRIPE_WEBHOOK_SECRETS: "whsec_ofTheBrowser" };
const START_MS = 60_000;

const SCRIPT = `window.Stripe = (key) => ({
  elements: () => {
    let frame;
    return {
      create: () => ({
        mount: (place) => {
          frame = Object.assign(document.createElement("iframe"), { src: "https://js.stripe.com/v3/fields.html", title: "Secure payment input frame" });
          place.append(frame);
        },
        destroy: () => frame?.remove(),
      }),
      submit: async () => ({}),
      update: () => {},
    };
  },
  confirmPayment: async ({ clientSecret, confirmParams: { return_url } }) => {
    const card = { number: "4242424242424242", exp_month: "12", exp_year: "2031", cvc: "123" };
    const body = new URLSearchParams({ client_secret: clientSecret, return_url, "payment_method_data[type]": "card" });
    for (const [name, value] of Object.entries(card)) body.set("payment_method_data[card][" + name + "]", value);
    const payment = clientSecret.split("_secret")[0];
    const answer = await fetch("https://api.stripe.com/v1/payment_intents/" + payment + "/confirm", {
      method: "POST",
      headers: { authorization: "Bearer " + key },
      body,
    });
    return { error: (await answer.json()).error };
  },
});`;

/** A process of the shop's program, and where it listens. */
class Started {
  private constructor(
    private readonly child: ChildProcess,
    readonly address: string,
  ) {}

  static async begin(argument_list: string[], variables: Record<string, string>): Promise<Started> {
    const { ECOM67_BINARY: binary } = process.env;
    if (binary === undefined) throw new Error("ECOM67_BINARY names the shop's program");
    const child = spawn(binary, argument_list, { env: { ...process.env, ...KEYS, ...variables }, stdio: ["ignore", "pipe", "ignore"] });
    const lines = createInterface({ input: child.stdout });
    const said = await new Promise<string>((resolve, reject) => {
      lines.once("line", resolve);
      child.once("exit", (status) => reject(new Error(`it ended with ${status}`)));
      setTimeout(() => reject(new Error("it did not say where it listens")), START_MS).unref();
    });
    const [address] = /http:\S+/.exec(said) ?? [];
    return new Started(child, needed(address, "address at which it listens").replace(/\/$/, ""));
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill();
    await ended;
  }
}

type Place = { address: string; provider: string };

/** The shop and its provider, for all tests of a worker. */
const stripeTest = test.extend<object, { stripe: Place }>({
  stripe: [
    // oxlint-disable-next-line no-empty-pattern -- how the runner wants it where nothing is used
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), "ecom67-stripe-"));
      const provider = await Started.begin(["simulator", "--listen", "127.0.0.1:0", "--ledger", join(folder, "provider")], {});
      const shop = await Started.begin(["serve", "--demo", "--listen", "127.0.0.1:0", "--data", join(folder, "shop")], { ECOM67_STRIPE_API: provider.address });
      await use({ address: shop.address, provider: provider.address });
      await shop.end();
      await provider.end();
      rmSync(folder, { recursive: true });
    },
    { scope: "worker", timeout: 2 * START_MS },
  ],
  baseURL: async ({ stripe }, use) => use(stripe.address),
});

stripeTest.use({ expects_others: /^https:\/\/(?:js|api)\.stripe\.com\// });

/** Answers in Stripe's place. */
async function standIn(page: Page, provider: string): Promise<void> {
  await page.route("https://js.stripe.com/**", (route) => {
    const isFields = route.request().url().endsWith(".html");
    return route.fulfill(isFields ? { contentType: "text/html", body: "<p>Card number</p>" } : { contentType: "text/javascript", body: SCRIPT });
  });
  await page.route("https://api.stripe.com/**", async (route: Route) => {
    const headers = { "access-control-allow-origin": "*", "access-control-allow-headers": "authorization" };
    const asked = route.request();
    if (asked.method() === "OPTIONS") return route.fulfill({ status: 204, headers });
    const answer = await fetch(provider + new URL(asked.url()).pathname, {
      method: asked.method(),
      headers: { authorization: needed(asked.headers().authorization, "key"), "content-type": "application/x-www-form-urlencoded" },
      body: asked.postData(),
    });
    return route.fulfill({ status: answer.status, headers, contentType: "application/json", body: await answer.text() });
  });
}

const policyOf = (answer: Response | null) => needed(answer, "answer").headers()["content-security-policy"];

stripeTest("whoever comes to checkout pays in Stripe's own fields, which other pages keep out", async ({ page, request, stripe }) => {
  await standIn(page, stripe.provider);
  expect(policyOf(await page.goto("/en-de/"))).not.toContain("stripe");
  // How a document was opened stays with it, whatever page it shows later.
  await page.reload();
  const [first] = await products(request, "en-de");
  const drawer = await add(page, english, first);
  await drawer.getByRole("link", { name: "Checkout", exact: true }).click();
  await expect(page.frameLocator('iframe[title="Secure payment input frame"]').getByText("Card number")).toBeVisible();

  await fillForm(page);
  await page.getByRole("button", { name: "Buy now and pay", exact: true }).click();

  await expect(page.getByRole("heading", { name: "Thank you, your order is in.", exact: true })).toBeVisible();
  const reloaded = await page.reload();
  expect(policyOf(reloaded)).toContain("https://js.stripe.com");
  expect(policyOf(reloaded)).not.toContain("unsafe");
  expect(needed(reloaded, "answer").headers()["cross-origin-opener-policy"]).toBe("same-origin-allow-popups");
});
