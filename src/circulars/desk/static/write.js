// Saves each text while it is written, and keeps the problems and the preview up to date.
const PAUSE = 300; // milliseconds after the last key before a text is saved
const AGAIN = 3000; // milliseconds before the desk is asked again when it did not answer

const desk = /** @type {HTMLElement} */ (document.getElementById("desk"));
const words = desk.dataset;
const status = document.getElementById("status");
document.body.classList.add("scripted");

/** The forms whose texts are not saved yet, in the order in which they were changed. */
const waiting = new Set();
const timers = new Map();
let busy = false;
let version = words.version;

const input = (form) => form.elements.text;
const data = (values) => new URLSearchParams({ token: words.token, ...values });
const asked = { accept: "application/json" };

function say(text) {
  if (status.textContent !== text) status.textContent = text;
}

function mark(form, state) {
  form.classList.toggle("unsaved", state === words.unsaved);
  form.querySelector(".state").textContent = state === words.saved ? "" : state;
}

function changed(form) {
  waiting.add(form);
  mark(form, words.saving);
  say(words.saving);
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(next, PAUSE));
}

/** Saves the texts that wait, one at a time. */
async function next() {
  if (busy || !waiting.size) return;
  busy = true;
  const [form] = waiting;
  waiting.delete(form);
  try {
    await save(form);
  } catch {
    waiting.add(form);
    mark(form, words.unsaved);
    say(words.offline);
    busy = false;
    setTimeout(next, AGAIN);
    return;
  }
  busy = false;
  next();
}

async function save(form) {
  const { path, was, text } = form.elements;
  if (!path.value) return gone(form);
  const of = version;
  const body = data({ version, path: path.value, was: was.value, text: text.value });
  const answer = await fetch(`${words.address}/text`, { method: "POST", headers: asked, body });
  const said = await answer.json();
  if ("moved" in said && version === of) move(said);
  if (answer.ok) return saved(form, said);
  mark(form, words.unsaved);
  say(`${words.unsaved}: ${said.fact} ${said.remedy}`);
  if (answer.status === 409 && "theirs" in said) conflict(form, said);
  else show(form, said.problems.length ? said.problems : [{ place: said.place, fact: said.fact, remedy: said.remedy }], []);
}

/** Names all texts and entries as they are in the newest version. One that is gone, or may be another one, is not written. */
function move(said) {
  version = said.version;
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

function gone(form) {
  mark(form, words.unsaved);
  say(words.unsaved);
  show(form, [{ fact: words.gone }], []);
}

function saved(form, said) {
  form.elements.was.value = said.was;
  if (!waiting.has(form)) mark(form, words.saved);
  if (!waiting.size) say(words.saved);
  document.querySelector("#undo button").disabled = !said.can_undo;
  refresh();
}

/** Shows what the file says now below the text, and lets the writer choose. */
function conflict(form, said) {
  form.querySelector(".theirs")?.remove();
  const box = document.createElement("div");
  box.className = "theirs";
  const title = document.createElement("strong");
  title.textContent = words.theirs;
  const theirs = document.createElement("p");
  theirs.textContent = said.theirs;
  theirs.lang = input(form).lang;
  theirs.dir = input(form).dir;
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
  box.append(title, theirs, choose(words.take, take), choose(words.keep, () => changed(form)));
  form.append(box);
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

function show(form, errors, warnings) {
  const lists = [];
  if (errors.length) lists.push(list(errors, "errors"));
  if (warnings.length) lists.push(list(warnings, "warnings"));
  form.querySelector(".found").replaceChildren(...lists);
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
  const answer = await fetch(`${words.address}/problems`, { headers: asked, signal });
  const said = await answer.json();
  if (!answer.ok) return;
  const shown = new Set();
  for (const form of document.querySelectorAll("form.field")) {
    const name = form.dataset.field;
    shown.add(name);
    if (!form.classList.contains("unsaved")) show(form, said.errors[name] ?? [], said.warnings[name] ?? []);
  }
  const others = (found) => Object.entries(found).filter(([name]) => !shown.has(name)).flatMap(([, all]) => all);
  const [errors, warnings] = [others(said.errors), others(said.warnings)];
  const general = [...(errors.length ? [list(errors, "errors")] : []), ...(warnings.length ? [list(warnings, "warnings")] : [])];
  document.getElementById("general").replaceChildren(...general);
  const count = Object.values(said.errors).flat().length;
  document.getElementById("problems-title").textContent = count ? `${words.problems}: ${count}` : words.none;
});

function age(made) {
  const old = document.getElementById("old");
  old.textContent = words.old;
  old.hidden = !made || made === version;
}

const text = newest(async (signal) => {
  const frame = document.getElementById("text");
  const answer = await fetch(`${words.address}/preview/${encodeURIComponent(words.language)}`, { signal });
  if (!answer.ok) return;
  const made = answer.headers.get("desk-version");
  const inside = frame.contentDocument;
  // Parsed by the frame's own window: the policy of this page would refuse the styles of the letter.
  const page = inside?.defaultView && new inside.defaultView.DOMParser().parseFromString(await answer.text(), "text/html");
  if (page && inside.head && inside.head.innerHTML === page.head.innerHTML) {
    const top = inside.scrollingElement.scrollTop;
    inside.body.replaceWith(inside.adoptNode(page.body));
    inside.scrollingElement.scrollTop = top;
  } else {
    frame.src = frame.src;
  }
  age(made);
});

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
  input(form).addEventListener("input", () => changed(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    changed(form);
    next();
  });
}

for (const choice of document.querySelectorAll("form.choice")) choice.addEventListener("change", () => choice.requestSubmit());

// A letter is built, arranged, or an edit of it undone, when all that was typed is saved.
for (const form of document.querySelectorAll(".title form, form.arrange, #version")) {
  form.addEventListener("submit", async (event) => {
    if (!busy && !waiting.size) return;
    event.preventDefault();
    while (busy || waiting.size) {
      await next();
      await new Promise((done) => setTimeout(done, 50));
      if (document.querySelector("form.unsaved")) return;
    }
    form.requestSubmit(event.submitter);
  });
}

addEventListener("beforeunload", (event) => {
  if (busy || waiting.size || document.querySelector("form.unsaved")) event.preventDefault();
});
