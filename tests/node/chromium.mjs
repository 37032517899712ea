// Starts Chromium, and speaks to one page of it through its DevTools protocol.
import { createRequire } from "node:module";
import { spawn } from "node:child_process";
import { pathToFileURL } from "node:url";

const require = createRequire(process.env.NODE_MODULES_OF + "/");
const PAUSE = 50; // milliseconds in which handlers and timers of a page can run
// What no page of the tests needs: it takes a third of Chromium's start. No process is kept for a page that was left.
const WITHOUT = [
  "--disable-extensions", "--disable-component-extensions-with-background-pages", "--disable-default-apps",
  "--disable-component-update", "--disable-sync", "--disable-breakpad", "--disable-back-forward-cache",
  "--disable-features=Translate,MediaRouter,SpareRendererForSitePerProcess",
];

// Calls use({ send, open, evaluated }) with a page. "program" is Chromium's path, "profile" an empty folder for it.
export async function withPage(program, profile, use) {
  const WebSocket = require("ws");
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0", ...WITHOUT];
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`, "about:blank"], { detached: true, stdio: ["ignore", "ignore", "pipe"] });
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
    const called = (method, params = {}, sessionId) => new Promise((done, fail) => {
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
    const { targetId } = await called("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await called("Target.attachToTarget", { targetId, flatten: true });
    const send = (method, params) => called(method, params, sessionId);
    await send("Page.enable");
    // The documents that are loaded, by the numbers of their navigations: the page before may still be loading.
    const ended = new Set();
    socket.on("message", (data) => {
      const { method, params } = JSON.parse(data);
      if (method === "Page.lifecycleEvent" && params.name === "load") ended.add(params.loaderId);
    });
    await send("Page.setLifecycleEventsEnabled", { enabled: true });
    // Opens a file, or an address that begins with "http:".
    const open = async (file) => {
      const { loaderId, errorText } = await send("Page.navigate", { url: /^https?:/.test(file) ? file : pathToFileURL(file).href });
      if (errorText) throw new Error(file + ": " + errorText);
      while (loaderId && !ended.has(loaderId)) await new Promise((done) => setTimeout(done, PAUSE));
      await new Promise((done) => setTimeout(done, PAUSE));
    };
    const evaluated = async (expression) => {
      const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    };
    const result = await use({ send, open, evaluated });
    socket.close();
    return result;
  } finally {
    child.removeAllListeners("exit");
    if (child.exitCode === null) process.kill(-child.pid, "SIGKILL"); // Its helpers, too, which write to its profile.
  }
}
