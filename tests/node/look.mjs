// Opens HTML files as a browser does, and writes what became of each, as JSON: whether a script ran, and the tree.
// usage: node look.mjs jsdom|CHROMIUM PROFILE FILE…   (CHROMIUM is the program's path, PROFILE an empty folder for it)
import { createRequire } from "node:module";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

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
  const WebSocket = require("ws");
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0"];
  const child = spawn(browser, [...flags, `--user-data-dir=${profile}`, "about:blank"], { detached: true, stdio: ["ignore", "ignore", "pipe"] });
  try {
    const address = await new Promise((done, fail) => {
      let said = "";
      child.on("exit", () => fail(new Error(said)));
      child.stderr.on("data", (data) => {
        const found = /DevTools listening on (ws:\S+)/.exec((said += data));
        if (found) done(found[1]);
      });
    });
    const socket = new WebSocket(address, { maxPayload: 1 << 28 });
    await new Promise((done) => socket.once("open", done));
    let last = 0;
    const send = (method, params = {}, sessionId) => new Promise((done, fail) => {
      const id = ++last;
      const answer = (data) => {
        const said = JSON.parse(data);
        if (said.id !== id) return;
        socket.off("message", answer);
        said.error ? fail(new Error(method + ": " + said.error.message)) : done(said.result);
      };
      socket.on("message", answer);
      socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
    const { targetId } = await send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
    await send("Page.enable", {}, sessionId);
    await send("Page.addScriptToEvaluateOnNewDocument", { source: "window.alert = () => { window.top.ran = true; };" }, sessionId);
    const results = {};
    for (const file of files) {
      const loaded = new Promise((done) => {
        const heard = (data) => {
          if (JSON.parse(data).method !== "Page.loadEventFired") return;
          socket.off("message", heard);
          done();
        };
        socket.on("message", heard);
      });
      await send("Page.navigate", { url: pathToFileURL(file).href }, sessionId);
      await loaded;
      await new Promise((done) => setTimeout(done, PAUSE));
      const evaluated = async (expression) => (await send("Runtime.evaluate", { expression, returnByValue: true }, sessionId)).result.value;
      results[file] = { ran: Boolean(await evaluated("window.ran")), tree: await evaluated(TREE) };
    }
    socket.close();
    return results;
  } finally {
    child.removeAllListeners("exit");
    if (child.exitCode === null) process.kill(-child.pid, "SIGKILL"); // Its helpers, too, which write to its profile.
  }
}

const results = await (browser === "jsdom" ? withJsdom() : withChromium());
process.stdout.write(JSON.stringify(results), () => process.exit(0));
