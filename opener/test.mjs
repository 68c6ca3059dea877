// Runs the tests of the engine with node's own runner; they are bundled first, since node takes no TypeScript.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { workers } from "./build.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = mkdtempSync(join(tmpdir(), "opener-test-"));
try {
    const tests = readdirSync(join(here, "test")).filter((name) => name.endsWith(".test.ts")).sort();
    await build({
        absWorkingDir: here,
        bundle: true,
        entryPoints: tests.map((name) => join("test", name)),
        outdir: out,
        outExtension: { ".js": ".mjs" },
        platform: "node",
        format: "esm",
        target: "node18",
        plugins: [workers],
        banner: { js: 'import { webcrypto as _w } from "node:crypto"; globalThis.crypto ??= _w;' },
        define: { VECTORS: JSON.stringify(join(here, "..", "tests", "vectors")) },
        logLevel: "warning",
    });
    const files = readdirSync(out).filter((name) => name.endsWith(".mjs")).map((name) => join(out, name));
    process.exitCode = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" }).status ?? 1;
} finally {
    rmSync(out, { recursive: true });
}
