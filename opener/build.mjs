// Builds the page: one file, the same bytes wherever it is built from the same lock.
//
//     node build.mjs            writes src/sekisho/capsule/opener/OPEN.html and OPEN.sha256
//     node build.mjs --check    compares what it would write with what stands there
//     node build.mjs DIR        writes into DIR
//     node build.mjs DIR ENTRY  writes a page with another program, for tests

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const committed = join(here, "..", "src", "sekisho", "capsule", "opener");

const common = {
    absWorkingDir: here,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    charset: "utf8",
    target: ["chrome120", "edge120", "firefox115", "safari17"],
    format: "iife",
    legalComments: "none",
    logLevel: "warning",
};

const packages = new Set();

async function bundle(entry, plugins = []) {
    const { outputFiles, metafile } = await build({ ...common, entryPoints: [entry], plugins });
    for (const input of Object.keys(metafile.inputs)) {
        const found = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input);
        if (found) packages.add(found[1]);
    }
    return outputFiles[0].text.trimEnd();
}

/** `import source from "worker:./worker.ts"` gives the bundled program of that worker. */
export const workers = {
    name: "workers",
    setup({ onResolve, onLoad }) {
        onResolve({ filter: /^worker:/ }, ({ path, resolveDir }) => ({
            path: join(resolveDir, path.slice("worker:".length)),
            namespace: "worker",
        }));
        onLoad({ filter: /./, namespace: "worker" }, async ({ path }) => ({ contents: await bundle(path), loader: "text" }));
    },
};

function licences() {
    return [...packages].sort().map((name) => {
        const folder = join(here, "node_modules", name);
        const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
        const file = readdirSync(folder).filter((each) => /^licen[cs]e/i.test(each)).sort().at(-1);
        const text = file ? readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim() : "";
        return `${name} ${version} (${license})\n\n${text}\n`;
    }).join("\n");
}

const sha256 = (text, encoding) => createHash("sha256").update(text).digest(encoding);

function filled(template, slots) {
    return template.replace(/@([A-Z]+)@/g, (_, name) => slots[name]);
}

export async function page(entry = "src/main.ts") {
    const script = await bundle(entry, [workers]);
    const style = await bundle("src/pages/style.css");
    const notices = licences();
    if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style) || notices.includes("-->")) {
        throw new Error("the bundle would end its own element");
    }
    const policy = [
        "default-src 'none'",
        `script-src 'sha256-${sha256(script, "base64")}'`,
        `style-src 'sha256-${sha256(style, "base64")}'`,
        "worker-src blob:",
        "connect-src 'none'", // filled with the office's address when a capsule is sealed
        "form-action 'none'",
        "base-uri 'none'",
    ].join("; ");
    const template = readFileSync(join(here, "src", "template.html"), "utf8");
    return filled(template, { CSP: policy, STYLE: style, SCRIPT: script, LICENCES: notices.trimEnd() });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const html = await page(process.argv[3]);
    const digest = `${sha256(html, "hex")}  OPEN.html\n`;
    if (process.argv[2] === "--check") {
        const same = readFileSync(join(committed, "OPEN.html"), "utf8") === html;
        if (!same || readFileSync(join(committed, "OPEN.sha256"), "utf8") !== digest) {
            console.error("OPEN.html is not what opener/ builds to; run `npm run build` in opener/ and commit it.");
            process.exit(1);
        }
    } else {
        const folder = process.argv[2] ?? committed;
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "OPEN.html"), html);
        writeFileSync(join(folder, "OPEN.sha256"), digest);
        console.log(`${Buffer.byteLength(html)} bytes  ${digest.trimEnd()}`);
    }
}
