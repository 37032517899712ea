// Shows who else has the letter open, and beside each text who is in it. Nothing is announced: it changes too often.
const LOOK = 2000; // milliseconds between looks at where everybody is

const desk = /** @type {HTMLElement} */ (document.getElementById("desk"));
const words = desk.dataset;
const here = document.getElementById("here");
const page = `${Date.now()}-${Math.random()}`;
const list = new Intl.ListFormat(document.documentElement.lang);
let number = 0; // of the elements with names

/** The field in which the cursor is; "" if it is in none. */
const place = () => document.activeElement?.closest("form.field")?.dataset.field ?? "";
const body = (values) => new URLSearchParams({ token: words.token, page, field: place(), ...values });
const asked = { accept: "application/json" };

/** Says where the reader is, and shows where everybody else is. */
async function look() {
  if (document.hidden) return;
  const answer = await fetch(`${words.address}/people`, { method: "POST", headers: asked, body: body({}) });
  show(answer.ok ? (await answer.json()).others : []);
}

function show(others) {
  const names = [...new Set(others.map((one) => one.name))];
  here.hidden = !names.length;
  say(here, names.length ? words.also.replace("{names}", list.format(names)) : "");
  for (const form of document.querySelectorAll("form.field")) {
    const inside = others.filter((one) => one.field && one.field === form.dataset.field).map((one) => one.name);
    if (inside.length || form.querySelector(".who")) name(form, inside);
  }
}

/** Shows below a text who is in it; whoever comes to the text with a screen reader hears it with its name. */
function name(form, names) {
  const shown = form.querySelector(".who") ?? form.appendChild(document.createElement("p"));
  const field = form.elements.text;
  if (!names.length) {
    shown.remove();
    describe(field, "");
    return;
  }
  if (!shown.id) shown.id = `who-${++number}`;
  shown.className = "who";
  say(shown, words.inside.replace("{names}", list.format(names)));
  describe(field, shown.id);
}

/** Adds an element to those that describe a field, or takes it away: a hint of the page stays. */
function describe(field, id) {
  field.dataset.hint ??= field.getAttribute("aria-describedby") ?? "";
  const all = [field.dataset.hint, id].filter(Boolean).join(" ");
  if (all) field.setAttribute("aria-describedby", all);
  else field.removeAttribute("aria-describedby");
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Says that the page is left; the request goes on without it. */
function leave() {
  const headers = { ...asked, "content-type": "application/x-www-form-urlencoded" };
  fetch(`${words.address}/people`, { method: "POST", headers, body: body({ left: "yes" }).toString(), keepalive: true }).catch(() => {});
}

const quietly = () => look().catch(() => {}); // saving says that the desk does not answer

quietly();
setInterval(quietly, LOOK);
document.addEventListener("focusin", quietly);
document.addEventListener("visibilitychange", () => (document.hidden ? leave() : quietly()));
addEventListener("pagehide", leave);
