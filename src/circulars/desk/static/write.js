// Saves each text while it is written, and keeps the problems and the preview up to date.
import { keeping } from "./kept.js";

const LOOK = 2000; // milliseconds between looks at what others have changed
const PAUSE = 300; // milliseconds after the last key before a text is saved
const AGAIN = 3000; // milliseconds before a text is sent again that could not be saved
const TRIED = [403, 404]; // answers that may be others in a while: the desk was started again, the file is away
const MOST_SENT = 10; // texts without an answer that are remembered
const MOST_KEPT = 60000; // characters; browsers let requests of 64 KiB in all go on when a page is left

const desk = /** @type {HTMLElement} */ (document.getElementById("desk"));
const words = desk.dataset;
const status = document.getElementById("status");
document.body.classList.add("scripted");

/** The forms whose texts are to be sent, in the order in which they were changed. */
const waiting = new Set();
const timers = new Map();
/** The texts that were sent and not answered, by their forms: the file may have one of them. */
const unanswered = new Map();
const kept = keeping(words.folder + words.person, words.letter); // what one person typed is never sent as another
let busy = 0; // the number of requests that are not answered yet
let going = 0; // the size of those that go on when the page is left
let breakable = 0; // the number of those that do not
let version = words.version;
let offline = false; // the desk did not answer
let reason = ""; // why texts are not saved

const input = (form) => form.elements.text;
const data = (values) => new URLSearchParams({ token: words.token, ...values });
const asked = { accept: "application/json" };
const unsaved = () => document.querySelectorAll("form.unsaved");

/** Says whether all is saved. As long as a text is not, whatever else is saved, this leads to the first one. */
function tell() {
  const count = unsaved().length;
  const said = count ? `${reason}${count}` : busy || waiting.size ? words.saving : words.saved;
  if (status.dataset.said === said) return;
  status.dataset.said = said;
  if (!count) return status.replaceChildren(said);
  const link = document.createElement("a");
  link.href = `#${unsaved()[0].closest(".row").id}`;
  link.textContent = words.count.replace("{count}", String(count));
  link.addEventListener("click", (event) => {
    event.preventDefault();
    lead();
  });
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.again;
  button.addEventListener("click", () => again(unsaved()));
  status.replaceChildren(...(reason ? [reason, " "] : []), link, " ", button);
}

/** Goes to the first text that is not saved; false if there is none. */
function lead() {
  const [first] = unsaved();
  first?.closest("details")?.setAttribute("open", "");
  first?.scrollIntoView({ block: "center" });
  if (first) input(first).focus({ preventScroll: true });
  return Boolean(first);
}

function mark(form, state) {
  form.classList.toggle("unsaved", state === words.unsaved);
  form.querySelector(".state").textContent = state;
  tell();
}

function changed(form) {
  keep(form);
  if (offline) return later(form, words.offline);
  waiting.add(form);
  mark(form, words.saving);
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(next, PAUSE));
}

/** What the desk needs to save the text of a form. */
function values(form) {
  const { path, was, text } = form.elements;
  return { version, path: path.value, was: was.value, text: text.value, sent: JSON.stringify(unanswered.get(form) ?? []) };
}

/** Keeps a text in the browser until it is saved. */
function keep(form) {
  if (form.elements.path.value) kept.put(form, values(form));
}

function again(forms) {
  for (const form of forms) if (!form.querySelector(".theirs")) waiting.add(form);
  next();
}

/** Saves the texts that wait, one at a time. */
async function next() {
  if (busy || !waiting.size) return;
  const [form] = waiting;
  await attempt(form);
  next();
}

async function attempt(form) {
  waiting.delete(form);
  busy += 1;
  try {
    if (offline) await fetch("/static/icon.svg", { cache: "no-store" }); // nothing is sent that nobody can answer
    offline = false;
    await save(form);
  } catch {
    offline = true;
    later(form, words.offline);
  } finally {
    busy -= 1;
  }
  tell();
}

/** Says that a text is not saved, and tries to save it again in a while. */
function later(form, why) {
  reason = why;
  mark(form, words.unsaved);
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => again([form]), AGAIN));
}

async function save(form) {
  if (!form.elements.path.value) return gone(form);
  const of = version;
  const answer = await sent(form, values(form));
  const said = await answer.json();
  if ("moved" in said && version === of) move(said);
  if (answer.ok) return saved(form, said);
  if (answer.status === 403 && (await renewed())) return save(form);
  if (TRIED.includes(answer.status) || answer.status >= 500) later(form, `${said.fact} ${said.remedy}`);
  else mark(form, words.unsaved);
  if (answer.status === 409 && "theirs" in said) conflict(form, said);
  else show(form, said.problems.length ? said.problems : [{ place: said.place, fact: said.fact, remedy: said.remedy }]);
}

/** The answer to a text. If the page is left, the request goes on, unless it is longer than browsers allow. */
async function sent(form, values) {
  const body = data(values).toString();
  const keepalive = going + body.length < MOST_KEPT;
  going += keepalive ? body.length : 0;
  breakable += keepalive ? 0 : 1;
  const before = (unanswered.get(form) ?? []).filter((one) => one !== values.text);
  unanswered.set(form, [...before, values.text].slice(-MOST_SENT));
  keep(form);
  try {
    const headers = { ...asked, "content-type": "application/x-www-form-urlencoded" };
    const send = () => fetch(`${words.address}/text`, { method: "POST", headers, body, keepalive });
    const answer = await send().catch(send); // the desk may just have closed the connection, because it was idle
    const all = unanswered.get(form);
    if (answer.status < 500) unanswered.set(form, all.slice(all.lastIndexOf(values.text) + 1));
    return answer;
  } finally {
    going -= keepalive ? body.length : 0;
    breakable -= keepalive ? 0 : 1;
  }
}

/** Takes the new token of a desk that was started again, or of the same person's next session; false if there is none. */
async function renewed() {
  const answer = await fetch(words.address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const { token, person } = page.getElementById("desk")?.dataset ?? {};
  if (!answer.ok || !token || token === words.token || person !== words.person) return false;
  words.token = token;
  for (const field of document.querySelectorAll("input[name=token]")) field.value = token;
  return true;
}

/** Names all texts and entries as they are in the newest version. One that is gone, or may be another one, is not written. */
function move(said) {
  version = said.version;
  if (said.has_more || Object.keys(said.moved).length) document.getElementById("more").hidden = false;
  for (const form of document.querySelectorAll("form.field, form.arrange")) {
    const { path, was, version: of } = form.elements;
    of.value = version;
    if (!path || said.moved[path.value] === undefined) continue;
    const [name, isCertain] = said.moved[path.value] ?? ["", false];
    path.value = name;
    if (was) form.dataset.field = name || "gone";
    if (was && !isCertain) was.value = ""; // it is asked which text shall stay
    if (!was && !isCertain) for (const button of form.querySelectorAll("button")) button.disabled = true;
  }
}

/** Shows what others have written since. A text that is being written stays; it is asked about when it is saved. */
async function follow() {
  const of = version;
  if (busy || waiting.size || document.hidden || !of) return;
  const answer = await fetch(`${words.address}/changes?since=${of}`, { headers: asked });
  const said = await answer.json();
  if (busy || !answer.ok || version !== of || said.version === of) return;
  move(said);
  steps(said);
  // What was found is of the version before: it is pressed again when it is shown anew.
  for (const field of document.querySelectorAll(".found [name=version], #all-problems [name=version]")) field.value = of;
  for (const form of document.querySelectorAll("form.field")) {
    const theirs = said.texts[form.elements.path.value];
    if (!theirs || waiting.has(form) || form.classList.contains("unsaved")) continue;
    form.elements.was.value = theirs.was;
    write(input(form), theirs.text);
  }
  refresh();
}

/** Puts another text into a field; the cursor stays where it is. */
function write(field, text) {
  const { selectionStart, selectionEnd } = field;
  field.value = text;
  if (document.activeElement === field) field.setSelectionRange(selectionStart, selectionEnd);
}

function gone(form) {
  mark(form, words.unsaved);
  show(form, [{ fact: words.gone }]);
}

function saved(form, said) {
  form.elements.was.value = said.was;
  reason = "";
  if (waiting.has(form)) keep(form);
  else {
    kept.drop(form);
    mark(form, words.saved);
  }
  steps(said);
  refresh();
}

/** Offers to undo and to redo what can be; readers have no buttons for it. */
function steps(said) {
  for (const [id, can] of [["undo", said.can_undo], ["redo", said.can_redo]]) {
    const button = document.querySelector(`#${id} button`);
    if (button) button.disabled = !can;
  }
}

/** Shows what the file says now below the text, and lets the writer choose. */
function conflict(form, said) {
  form.querySelector(".theirs")?.remove();
  const box = document.createElement("div");
  box.className = "theirs";
  const choose = (label, use) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => {
      form.elements.was.value = said.was;
      box.remove();
      use();
      input(form).focus();
    });
    return button;
  };
  const take = () => {
    input(form).value = said.theirs;
    changed(form);
  };
  box.append(...version_of(form, words.theirs, said.differences.theirs), choose(words.take, take));
  box.append(...version_of(form, words.mine, said.differences.mine), choose(words.keep, () => changed(form)));
  form.append(box);
  const { activeElement } = document;
  const isElsewhere = activeElement?.matches("[name=text]") && activeElement.form !== form;
  if (!isElsewhere) box.scrollIntoView({ block: "nearest" });
}

/** One of two versions of a text, with the words marked that the other one lacks. */
function version_of(form, title, pieces) {
  const heading = document.createElement("strong");
  heading.textContent = title;
  const text = document.createElement("p");
  text.lang = input(form).lang;
  text.dir = input(form).dir;
  for (const [piece, differs] of pieces) {
    const part = document.createElement(differs ? "mark" : "span");
    part.textContent = piece;
    text.append(part);
  }
  return [heading, text];
}

function list(problems, kind) {
  const found = document.createElement("ul");
  found.className = `problems ${kind}`;
  for (const problem of problems) {
    const item = document.createElement("li");
    item.lang = words.own;
    item.dir = "ltr";
    for (const name of ["place", "fact", "remedy"]) {
      if (!problem[name]) continue;
      const part = document.createElement("span");
      part.className = name;
      part.textContent = problem[name];
      item.append(part, " ");
    }
    found.append(item);
  }
  return found;
}

function show(form, errors) {
  const lists = errors.length ? [list(errors, "errors")] : [];
  const box = form.nextElementSibling;
  box.replaceChildren(...lists);
  box.bare = "";
  if (errors.length) form.closest("details")?.setAttribute("open", "");
  if (errors.length) input(form).setAttribute("aria-invalid", "true");
  else input(form).removeAttribute("aria-invalid");
}

/** The newest of several requests: those before it are given up. */
function newest(work) {
  let controller = new AbortController();
  return async () => {
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    try {
      await work(signal);
    } catch (error) {
      if (!signal.aborted && error.name !== "TypeError") throw error; // a TypeError: the desk did not answer
    }
  };
}

const problems = newest(async (signal) => {
  const shown = [...document.querySelectorAll("#preview-choice [name=show]")].map((one) => ["show", one.value]);
  const answer = await fetch(`${words.address}/problems?${new URLSearchParams(shown)}`, { headers: asked, signal });
  const said = await answer.json();
  if (!answer.ok) return;
  for (const form of document.querySelectorAll("form.field")) {
    const name = form.dataset.field;
    if (form.classList.contains("unsaved")) continue;
    fill(form.nextElementSibling, said.shown[name] ?? "", said.version);
    if (said.errors[name]) form.closest("details")?.setAttribute("open", "");
    if (said.errors[name]) input(form).setAttribute("aria-invalid", "true");
    else input(form).removeAttribute("aria-invalid");
  }
  fill(document.getElementById("all-problems"), said.summary, said.version);
});

/** Shows a piece of the page that the desk wrote. One that differs in the version alone stays, with what has the focus. */
function fill(box, html, of) {
  const bare = html.replaceAll(of, "");
  if (box.bare !== bare) {
    const open = [...box.querySelectorAll("details")].map((one) => one.open);
    box.innerHTML = html;
    for (const [at, one] of box.querySelectorAll("details").entries()) one.open = open[at] ?? false;
  }
  box.bare = bare;
  for (const field of box.querySelectorAll("[name=version]")) field.value = of;
}

/** The texts that need the writer: those with a problem, those that are behind, those that are not written yet. */
function needing() {
  const found = ".errors, .behind, .unwritten, .fix";
  return [...document.querySelectorAll("form.field")].filter((form) => form.nextElementSibling.querySelector(found));
}

function goTo(form) {
  form.closest("details")?.setAttribute("open", "");
  form.scrollIntoView({ block: "center" });
  input(form).focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form.field");
  if (event.key === "F8") {
    const forms = needing();
    const here = document.activeElement ?? document.body;
    const follows = (one) => here.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING && !one.contains(here);
    const to = forms.find(follows) ?? forms[0];
    if (to) goTo(to);
    event.preventDefault();
  } else if (event.key === "Enter" && event.ctrlKey && form) {
    const behind = form.nextElementSibling.querySelector("form.behind");
    if (!behind) return;
    behind.requestSubmit();
    event.preventDefault();
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-to]");
  const form = link && [...document.querySelectorAll("form.field")].find((one) => one.dataset.field === link.dataset.to);
  if (!form) return;
  event.preventDefault();
  goTo(form);
});

function age(made) {
  const old = document.getElementById("old");
  old.textContent = words.old;
  old.hidden = !made || made === version;
}

/** Shows the letter's HTML in the frame, which stays where it is scrolled to; false if the frame must load it itself. */
function show_text(html) {
  const inside = document.getElementById("text").contentDocument;
  // Parsed by the frame's own window: the policy of this page would refuse the styles of the letter.
  const page = inside?.defaultView && new inside.defaultView.DOMParser().parseFromString(html, "text/html");
  if (!page || !inside.head || inside.head.innerHTML !== page.head.innerHTML) return false;
  const top = inside.scrollingElement.scrollTop;
  inside.body.replaceWith(inside.adoptNode(page.body));
  inside.scrollingElement.scrollTop = top;
  return true;
}

const text = newest(async (signal) => {
  const frame = document.getElementById("text");
  const answer = await fetch(`${words.address}/preview/${encodeURIComponent(words.language)}`, { signal });
  if (!answer.ok) return;
  const html = await answer.text();
  if (waiting.size || drawing) return; // newer words are shown already, or soon
  if (!show_text(html)) frame.src = frame.src;
  age(answer.headers.get("desk-version"));
});

let drawing = false; // a draft is not answered yet
let drawn = null; // the form whose words are shown next

/** Shows what is typed in the text of the letter at once, before it is saved: one request at a time, the newest next. */
async function draw(form) {
  drawn = form;
  if (drawing || !words.language || words.view === "pages") return;
  drawing = true;
  try {
    while (drawn) {
      const { version: of, path, text: typed } = values(drawn);
      drawn = null;
      const body = data({ version: of, path, text: typed });
      const answer = await fetch(`${words.address}/draft/${encodeURIComponent(words.language)}`, { method: "POST", headers: asked, body });
      if (answer.ok) show_text(await answer.text());
    }
  } catch {
    // The desk does not answer: saving says so.
  } finally {
    drawing = false;
  }
  if (!waiting.size) text(); // all is saved: the preview of the file was passed over meanwhile
}

const pages = newest(async (signal) => {
  const box = document.getElementById("pages");
  const address = `${words.address}/pages/${encodeURIComponent(words.language)}`;
  const answer = await fetch(address, { headers: asked, signal });
  if (!answer.ok) return;
  const said = await answer.json();
  const width = Math.round((box.clientWidth - 32) * devicePixelRatio);
  const pictures = Array.from({ length: said.pages }, (_, at) => {
    const picture = box.querySelectorAll("img")[at] ?? new Image();
    picture.alt = words.page.replace("{number}", String(at + 1)).replace("{count}", String(said.pages));
    const source = `${address}/${at + 1}?width=${width}&version=${said.version.slice(0, 16)}`;
    if (picture.getAttribute("src") !== source) picture.src = source;
    return picture;
  });
  if (said.version !== box.dataset.version || box.children.length !== pictures.length) box.replaceChildren(...pictures);
  box.dataset.version = said.version;
  age(said.version);
});

const preview = words.view === "pages" ? pages : text;

function refresh() {
  if (words.language) {
    if (words.view === "pages") age("older");
    preview();
  }
  problems();
}

for (const form of document.querySelectorAll("form.field")) {
  input(form).addEventListener("input", () => {
    changed(form);
    if (form.elements.path.value) draw(form);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    changed(form);
    next();
  });
}

/** The kept texts that have no place on this page, by their names in the browser. */
const unplaced = new Set();

/** Sends what a page has kept that was closed before all was saved. */
async function take(one) {
  const { values, forget } = one;
  const headers = { ...asked, "content-type": "application/x-www-form-urlencoded" };
  const answer = await fetch(`${words.address}/text`, { method: "POST", headers, body: data(values) });
  const said = await answer.json();
  if (answer.status === 403 && (await renewed())) return take(one);
  if (TRIED.includes(answer.status) || answer.status >= 500) return; // it is tried again
  if (!answer.ok && said.version && said.version !== version) return; // this page first shows what others have written
  // In another version the same path may lead to another paragraph: only the desk knows where the text is now.
  const isKnown = "moved" in said || values.version === version;
  const found = said.moved?.[values.path];
  const name = !isKnown || found === null ? "" : (found?.[0] ?? values.path);
  const form = [...document.querySelectorAll("form.field")].find((other) => other.dataset.field === name);
  const isWritten = form && (waiting.has(form) || form.classList.contains("unsaved"));
  if (answer.ok) {
    forget();
    if (!form || isWritten) return refresh();
    write(input(form), said.text);
    return saved(form, said);
  }
  if (isWritten) return; // it is tried again
  if (!form) return showUnplaced(one, said);
  input(form).value = values.text;
  form.elements.was.value = values.was; // what it replaces, so that it is asked about again until somebody chooses
  keep(form);
  forget();
  mark(form, words.unsaved);
  if ("theirs" in said) conflict(form, said);
  else show(form, [{ place: said.place, fact: said.fact, remedy: said.remedy }]);
}

/** Shows a kept text that has no place on this page, to be copied, until the writer leaves it out. */
function showUnplaced({ name, values, forget }, said) {
  unplaced.add(name);
  const box = document.createElement("section");
  box.className = "theirs";
  const about = document.createElement("p");
  about.textContent = `${said.fact} ${said.remedy}`;
  const text = document.createElement("textarea");
  text.readOnly = true;
  text.dir = "auto";
  text.setAttribute("aria-label", words.mine);
  text.value = values.text;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.drop;
  button.addEventListener("click", () => {
    forget();
    box.remove();
  });
  box.append(about, text, button);
  document.querySelector(".halves").before(box);
}

/** Looks for what other pages and programs have left or written. */
async function look() {
  for (const one of await kept.left()) if (!unplaced.has(one.name)) await take(one);
  await follow();
}

look().catch(() => {});
setInterval(() => look().catch(() => {}), LOOK);

for (const choice of document.querySelectorAll("form.choice")) choice.addEventListener("change", () => choice.requestSubmit());

/** Waits until all that was typed is saved or refused. */
async function settled() {
  while (busy || waiting.size) {
    next();
    await new Promise((done) => setTimeout(done, 50));
  }
}

// All that leads away, such as Build and Undo, is done when all that was typed is saved.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches(".field") || (!busy && !waiting.size && !unsaved().length)) return;
  event.preventDefault();
  await settled();
  if (!lead()) form.requestSubmit(event.submitter);
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]:not([href^='#'])");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || (!busy && !waiting.size)) return;
  event.preventDefault();
  await settled();
  location.href = link.href;
});

// What was done is said once: not when the page is loaded again, and no longer when the writer goes on.
const done = document.getElementById("done");
if (done) {
  const address = new URL(location.href);
  address.searchParams.delete("done");
  history.replaceState(null, "", address);
  document.addEventListener("input", () => done.remove(), { once: true });
}

/** Sends all that waits at once. */
function leave() {
  for (const form of [...waiting]) attempt(form);
}

addEventListener("pagehide", leave);
addEventListener("beforeunload", (event) => {
  leave();
  if (breakable || unsaved().length) event.preventDefault();
});
