// The other end of age's interoperability on npm: seals and opens files as it is told, one answer a line.
//
//     node typage.mjs FOLDER-WITH-NODE_MODULES < jobs.json
//
// A job is {"task": "seal" | "open", "source", "destination", "recipients" | "identities": [], "passphrases": [], "armor"}.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto; // Node 18, which Debian has, does not show it unasked

const module = join(process.argv[2], "node_modules", "age-encryption", "dist", "index.js");
const { Decrypter, Encrypter, armor } = await import(pathToFileURL(module));

async function seal(job) {
  const encrypter = new Encrypter();
  for (const recipient of job.recipients ?? []) encrypter.addRecipient(recipient);
  for (const passphrase of job.passphrases ?? []) {
    encrypter.setPassphrase(passphrase);
    encrypter.setScryptWorkFactor(10);
  }
  const sealed = await encrypter.encrypt(new Uint8Array(await readFile(job.source)));
  return job.armor ? Buffer.from(armor.encode(sealed)) : sealed;
}

async function open(job) {
  const decrypter = new Decrypter();
  for (const identity of job.identities ?? []) decrypter.addIdentity(identity);
  for (const passphrase of job.passphrases ?? []) decrypter.addPassphrase(passphrase);
  const data = await readFile(job.source);
  return decrypter.decrypt(job.armor ? armor.decode(data.toString("ascii")) : new Uint8Array(data));
}

for (const job of JSON.parse(await readFile("/dev/stdin", "utf8"))) {
  try {
    await writeFile(job.destination, await (job.task === "seal" ? seal(job) : open(job)));
    console.log("done");
  } catch (error) {
    console.log(`refused: ${error.message}`);
  }
}
