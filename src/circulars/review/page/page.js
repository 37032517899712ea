
(() => {
  const changes = [...document.querySelectorAll(".change")];
  const keys = document.getElementById("keys");
  const folded = () => [...document.querySelectorAll("details:not([open])")];
  let opened = [];
  document.querySelector(".keys").hidden = changes.length < 2;

  // The change in the address, or else the last one above the middle of the window.
  const current = () => {
    const named = changes.findIndex((one) => "#" + one.id === decodeURIComponent(location.hash));
    return named >= 0 ? named : changes.findLastIndex((one) => one.getBoundingClientRect().top < 0);
  };

  const show = (change) => {
    if (!change) return;
    for (let one = change.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
    location.replace("#" + change.id);
    change.querySelector("h3 a").focus();
  };

  document.addEventListener("keydown", (event) => {
    if (!keys.checked || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = { n: 1, j: 1, p: -1, k: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = Math.min(Math.max(current() + step, 0), changes.length - 1);
    show(changes[next]);
  });

  addEventListener("beforeprint", () => { (opened = folded()).forEach((one) => { one.open = true; }); });
  addEventListener("afterprint", () => { opened.forEach((one) => { one.open = false; }); });
})();
