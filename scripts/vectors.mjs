#!/usr/bin/env node
// Signatures by viem, to compare with what Python and the contracts hold of EIP-712.
//   vectors.mjs           writes tests/contracts/vectors.json: fixed keys, a fixed domain, the same bytes every time
//   vectors.mjs --check   writes nothing; exit 1 if the committed file differs
//   vectors.mjs --sign    reads one { key, domain, kind, message } after another as a JSON list; prints the vectors
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const require = createRequire(new URL("../contracts/package.json", import.meta.url));
const { hashTypedData, keccak256, stringToHex } = require("viem");
const { privateKeyToAccount } = require("viem/accounts");

const FILE = new URL("../tests/contracts/vectors.json", import.meta.url);
const FOREVER = (2n ** 256n - 1n).toString();

const parties = ["address from", "address to"];
const terms = [...parties, "uint256 value", "uint256 validAfter", "uint256 validBefore", "bytes32 nonce"];
const TYPES = Object.fromEntries(
  Object.entries({
    Permit: ["address owner", "address spender", "uint256 value", "uint256 nonce", "uint256 deadline"],
    TransferWithAuthorization: terms,
    ReceiveWithAuthorization: terms,
    CancelAuthorization: ["address authorizer", "bytes32 nonce"],
  }).map(([kind, fields]) => [kind, fields.map((field) => field.split(" ")).map(([type, name]) => ({ type, name }))]),
);

// Keys of nobody: the hashes of these words.
const KEYS = ["first", "second", "third"].map((word) => keccak256(stringToHex(word)));
const DOMAIN = {
  name: "Example Dollar",
  version: "1",
  chainId: 1,
  verifyingContract: privateKeyToAccount(keccak256(stringToHex("coin"))).address,
};
const ZERO_NONCE = `0x${"00".repeat(32)}`;
const LAST_NONCE = `0x${"ff".repeat(32)}`;

/** One vector: what was signed, its hash, and the signature. Numbers are decimal text, for JSON knows no great ones. */
async function signed({ key, domain, kind, message }) {
  const typed = { domain, types: { [kind]: TYPES[kind] }, primaryType: kind, message };
  const account = privateKeyToAccount(key);
  const digest = hashTypedData(typed);
  return { kind, signer: account.address, key, domain, message, digest, signature: await account.signTypedData(typed) };
}

function messages(signer, other) {
  const nonce = keccak256(signer);
  const payments = [
    { from: signer, to: other, value: "1000000", validAfter: "0", validBefore: FOREVER, nonce },
    { from: signer, to: other, value: FOREVER, validAfter: "1767225600", validBefore: "1767225601", nonce: LAST_NONCE },
    { from: signer, to: signer, value: "0", validAfter: "0", validBefore: "1", nonce: ZERO_NONCE },
  ];
  return [
    ["Permit", { owner: signer, spender: other, value: "1000000", nonce: "0", deadline: FOREVER }],
    ["Permit", { owner: signer, spender: other, value: FOREVER, nonce: "7", deadline: "1767225600" }],
    ...payments.map((payment) => ["TransferWithAuthorization", payment]),
    ...payments.map((payment) => ["ReceiveWithAuthorization", payment]),
    ["CancelAuthorization", { authorizer: signer, nonce }],
    ["CancelAuthorization", { authorizer: signer, nonce: ZERO_NONCE }],
  ];
}

async function fixed() {
  const vectors = [];
  for (const [index, key] of KEYS.entries()) {
    const other = privateKeyToAccount(KEYS[(index + 1) % KEYS.length]).address;
    for (const [kind, message] of messages(privateKeyToAccount(key).address, other)) {
      vectors.push(await signed({ key, domain: DOMAIN, kind, message }));
    }
  }
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

const [option] = process.argv.slice(2);
if (option === undefined) {
  writeFileSync(FILE, await fixed());
} else if (option === "--check") {
  process.exitCode = readFileSync(FILE, "utf8") === (await fixed()) ? 0 : 1;
} else if (option === "--sign") {
  const requests = JSON.parse(await text(process.stdin));
  process.stdout.write(JSON.stringify(await Promise.all(requests.map(signed))));
} else {
  console.error("usage: vectors.mjs [--check | --sign]");
  process.exitCode = 1;
}
