// Starts Chromium, and speaks to pages of it through its DevTools protocol.
import { spawn } from "node:child_process";
import { pathToFileURL } from "node:url";

const PAUSE = 50; // milliseconds in which handlers and timers of a page can run
// What no page of the tests needs: it takes a third of Chromium's start. No process is kept for a page that was left.
const WITHOUT = [
  "--disable-extensions", "--disable-component-extensions-with-background-pages", "--disable-default-apps",
  "--disable-component-update", "--disable-sync", "--disable-breakpad", "--disable-back-forward-cache",
  "--disable-features=Translate,MediaRouter,SpareRendererForSitePerProcess",
];

// Calls use({ tab, apart }) with a Chromium. "program" is its path, "profile" an empty folder for it. tab() opens a page,
// and apart(visit) returns what visit({ send, open, evaluated }) gives for one that knows nothing of all others.
// Chromium ends with this process, however that ends: it listens to a pipe.
export async function withChromium(program, profile, use) {
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe", ...WITHOUT];
  const pipes = ["ignore", "ignore", "pipe", "pipe", "pipe"];
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`, "about:blank"], { detached: true, stdio: pipes });
  let said = "";
  child.stderr.on("data", (data) => { said += data; });
  const ended = new Promise((_, fail) => child.once("exit", () => fail(new Error("Chromium has ended: " + said))));
  try {
    return await Promise.race([use(pages(child.stdio[3], child.stdio[4])), ended]);
  } finally {
    child.removeAllListeners("exit");
    if (child.exitCode === null) process.kill(-child.pid, "SIGKILL"); // Its helpers, too, which write to its profile.
  }
}

// Messages of the DevTools protocol end with a zero byte.
async function* messages(output) {
  let rest = [];
  for await (const data of output) {
    let begin = 0;
    for (let end; (end = data.indexOf(0, begin)) >= 0; begin = end + 1) {
      yield JSON.parse(Buffer.concat([...rest, data.subarray(begin, end)]));
      rest = [];
    }
    rest.push(data.subarray(begin));
  }
}

function pages(input, output) {
  let last = 0;
  const calls = new Map(); // what waits for an answer, by the number of the call
  const ended = new Set(); // the documents that are loaded, by the numbers of their navigations
  const waiting = new Map(); // what waits for a document, by that number
  const asking = new Set(); // the pages that have opened a dialog, by their sessions
  const heard = ({ id, method, params, result, error, sessionId }) => {
    if (id) {
      const { name, done, fail } = calls.get(id);
      calls.delete(id);
      error ? fail(new Error(name + ": " + error.message)) : done(result);
    }
    if (method === "Page.lifecycleEvent" && params.name === "load") {
      ended.add(params.loaderId);
      waiting.get(params.loaderId)?.();
    }
    if (method === "Page.javascriptDialogOpening") { // Nobody else answers it, and the page stands still until then.
      asking.add(sessionId);
      called("Page.handleJavaScriptDialog", { accept: true }, sessionId).catch(() => {});
    }
  };
  (async () => {
    for await (const message of messages(output)) heard(message);
  })().catch(() => {}); // Chromium has ended.
  const called = (name, params = {}, sessionId) => new Promise((done, fail) => {
    const id = ++last;
    calls.set(id, { name, done, fail });
    input.write(JSON.stringify({ id, method: name, params, sessionId }) + "\0");
  });
  const tab = async (browserContextId) => {
    const { targetId } = await called("Target.createTarget", { url: "about:blank", browserContextId });
    const { sessionId } = await called("Target.attachToTarget", { targetId, flatten: true });
    const send = (method, params) => called(method, params, sessionId);
    await send("Page.enable");
    await send("Page.setLifecycleEventsEnabled", { enabled: true });
    // Opens a file, or an address that begins with "http:". The page before may still be loading.
    const open = async (file) => {
      asking.delete(sessionId);
      const { loaderId, errorText } = await send("Page.navigate", { url: /^https?:/.test(file) ? file : pathToFileURL(file).href });
      if (errorText) throw new Error(file + ": " + errorText);
      if (loaderId && !ended.has(loaderId)) await new Promise((done) => waiting.set(loaderId, done));
      await new Promise((done) => setTimeout(done, PAUSE));
    };
    const evaluated = async (expression) => {
      const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    };
    return { send, open, evaluated, asked: () => asking.has(sessionId) };
  };
  const apart = async (visit) => {
    const { browserContextId } = await called("Target.createBrowserContext");
    try {
      return await visit(await tab(browserContextId));
    } finally {
      await called("Target.disposeBrowserContext", { browserContextId });
    }
  };
  return { tab, apart };
}
