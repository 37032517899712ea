// Opens HTML files as a browser does, and writes what became of each, as JSON: whether a script ran, and the tree.
// usage: node look.mjs jsdom|CHROMIUM PROFILE FILE…   (CHROMIUM is the program's path, PROFILE an empty folder for it)
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { withPage } from "./chromium.mjs";

const require = createRequire(process.env.NODE_MODULES_OF + "/");
const [browser, profile, ...files] = process.argv.slice(2);
const PAUSE = 50; // milliseconds in which handlers and timers of a page can run
const LONG = 2000; // milliseconds after which a page counts as loaded: it may wait for what never comes
const AT_ONCE = 8;

const TREE = `document.normalize(), (function tree(node) {
  if (node.nodeType === 3) return JSON.stringify(node.data);
  if (node.nodeType !== 1) return "#" + node.nodeType;
  const space = node.namespaceURI === "http://www.w3.org/1999/xhtml" ? "" : node.namespaceURI + " ";
  const names = Array.from(node.attributes).map((one) => one.name + "=" + JSON.stringify(one.value));
  const inside = Array.from((node.localName === "template" ? node.content : node).childNodes).map(tree);
  return "(" + [space + node.localName, ...names].join(" ") + inside.join("") + ")";
})(document.documentElement)`;

// Some files are open at the same time: much of the work is waiting.
function batches() {
  return Array.from({ length: Math.ceil(files.length / AT_ONCE) }, (_, number) => files.slice(number * AT_ONCE, (number + 1) * AT_ONCE));
}

async function withJsdom() {
  const { JSDOM, VirtualConsole } = require("jsdom");
  const results = {};
  for (const batch of batches()) {
    const opened = batch.map((file) => {
      const seen = { file, ran: false };
      seen.dom = new JSDOM(readFileSync(file), {
        url: pathToFileURL(file).href, runScripts: "dangerously", resources: "usable", pretendToBeVisual: true,
        virtualConsole: new VirtualConsole(), beforeParse(window) { window.alert = () => { seen.ran = true; }; },
      });
      seen.loaded = new Promise((done) => seen.dom.window.addEventListener("load", done));
      return seen;
    });
    await Promise.race([Promise.all(opened.map(({ loaded }) => loaded)), new Promise((done) => setTimeout(done, LONG))]);
    await new Promise((done) => setTimeout(done, PAUSE));
    for (const { file, ran, dom } of opened) {
      results[file] = { ran, tree: dom.window.eval(TREE) };
      dom.window.close();
    }
  }
  return results;
}

async function withChromium() {
  return withPage(browser, profile, async ({ tab }) => {
    const tabs = await Promise.all(Array.from({ length: AT_ONCE }, tab));
    const source = "window.alert = () => { window.top.ran = true; };";
    await Promise.all(tabs.map(({ send }) => send("Page.addScriptToEvaluateOnNewDocument", { source })));
    const results = {};
    const looked = async (file, { open, evaluated }) => {
      await open(file);
      results[file] = { ran: Boolean(await evaluated("window.ran")), tree: await evaluated(TREE) };
    };
    for (const batch of batches()) await Promise.all(batch.map((file, number) => looked(file, tabs[number])));
    return results;
  });
}

const results = await (browser === "jsdom" ? withJsdom() : withChromium());
process.stdout.write(JSON.stringify(results), () => process.exit(0));
