import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

type Part = {
  /** Selects the part of the page that is looked at: all of it, where nothing is said. */
  within?: string;
  /** Nothing but these rules. */
  rules?: string[];
};

/** Once nothing moves that comes to an end by itself. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // A change of colours becomes a transition with the next frame, not at once.
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    // What is drawn anew meanwhile cancels its transition: that ends it as well.
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
}

/** What axe finds wrong with the page as it is once nothing moves: until then its colours are those of neither before nor after. */
export async function violations(page: Page, { within, rules }: Part = {}): Promise<string[]> {
  await settled(page);
  const axe = new AxeBuilder({ page });
  if (within !== undefined) axe.include(within);
  if (rules === undefined) axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]);
  else axe.withRules(rules);
  const found = await axe.analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}
