// Opens HTML files as a browser does, and writes what became of each, as JSON: whether a script ran, and the tree.
// usage: node look.mjs jsdom|CHROMIUM PROFILE FILE…   (CHROMIUM is the program's path, PROFILE an empty folder for it)
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { withChromium } from "./chromium.mjs";

const require = createRequire(process.env.NODE_MODULES_OF + "/");
const [browser, profile, ...files] = process.argv.slice(2);
const PAUSE = 50; // milliseconds in which handlers and timers of a page can run
const LONG = 2000; // milliseconds after which a page counts as loaded: it may wait for what never comes
const AT_ONCE = 4; // pages that are open at the same time: much of the work is waiting

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
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const opened = files.slice(at, at + AT_ONCE).map((file) => {
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

async function inChromium() {
  return withChromium(browser, profile, async ({ apart }) => {
    const results = {}, waiting = [...files];
    const looked = async ({ send, open, evaluated, asked }) => {
      await send("Page.addScriptToEvaluateOnNewDocument", { source: "window.alert = () => { window.top.ran = true; };" });
      await send("Emulation.setFocusEmulationEnabled", { enabled: true });
      for (let file; (file = waiting.shift()); ) {
        await open(file);
        results[file] = { ran: asked() || Boolean(await evaluated("window.ran")), tree: await evaluated(TREE) };
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, () => apart(looked)));
    return results;
  });
}

const results = await (browser === "jsdom" ? withJsdom() : inChromium());
process.stdout.write(JSON.stringify(results), () => process.exit(0));
