import { deepEqual, equal, throws } from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import { fromBase64, utf8 } from "../src/core/bytes.ts";
import { parseVkey, rootOf, verifyProof } from "../src/core/ledger.ts";
import { hex } from "../src/core/bytes.ts";
import { json, vectorPath } from "./vectors.ts";

interface Case {
    readonly id: string;
    readonly vkey: string;
    readonly ok: boolean;
    readonly type: number;
    readonly name: string;
    readonly key_id: string;
}

for (const { id, vkey, ok, type, name, key_id } of json<{ cases: Case[] }>("ledger", "vkeys.json").cases) {
    test(`vkey ${id}`, () => {
        if (!ok || type !== 1) return throws(() => parseVkey(vkey), { key: "ledger.bad_vkey" });
        const key = parseVkey(vkey);
        deepEqual([key.name, hex(key.id)], [name, key_id]);
    });
}

const log = parseVkey(readFileSync(vectorPath("ledger", "own-log", "log.vkey"), "utf8").trim());
const PROOFS = vectorPath("ledger", "own-log", "proofs");

for (const name of readdirSync(PROOFS).filter((each) => each.endsWith(".tlog-proof"))) {
    test(`proof ${name}`, () => {
        const proof = readFileSync(`${PROOFS}/${name}`, "utf8");
        const entry = readFileSync(`${PROOFS}/${name.replace(".tlog-proof", ".entry")}`);
        verifyProof(proof, entry, log);
        throws(() => verifyProof(proof, utf8("another leaf"), log), { key: "ledger.not_included" });
        throws(() => verifyProof(proof.replace(/\n— custody.*\n/, "\n"), entry, log), { name: "OpenerError" });
        const last = proof.lastIndexOf("— custody");
        const spoiled = proof.slice(0, last + 45) + (proof[last + 45] === "A" ? "B" : "A") + proof.slice(last + 46);
        throws(() => verifyProof(spoiled, entry, log), { name: "OpenerError" });
    });
}

interface Inclusion {
    readonly leafIdx: number;
    readonly treeSize: number;
    readonly root: string;
    readonly leafHash: string;
    readonly proof: readonly string[] | null;
    readonly wantErr: boolean;
}

const FOLDER = vectorPath("ledger", "merkle", "inclusion");
for (const name of readdirSync(FOLDER, { recursive: true }) as string[]) {
    if (!name.endsWith(".json")) continue;
    test(`inclusion ${name}`, () => {
        const { leafIdx, treeSize, root, leafHash, proof, wantErr } = json<Inclusion>("ledger", "merkle", "inclusion", name);
        const path = (proof ?? []).map((each) => fromBase64(each));
        const leaf = fromBase64(leafHash ?? "");
        const computed = leafIdx < 0 || treeSize < 0 ? null : rootOf(leaf, leafIdx, treeSize, path);
        equal(computed !== null && hex(computed) === hex(fromBase64(root ?? "")), !wantErr);
    });
}
