// Opens HTML files as a browser does, and writes what became of each, as JSON: whether a script ran, and the tree.
// usage: node look.mjs jsdom|CHROMIUM PROFILE FILE…   (CHROMIUM is the program's path, PROFILE an empty folder for it)
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { withPage } from "./chromium.mjs";

const require = createRequire(process.env.NODE_MODULES_OF + "/");
const [browser, profile, ...files] = process.argv.slice(2);
const PAUSE = 50; // milliseconds in which handlers and timers of a page can run

const TREE = `document.normalize(), (function tree(node) {
  if (node.nodeType === 3) return JSON.stringify(node.data);
  if (node.nodeType !== 1) return "#" + node.nodeType;
  const space = node.namespaceURI === "http://www.w3.org/1999/xhtml" ? "" : node.namespaceURI + " ";
  const names = Array.from(node.attributes).map((one) => one.name + "=" + JSON.stringify(one.value));
  const inside = Array.from((node.localName === "template" ? node.content : node).childNodes).map(tree);
  return "(" + [space + node.localName, ...names].join(" ") + inside.join("") + ")";
})(document.documentElement)`;

async function withJsdom() {
  const { JSDOM, VirtualConsole } = require("jsdom");
  const results = {};
  for (const file of files) {
    let ran = false;
    const dom = new JSDOM(readFileSync(file), {
      url: pathToFileURL(file).href, runScripts: "dangerously", resources: "usable", pretendToBeVisual: true,
      virtualConsole: new VirtualConsole(), beforeParse(window) { window.alert = () => { ran = true; }; },
    });
    await new Promise((done) => setTimeout(done, PAUSE));
    const tree = dom.window.eval(TREE);
    results[file] = { ran, tree };
    dom.window.close();
  }
  return results;
}

async function withChromium() {
  return withPage(browser, profile, async ({ send, open, evaluated }) => {
    await send("Page.addScriptToEvaluateOnNewDocument", { source: "window.alert = () => { window.top.ran = true; };" });
    const results = {};
    for (const file of files) {
      await open(file);
      results[file] = { ran: Boolean(await evaluated("window.ran")), tree: await evaluated(TREE) };
    }
    return results;
  });
}

const results = await (browser === "jsdom" ? withJsdom() : withChromium());
process.stdout.write(JSON.stringify(results), () => process.exit(0));
