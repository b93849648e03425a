// Writes NAME.br and NAME.gz beside each text file of the build: the server gives them away as they are, since
// compressing for each request would cost most of its speed. Fonts and pictures are compressed by their formats.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const dist = new URL("../apps/storefront/dist/", import.meta.url);
const text = /\.(css|js|svg)$/;

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

async function compress(name) {
  const file = new URL(name, dist);
  const bytes = await readFile(file);
  const [br, gz] = await Promise.all([
    brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
    zip(bytes, { level: 9 }),
  ]);
  await Promise.all([writeFile(new URL(`${name}.br`, dist), br), writeFile(new URL(`${name}.gz`, dist), gz)]);
}

const names = await readdir(dist, { recursive: true });
await Promise.all(names.filter((name) => text.test(name)).map(compress));
