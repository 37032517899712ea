// Keeps the line numbers beside the source, leads to the lines with problems, and keeps what is not saved.
const form = /** @type {HTMLFormElement} */ (document.querySelector("form.source"));
const field = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("source"));
const numbers = /** @type {HTMLElement} */ (document.querySelector(".line-numbers"));
let first = field.value;

/** As many numbers as there are lines. */
function count() {
  const lines = field.value.split("\n").length;
  while (numbers.childElementCount > lines) numbers.lastElementChild?.remove();
  while (numbers.childElementCount < lines) {
    const number = document.createElement("span");
    number.textContent = String(numbers.childElementCount + 1);
    number.id = `line-${number.textContent}`;
    numbers.append(number);
  }
  field.rows = lines;
}

/** Puts the cursor into a line. */
function goTo(line, column) {
  const lines = field.value.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const at = before + Math.min(Math.max(column - 1, 0), (lines[line - 1] ?? "").length);
  field.focus({ preventScroll: true });
  field.setSelectionRange(at, at);
  document.getElementById(`line-${line}`)?.scrollIntoView({ block: "center" });
}

field.addEventListener("input", count);
document.addEventListener("click", (event) => {
  const link = /** @type {HTMLElement} */ (event.target).closest?.("a[data-line]");
  if (!link) return;
  event.preventDefault();
  goTo(Number(link.dataset.line), Number(link.dataset.column));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button.main"));
});
form.addEventListener("submit", () => {
  first = field.value;
});
addEventListener("beforeunload", (event) => {
  if (field.value !== first) event.preventDefault();
});
count();
