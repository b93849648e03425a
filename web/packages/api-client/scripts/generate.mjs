// Writes src/schema.d.ts from the server's openapi.json. With --check it writes nothing and fails when the
// committed file is not what would be written, so that the types can never drift away from the API.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapiTypescript, { astToString } from "openapi-typescript";

const source = new URL(process.env.ECOM67_OPENAPI ?? "../../../../openapi.json", import.meta.url);
const target = new URL("../src/schema.d.ts", import.meta.url);

const banner = "// Generated from openapi.json by `npm run generate`. Do not edit.\n\n";
const generated = banner + astToString(await openapiTypescript(source));

if (!process.argv.includes("--check")) {
  await writeFile(target, generated);
} else {
  const committed = await readFile(target, "utf8").catch(() => "");
  if (committed !== generated) {
    console.error(`${fileURLToPath(target)} is stale: run \`npm run generate\` in web/.`);
    process.exit(1);
  }
}
