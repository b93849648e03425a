import { KEPT_AT_HEADER } from "../src/storage-keys";

const FIRST_DATA = /<script type="application\/json" id="first-data">(.*?)<\/script>/s;

/** The answers of the API that the server wrote into a page, by their paths; problems are left out. */
export function answersIn(html: string): [string, unknown][] {
  const text = FIRST_DATA.exec(html)?.[1];
  if (text === undefined) return [];
  try {
    const answers: unknown = JSON.parse(text);
    if (typeof answers !== "object" || answers === null) return [];
    return Object.entries(answers).filter(([, answer]) => typeof answer === "object" && answer !== null && !("code" in answer && "status" in answer));
  } catch {
    return [];
  }
}

/** The page as it was kept, telling since when: the shop shows it (`src/shop/connection.ts`). */
export async function toldKept(page: Response): Promise<Response> {
  const kept_at = page.headers.get(KEPT_AT_HEADER) ?? "";
  const html = await page.text();
  return new Response(html.replace("<html ", `<html data-kept-at="${kept_at}" `), { headers: page.headers });
}
