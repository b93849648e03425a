import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";

export type MessageArguments = Record<string, FluentVariable>;
export type Translate = (id: string, args?: MessageArguments) => string;

// One file per language, so that a shopper loads theirs alone.
const sources = import.meta.glob<string>("../../../../messages/*.ftl", { query: "?raw", import: "default" });

/** The words of one language. Fails for a language that has none: the server offers no such locale. */
export async function loadMessages(language: string): Promise<Translate> {
  const load = sources[`../../../../messages/${language}.ftl`];
  if (load === undefined) throw new Error(`There are no messages in "${language}".`);
  return translator(language, await load());
}

export function translator(language: string, source: string): Translate {
  // No isolating marks: they would differ from what the server writes, and end up in titles.
  const bundle = new FluentBundle(language, { useIsolating: false });
  bundle.addResource(new FluentResource(source));
  return (id, args) => {
    const pattern = bundle.getMessage(id)?.value;
    return pattern == null ? id : bundle.formatPattern(pattern, args);
  };
}
