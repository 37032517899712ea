// Shows the problems of letters as they are counted: asks for the list again until none is open.
const PAUSE = 1000; // milliseconds

async function again() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = document.querySelector("table.letters tbody");
  const then = page.querySelector("table.letters tbody");
  if (!now || !then) return;
  for (const [number, row] of [...then.rows].entries()) {
    const old = now.rows[number];
    if (old && !old.contains(document.activeElement) && old.innerHTML !== row.innerHTML) old.innerHTML = row.innerHTML;
  }
  if (page.querySelector("[data-pending]")) setTimeout(again, PAUSE);
}

setTimeout(again, PAUSE);
