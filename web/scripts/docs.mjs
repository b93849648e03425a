// Puts what /docs needs of Swagger UI beside our own page (apps/storefront/public/docs) in the build. It stays outside
// of Vite: the storefront must not carry it, and its page names it by fixed names.
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(new URL("../apps/storefront/package.json", import.meta.url));
const source = dirname(require.resolve("swagger-ui-dist/package.json"));
const docs = new URL("../apps/storefront/dist/docs/", import.meta.url);

/** Its name there, and here: browsers show a licence that ends in `.txt`, and would save the other. */
const files = {
  "swagger-ui-bundle.js": "swagger-ui-bundle.js",
  "swagger-ui-bundle.js.LICENSE.txt": "swagger-ui-bundle.js.LICENSE.txt",
  "swagger-ui.css": "swagger-ui.css",
  LICENSE: "LICENSE.txt",
  NOTICE: "NOTICE.txt",
};

/** The maps stay behind: they are larger than the program. */
const source_map = /\n\/[/*]# sourceMappingURL=[^\n]*/g;

for (const [from, to] of Object.entries(files)) {
  const text = await readFile(join(source, from), "utf8");
  await writeFile(new URL(to, docs), text.replaceAll(source_map, "\n"));
}
