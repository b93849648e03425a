import { describe, expect, test } from "vitest";
import source from "./styles/tokens.css?raw";

const tokens = new Map(
  [...source.matchAll(/--((?:color|tint)-[\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/g)].map(
    ([, name = "", light = "", dark = ""]) => [name, { light, dark }] as const,
  ),
);
const themes = ["light", "dark"] as const;
const tints = [...tokens.keys()].filter((name) => name.startsWith("tint-"));
const grounds = ["color-ground", "color-surface", "color-raised", "color-sunken"];

const text_pairs = [
  ...["color-ink", "color-quiet", "color-action", "color-reduced", "color-positive", "color-caution"].flatMap((ink) =>
    grounds.map((ground) => [ink, ground] as const),
  ),
  ...tints.map((tint) => ["color-ink", tint] as const),
  ...tints.filter((tint) => !tint.endsWith("-deep")).map((tint) => ["color-action", tint] as const),
  ["color-on-action", "color-action"] as const,
  ["color-on-reduced", "color-reduced"] as const,
  ["color-on-banner", "color-banner"] as const,
  ["color-ink", "color-mark"] as const,
];

/** Boundaries of controls need 3:1. */
const control_pairs = grounds.map((ground) => ["color-control", ground] as const);

describe.each(themes)("in %s", (theme) => {
  test.each(text_pairs)("%s on %s can be read", (ink, ground) => {
    expect(contrast(colour(ink, theme), colour(ground, theme))).toBeGreaterThanOrEqual(4.5);
  });

  test.each(control_pairs)("%s on %s can be seen", (line, ground) => {
    expect(contrast(colour(line, theme), colour(ground, theme))).toBeGreaterThanOrEqual(3);
  });
});

function colour(name: string, theme: (typeof themes)[number]): string {
  const token = tokens.get(name);
  if (token === undefined) throw new Error(`tokens.css has no ${name}`);
  return token[theme];
}

/** As WCAG 2.2 defines it. */
function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
