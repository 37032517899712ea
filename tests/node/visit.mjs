// Visits HTML files in Chromium as readers do; see "Visit" in browsers.py.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

const require = createRequire(process.env.NODE_MODULES_OF + "/");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf-8");
const PAUSE = 20; // milliseconds
const LATE = 3000; // milliseconds after which a page is asked again
const CODES = { Tab: 9, Enter: 13 };

// What was found on each visit; all are in one page, one after the other.
export async function visited(visits, page) {
  const found = [];
  for (const visit of visits) found.push(await foundOn(visit, page));
  return found;
}

async function foundOn(visit, { send, open, evaluated }) {
  const features = [["prefers-color-scheme", visit.scheme], ["forced-colors", visit.forced ? "active" : "none"]];
  await send("Emulation.setScriptExecutionDisabled", { value: !visit.scripts });
  await send("Emulation.setEmulatedMedia", { features: features.map(([name, value]) => ({ name, value })) });
  const size = { width: visit.width, height: visit.height, deviceScaleFactor: visit.scale };
  await send("Emulation.setDeviceMetricsOverride", { ...size, mobile: false });
  // The policy of a page does not allow axe.
  await send("Page.setBypassCSP", { enabled: visit.steps.some((step) => step.axe) });
  if (visit.file) await open(visit.file);
  const found = [];
  for (const step of visit.steps) {
    if (step.key) {
      const code = CODES[step.key];
      const text = step.key === "Enter" ? "\r" : code ? undefined : step.key;
      const event = { key: step.key, text, windowsVirtualKeyCode: code };
      await send("Input.dispatchKeyEvent", { type: "keyDown", ...event });
      await send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
    } else if (step.axe) {
      const { violations } = await evaluated(`${AXE}; axe.run()`);
      found.push(violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target}: ${node.failureSummary}`)));
    } else if (step.print) {
      const { data } = await send("Page.printToPDF", { printBackground: true });
      writeFileSync(step.print, Buffer.from(data, "base64"));
    } else if (step.picture) {
      const { data } = await send("Page.captureScreenshot", { format: "png" });
      writeFileSync(step.picture, Buffer.from(data, "base64"));
    } else if (step.until) {
      // A page that is left for another one evaluates nothing, and may never answer: then the next one is asked.
      const late = () => new Promise((done) => setTimeout(done, LATE, false));
      while (!(await Promise.race([evaluated(step.until).catch(() => false), late()]))) {
        await new Promise((done) => setTimeout(done, PAUSE));
      }
    } else if (step.run) {
      await evaluated(step.run);
    } else {
      found.push(await evaluated(step.value));
    }
  }
  return found;
}
