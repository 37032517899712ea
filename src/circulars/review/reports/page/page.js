
(() => {
  // The changes, and the rows of a table in which several changed.
  const changes = [...document.querySelectorAll(".change, .change:has(tr[id] ~ tr[id], .inside) tr[id]")];
  const questions = [...document.querySelectorAll(".question")];
  const keys = document.getElementById("keys");
  const folded = () => [...document.querySelectorAll("details:not([open])")];
  let opened = [];
  document.querySelector(".keys").hidden = changes.length < 2 && !questions.length;

  // The change in the address, or else the last one above the middle of the window.
  const current = () => {
    const address = decodeURIComponent(location.hash.slice(1));
    const named = changes.findIndex((one) => one.id === address);
    if (named >= 0) return named;
    const asked = questions.find((one) => one.id === address);
    if (asked) return changes.findLastIndex((one) => follows(one, asked));
    return changes.findLastIndex((one) => one.getBoundingClientRect().top < 0);
  };

  const follows = (one, other) => one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
  // The question after the one in the address, or after the present change.
  const nextQuestion = () => {
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    return questions.find((one) => !named || (one !== named && follows(named, one))) ?? questions[0];
  };

  const show = (change) => {
    if (!change) return;
    for (let one = change.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
    location.replace("#" + change.id);
    const target = change.querySelector("h3 a") ?? change;
    if (target === change) change.tabIndex = -1;
    target.focus();
  };

  document.addEventListener("keydown", (event) => {
    if (!keys.checked || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "q" && questions.length) {
      event.preventDefault();
      show(nextQuestion());
      return;
    }
    const step = { n: 1, j: 1, p: -1, k: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = Math.min(Math.max(current() + step, 0), changes.length - 1);
    show(changes[next]);
  });

  addEventListener("beforeprint", () => { (opened = folded()).forEach((one) => { one.open = true; }); });
  addEventListener("afterprint", () => { opened.forEach((one) => { one.open = false; }); });
})();
