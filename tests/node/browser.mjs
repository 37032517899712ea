// Visits HTML files in one Chromium. Each line of its input has visits, as JSON (see "Visit" in browsers.py), and it
// writes a line for each: {"found": …}, or {"failed": …}. It ends with its input.
// usage: node browser.mjs CHROMIUM [kept]   (CHROMIUM is the program's path; all visits are in one page if it is kept)
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { withChromium } from "./chromium.mjs";
import { visited } from "./visit.mjs";

const input = createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator](); // at once: it has only what comes later
const closed = new Promise((done, fail) => {
  const end = () => fail(new Error("nobody waits for an answer"));
  input.once("close", end);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end); // Chromium gets none of them.
});
closed.catch(() => {});

async function answered(line, apart) {
  try {
    return { found: await apart((page) => visited(JSON.parse(line), page)) };
  } catch (error) {
    return { failed: error.stack };
  }
}

const profile = mkdtempSync(join(tmpdir(), "circulars-browser-"));
try {
  await withChromium(process.argv[2], profile, async ({ apart }) => {
    const answerAll = async (within) => {
      for await (const line of lines) {
        process.stdout.write(JSON.stringify(await Promise.race([answered(line, within), closed])) + "\n");
      }
    };
    await (process.argv[3] === "kept" ? apart((page) => answerAll((use) => use(page))) : answerAll(apart));
  });
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
} finally {
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 }); // A process of the browser may still write to it.
  process.exit();
}
