#!/usr/bin/env node
// The pinned compiler under the two flags that py-solc-x asks of a solc binary.
//   solc.mjs --version          prints the version
//   solc.mjs --standard-json    reads the input to its end, however slowly it arrives, and prints the output
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const solc = createRequire(import.meta.url)("solc");

if (process.argv.includes("--version")) {
  console.log(`solc, the solidity compiler\nVersion: ${solc.version()}`);
} else if (process.argv.includes("--standard-json")) {
  process.stdout.write(solc.compile(await text(process.stdin)));
} else {
  console.error("usage: solc.mjs --version | --standard-json");
  process.exitCode = 1;
}
